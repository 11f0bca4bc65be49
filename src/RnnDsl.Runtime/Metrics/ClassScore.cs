namespace RnnDsl.Metrics;

/// <summary>The scores of one class. A score that is 0/0 has the value of the report's zero division, which is 0 by default.</summary>
/// <param name="Name">The name of the class, or of a mean: "micro avg", "macro avg", "weighted avg" or "samples avg".</param>
/// <param name="Precision">Share of the examples predicted to be of the class that are of it.</param>
/// <param name="Recall">Share of the examples of the class that were predicted to be of it.</param>
/// <param name="F1">Harmonic mean of precision and recall.</param>
/// <param name="Support">Number of examples of the class.</param>
public sealed record ClassScore(string Name, double Precision, double Recall, double F1, long Support)
{
    /// <summary>The scores that follow from three counts. F1 is taken from the counts, as scikit-learn does since 1.3: it is 0/0 only if no example is of the class and none was predicted to be.</summary>
    internal static ClassScore Of(string name, long right, long said, long are, double zeroDivision)
    {
        return new ClassScore(name, Ratio(right, said), Ratio(right, are), Ratio(2 * right, said + are), are);

        double Ratio(long part, long whole) => whole == 0 ? zeroDivision : (double)part / whole;
    }

    /// <summary>The mean of scores, weighted by their support or with equal weights. NaN is left out.</summary>
    internal static ClassScore Mean(string name, IReadOnlyList<ClassScore> scores, bool weighted)
    {
        return new ClassScore(name, Of(s => s.Precision), Of(s => s.Recall), Of(s => s.F1), scores.Sum(s => s.Support));

        double Of(Func<ClassScore, double> value)
        {
            (double Value, long Weight)[] known = [.. scores.Select(s => (value(s), s.Support)).Where(s => !double.IsNaN(s.Item1))];
            long weights = known.Sum(k => k.Weight);
            return weighted && weights > 0 ? Sum([.. known.Select(k => k.Value * k.Weight)]) / weights : Sum([.. known.Select(k => k.Value)]) / known.Length;
        }
    }

    /// <summary>Which scores are 0/0, and why: one sentence for each of precision, recall and F1 that is concerned.</summary>
    /// <param name="classes">For each class: how many examples were predicted to be of it, and how many are of it.</param>
    /// <param name="zeroDivision">What 0/0 counts as.</param>
    internal static IReadOnlyList<string> ZeroDivisions(IReadOnlyList<(string Name, long Said, long Are)> classes, double zeroDivision)
    {
        var sentences = new List<string>();
        Add("Precision", "was predicted to be so", c => c.Said == 0);
        Add("Recall", "is so", c => c.Are == 0);
        Add("F1", "is so or was predicted to be so", c => c.Said == 0 && c.Are == 0);
        return sentences;

        void Add(string score, string what, Func<(string Name, long Said, long Are), bool> isUndefined)
        {
            string[] names = [.. classes.Where(isUndefined).Select(c => c.Name)];
            if (names.Length > 0)
                sentences.Add(FormattableString.Invariant($"{score} of {string.Join(", ", names)} is 0/0, since no example {what}; it counts as {zeroDivision}."));
        }
    }

    /// <summary>Sums in the order in which NumPy does: in eight lanes, and halves of more than 128 apart. The last digit of a report can depend on it.</summary>
    internal static double Sum(ReadOnlySpan<double> values)
    {
        const int Lanes = 8, Block = 128;
        double sum = 0;
        if (values.Length < Lanes)
        {
            foreach (double value in values)
                sum += value;
            return sum;
        }
        if (values.Length > Block)
        {
            int half = values.Length / 2;
            half -= half % Lanes;
            return Sum(values[..half]) + Sum(values[half..]);
        }
        Span<double> lanes = stackalloc double[Lanes];
        values[..Lanes].CopyTo(lanes);
        int i = Lanes;
        for (; i <= values.Length - Lanes; i += Lanes)
            for (int lane = 0; lane < Lanes; lane++)
                lanes[lane] += values[i + lane];
        sum = lanes[0] + lanes[1] + (lanes[2] + lanes[3]) + (lanes[4] + lanes[5] + (lanes[6] + lanes[7]));
        for (; i < values.Length; i++)
            sum += values[i];
        return sum;
    }

    /// <summary>Refuses values that a score cannot have if it is 0/0.</summary>
    internal static double CheckZeroDivision(double value) => value is 0 or 1 or double.NaN
        ? value
        : throw new ArgumentException(FormattableString.Invariant($"What is 0/0 can count as 0, 1 or NaN, not as {value}."), nameof(value));
}
