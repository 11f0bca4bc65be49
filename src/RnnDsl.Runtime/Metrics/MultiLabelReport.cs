namespace RnnDsl.Metrics;

/// <summary>
/// Precision, recall and F1 where an example may have several classes, or none: of each class, and their means. The numbers and their layout are those of <c>classification_report</c> in scikit-learn for
/// indicator matrices.
/// </summary>
public sealed class MultiLabelReport
{
    /// <summary>Counts predictions.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="actual">For each example and class whether the example has the class.</param>
    /// <param name="predicted">For each example and class whether it was predicted.</param>
    /// <param name="zeroDivision">What a score that is 0/0 counts as: 0, 1 or NaN.</param>
    /// <exception cref="ArgumentException">The numbers of examples differ, there is none, or an example has not one value for each class.</exception>
    public MultiLabelReport(IReadOnlyList<string> classes, IReadOnlyList<bool[]> actual, IReadOnlyList<bool[]> predicted, double zeroDivision = 0)
    {
        CheckLengths(classes, actual, predicted);
        ZeroDivision = ClassScore.CheckZeroDivision(zeroDivision);
        (Classes, Count) = (classes, actual.Count);
        long[] right = new long[classes.Count], said = new long[classes.Count], are = new long[classes.Count];
        var samples = new ClassScore[actual.Count];
        long exact = 0, wrong = 0;
        for (int i = 0; i < actual.Count; i++)
        {
            int rightHere = 0, saidHere = 0, areHere = 0;
            for (int c = 0; c < classes.Count; c++)
            {
                (int isSo, int isSaid) = (actual[i][c] ? 1 : 0, predicted[i][c] ? 1 : 0);
                (right[c], said[c], are[c]) = (right[c] + (isSo & isSaid), said[c] + isSaid, are[c] + isSo);
                (rightHere, saidHere, areHere) = (rightHere + (isSo & isSaid), saidHere + isSaid, areHere + isSo);
            }
            samples[i] = ClassScore.Of("", rightHere, saidHere, areHere, zeroDivision);
            wrong += saidHere + areHere - 2 * rightHere;
            exact += saidHere == rightHere && areHere == rightHere ? 1 : 0;
        }
        ZeroDivisions = ClassScore.ZeroDivisions([.. classes.Select((name, c) => (name, said[c], are[c]))], zeroDivision);
        Scores = [.. classes.Select((name, c) => ClassScore.Of(name, right[c], said[c], are[c], zeroDivision))];
        MicroAverage = ClassScore.Of("micro avg", right.Sum(), said.Sum(), are.Sum(), zeroDivision);
        MacroAverage = ClassScore.Mean("macro avg", Scores, weighted: false);
        WeightedAverage = ClassScore.Mean("weighted avg", Scores, weighted: true);
        SamplesAverage = ClassScore.Mean("samples avg", samples, weighted: false) with { Support = are.Sum() };
        (ExactMatch, HammingLoss) = ((double)exact / Count, (double)wrong / ((double)Count * classes.Count));
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of examples.</summary>
    public long Count { get; }

    /// <summary>The scores of each class.</summary>
    public IReadOnlyList<ClassScore> Scores { get; }

    /// <summary>The scores of all decisions, counted together.</summary>
    public ClassScore MicroAverage { get; }

    /// <summary>The plain mean over the classes.</summary>
    public ClassScore MacroAverage { get; }

    /// <summary>The mean over the classes, weighted by their support.</summary>
    public ClassScore WeightedAverage { get; }

    /// <summary>The mean over the examples, each with the precision, recall and F1 of its own classes. Its support is that of all classes.</summary>
    public ClassScore SamplesAverage { get; }

    /// <summary>Share of the examples whose predicted classes are exactly the actual ones.</summary>
    public double ExactMatch { get; }

    /// <summary>Share of the decisions, one for each example and class, that were wrong.</summary>
    public double HammingLoss { get; }

    /// <summary>What a score that is 0/0 counts as: 0, 1, or NaN, which the means leave out.</summary>
    public double ZeroDivision { get; }

    /// <summary>Which scores of classes are 0/0, and why: one sentence for each of precision, recall and F1 that is concerned.</summary>
    public IReadOnlyList<string> ZeroDivisions { get; }

    /// <summary>Counts predictions by scores: a class is predicted if its score is at least the threshold.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="actual">For each example and class whether the example has the class.</param>
    /// <param name="scores">For each example and class its score or probability.</param>
    /// <param name="thresholds">One threshold for all classes, or one for each class.</param>
    /// <param name="zeroDivision">What a score that is 0/0 counts as: 0, 1 or NaN.</param>
    /// <exception cref="ArgumentException">The numbers of examples, classes or thresholds do not fit, or a score is NaN.</exception>
    public static MultiLabelReport FromScores(IReadOnlyList<string> classes, IReadOnlyList<bool[]> actual, IReadOnlyList<float[]> scores, ReadOnlySpan<float> thresholds, double zeroDivision = 0)
    {
        CheckLengths(classes, actual, scores);
        if (thresholds.Length != 1 && thresholds.Length != classes.Count)
            throw new ArgumentException($"{thresholds.Length} thresholds for {classes.Count} classes: there must be one, or one for each class.", nameof(thresholds));
        var predicted = new bool[scores.Count][];
        for (int i = 0; i < predicted.Length; i++)
        {
            predicted[i] = new bool[classes.Count];
            for (int c = 0; c < classes.Count; c++)
                predicted[i][c] = !float.IsNaN(scores[i][c])
                    ? scores[i][c] >= thresholds[thresholds.Length == 1 ? 0 : c]
                    : throw new ArgumentException($"The score of example {i} for class '{classes[c]}' is NaN.", nameof(scores));
        }
        return new MultiLabelReport(classes, actual, predicted, zeroDivision);
    }

    /// <summary>The text of scikit-learn's <c>classification_report</c> for indicator matrices, to the character, without the line break at its end.</summary>
    /// <param name="digits">Digits after the decimal point, 0 to 30.</param>
    public string Format(int digits = 2) => new ReportText(Classes, digits).Blank().Rows(Scores).Blank()
        .Row(MicroAverage).Row(MacroAverage).Row(WeightedAverage).Row(SamplesAverage).ToString();

    /// <summary>The scores as a table with four digits.</summary>
    public override string ToString() => Format(4);

    static void CheckLengths<T>(IReadOnlyList<string> classes, IReadOnlyList<bool[]> actual, IReadOnlyList<T[]> predicted)
    {
        if (actual.Count != predicted.Count || actual.Count == 0 || classes.Count == 0)
            throw new ArgumentException($"{actual.Count} examples, {predicted.Count} predictions and {classes.Count} classes: there must be as many predictions as examples, and at least one example and one class.");
        for (int i = 0; i < actual.Count; i++)
            if (actual[i].Length != classes.Count || predicted[i].Length != classes.Count)
                throw new ArgumentException($"Example {i} has {actual[i].Length} values that are so and {predicted[i].Length} that were said, but there are {classes.Count} classes.");
    }
}
