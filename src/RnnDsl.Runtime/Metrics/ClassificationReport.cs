using System.Globalization;
using System.Text;

namespace RnnDsl.Metrics;

/// <summary>How well one class is found.</summary>
/// <param name="Name">Of the class; of a mean "macro avg" or "weighted avg".</param>
/// <param name="Precision">Of the examples that were called so, the share that is so; 0 if none was.</param>
/// <param name="Recall">Of the examples that are so, the share that was called so; 0 if there is none.</param>
/// <param name="F1">Harmonic mean of the two; 0 if both are.</param>
/// <param name="Support">Number of examples that are so.</param>
public sealed record ClassScore(string Name, double Precision, double Recall, double F1, long Support);

/// <summary>
/// What a classifier said, beside what was so: precision, recall and F1 of each class, their means, the accuracy and the confusion matrix. The numbers and their layout are those of
/// <c>classification_report</c> in scikit-learn (with <c>zero_division=0</c>).
/// </summary>
public sealed class ClassificationReport
{
    readonly long[,] counts;

    /// <summary>Counts what was said.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="actual">For each example the number of its class.</param>
    /// <param name="predicted">For each example the number of the class that was said.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no example, or a number is none of a class.</exception>
    public ClassificationReport(IReadOnlyList<string> classes, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        if (actual.Length != predicted.Length || actual.Length == 0)
            throw new ArgumentException($"{actual.Length} classes that are so and {predicted.Length} that were said: there must be as many, and at least one.");
        Classes = classes;
        counts = new long[classes.Count, classes.Count];
        for (int i = 0; i < actual.Length; i++)
        {
            if ((uint)actual[i] >= (uint)classes.Count || (uint)predicted[i] >= (uint)classes.Count)
                throw new ArgumentException($"Example {i}: class {actual[i]}, said to be {predicted[i]}, but there are {classes.Count} classes, from 0 on.");
            counts[actual[i], predicted[i]]++;
        }
        Count = actual.Length;
        Scores = [.. Enumerable.Range(0, classes.Count).Select(Score)];
        Accuracy = (double)Enumerable.Range(0, classes.Count).Sum(i => counts[i, i]) / Count;
        MacroAverage = new ClassScore("macro avg", Scores.Average(s => s.Precision), Scores.Average(s => s.Recall), Scores.Average(s => s.F1), Count);
        WeightedAverage = new ClassScore("weighted avg", Weighted(s => s.Precision), Weighted(s => s.Recall), Weighted(s => s.F1), Count);
        MajorityAccuracy = (double)Scores.Max(s => s.Support) / Count;

        double Weighted(Func<ClassScore, double> of) => Scores.Sum(s => of(s) * s.Support) / Count;
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of examples.</summary>
    public long Count { get; }

    /// <summary>Of each class.</summary>
    public IReadOnlyList<ClassScore> Scores { get; }

    /// <summary>Share of the examples that were called what they are.</summary>
    public double Accuracy { get; }

    /// <summary>The accuracy of always saying the most frequent class of these examples: what a classifier must exceed to be of use.</summary>
    public double MajorityAccuracy { get; }

    /// <summary>The plain mean over the classes.</summary>
    public ClassScore MacroAverage { get; }

    /// <summary>The mean over the classes, weighed by their support.</summary>
    public ClassScore WeightedAverage { get; }

    /// <summary>How many examples of one class were said to be of another.</summary>
    public long Confusion(int actual, int predicted) => counts[actual, predicted];

    /// <summary>The scores as a table.</summary>
    public override string ToString()
    {
        int width = Math.Max(12, Classes.Max(c => c.Length));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"".PadLeft(width)}  precision    recall  f1-score   support\n\n");
        foreach (ClassScore score in Scores)
            Line(score);
        text.Append(CultureInfo.InvariantCulture, $"\n{"accuracy".PadLeft(width)}                       {Accuracy,8:F4}  {Count,8}\n");
        Line(MacroAverage);
        Line(WeightedAverage);
        return text.Append(CultureInfo.InvariantCulture, $"{"majority".PadLeft(width)}                       {MajorityAccuracy,8:F4}").ToString();

        void Line(ClassScore score) =>
            text.Append(CultureInfo.InvariantCulture, $"{score.Name.PadLeft(width)}   {score.Precision,8:F4}  {score.Recall,8:F4}  {score.F1,8:F4}  {score.Support,8}\n");
    }

    ClassScore Score(int of)
    {
        long right = counts[of, of], said = 0, are = 0;
        for (int i = 0; i < Classes.Count; i++)
            (said, are) = (said + counts[i, of], are + counts[of, i]);
        double precision = said == 0 ? 0 : (double)right / said, recall = are == 0 ? 0 : (double)right / are;
        return new ClassScore(Classes[of], precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall), are);
    }
}
