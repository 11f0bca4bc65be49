namespace RnnDsl.Metrics;

/// <summary>A mistake, and how often it was made.</summary>
/// <param name="Actual">Name of the actual class.</param>
/// <param name="Predicted">Name of the predicted class.</param>
/// <param name="Count">Number of examples.</param>
public readonly record struct ConfusedPair(string Actual, string Predicted, long Count);

/// <summary>
/// Compares predicted classes with the actual ones: precision, recall and F1 of each class, their means, the accuracy and the confusion matrix. The numbers and their layout are those of
/// <c>classification_report</c> in scikit-learn.
/// </summary>
public sealed partial class ClassificationReport
{
    readonly PairCounts counts;
    readonly int[] shown;
    readonly Groups? groups;

    /// <summary>Counts predictions.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="actual">For each example the number of its class.</param>
    /// <param name="predicted">For each example the number of its predicted class.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no example, or a number is not that of a class.</exception>
    public ClassificationReport(IReadOnlyList<string> classes, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
        : this(PairCounts.Of(classes, actual, predicted, out _), [.. Enumerable.Range(0, classes.Count)], 0, null)
    {
    }

    ClassificationReport(PairCounts counts, int[] shown, double zeroDivision, Groups? groups)
    {
        (this.counts, this.shown, this.groups) = (counts, shown, groups);
        ZeroDivision = ClassScore.CheckZeroDivision(zeroDivision);
        Classes = [.. shown.Select(s => counts.Names[s])];
        Scores = [.. shown.Select(s => ClassScore.Of(counts.Names[s], counts.Right[s], counts.Said[s], counts.Are[s], zeroDivision))];
        MicroAverage = ClassScore.Of("micro avg", shown.Sum(s => counts.Right[s]), shown.Sum(s => counts.Said[s]), shown.Sum(s => counts.Are[s]), zeroDivision);
        MacroAverage = ClassScore.Mean("macro avg", Scores, weighted: false);
        WeightedAverage = ClassScore.Mean("weighted avg", Scores, weighted: true);
        bool[] isShown = new bool[counts.Names.Count];
        foreach (int s in shown)
            isShown[s] = true;
        IsPartial = Enumerable.Range(0, isShown.Length).Any(i => !isShown[i] && (counts.Are[i] > 0 || counts.Said[i] > 0));
    }

    /// <summary>Names of the classes, in the order of the rows.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of examples, of all classes.</summary>
    public long Count => counts.Total;

    /// <summary>The scores of each class.</summary>
    public IReadOnlyList<ClassScore> Scores { get; }

    /// <summary>Share of the examples whose predicted class is the actual one. It covers all examples, also if the report is of some classes.</summary>
    public double Accuracy => (double)counts.Right.Sum() / Count;

    /// <summary>The accuracy of always predicting the most frequent class of these examples. A useful classifier exceeds it.</summary>
    public double MajorityAccuracy => (double)counts.Are.Max() / Count;

    /// <summary>The mean recall of all classes that have examples.</summary>
    public double BalancedAccuracy
    {
        get
        {
            double[] recalls = [.. Enumerable.Range(0, counts.Are.Length).Where(i => counts.Are[i] > 0).Select(i => (double)counts.Right[i] / counts.Are[i])];
            return ClassScore.Sum(recalls) / recalls.Length;
        }
    }

    /// <summary>The correlation of actual and predicted classes, over all classes, from -1 to 1 (Matthews 1975, for several classes Gorodkin 2004); 0 where all examples are of one class,
    /// or one class was always predicted.</summary>
    public double MatthewsCorrelation
    {
        get
        {
            double n = Count, right = counts.Right.Sum(), both = 0, said = n * n, are = n * n;
            for (int i = 0; i < counts.Are.Length; i++)
            {
                both += (double)counts.Are[i] * counts.Said[i];
                said -= (double)counts.Said[i] * counts.Said[i];
                are -= (double)counts.Are[i] * counts.Are[i];
            }
            return said * are == 0 ? 0 : (right * n - both) / Math.Sqrt(said * are);
        }
    }

    /// <summary>Cohen's kappa over all classes: 1 is perfect, 0 is chance (Cohen 1960). NaN if all examples are of one class and it was always predicted.</summary>
    public double CohenKappa
    {
        get
        {
            double chance = 0;
            for (int i = 0; i < counts.Are.Length; i++)
                chance += (double)counts.Are[i] * counts.Said[i] / Count;
            return 1 - (Count - counts.Right.Sum()) / (Count - chance);
        }
    }

    /// <summary>Precision, recall and F1 of all decisions for the classes of the report, counted together. If the report is of all classes, all three are the accuracy.</summary>
    public ClassScore MicroAverage { get; }

    /// <summary>The plain mean over the classes.</summary>
    public ClassScore MacroAverage { get; }

    /// <summary>The mean over the classes, weighted by their support.</summary>
    public ClassScore WeightedAverage { get; }

    /// <summary>What a score that is 0/0 counts as: 0, 1, or NaN, which the means leave out. The default is 0.</summary>
    public double ZeroDivision { get; }

    /// <summary>Whether a class that occurs is left out. The text then has the line "micro avg" in the place of "accuracy".</summary>
    public bool IsPartial { get; }

    /// <summary>Which scores are 0/0, and why: one sentence for each of precision, recall and F1 that is concerned.</summary>
    public IReadOnlyList<string> ZeroDivisions => ClassScore.ZeroDivisions([.. shown.Select(s => (counts.Names[s], counts.Said[s], counts.Are[s]))], ZeroDivision);

    /// <summary>How many examples of one class were predicted to be of another.</summary>
    /// <param name="actual">Index in <see cref="Classes"/>.</param>
    /// <param name="predicted">Index in <see cref="Classes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long Confusion(int actual, int predicted) => counts[Shown(actual, nameof(actual)), Shown(predicted, nameof(predicted))];

    /// <summary>The mistakes among the classes of the report, the most frequent first.</summary>
    /// <param name="most">The largest number of mistakes that are listed.</param>
    public IReadOnlyList<ConfusedPair> LargestConfusions(int most = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        HashSet<int> those = [.. shown];
        return
        [
            .. counts.Pairs().Where(p => p.Actual != p.Predicted && p.Times > 0 && those.Contains(p.Actual) && those.Contains(p.Predicted)).OrderByDescending(p => p.Times).Take(most)
                .Select(p => new ConfusedPair(counts.Names[p.Actual], counts.Names[p.Predicted], p.Times)),
        ];
    }

    /// <summary>The text of scikit-learn's <c>classification_report</c>, to the character, without the line break at its end.</summary>
    /// <remarks>Of version 1.3 and later, whose F1 sometimes differs from that of earlier ones in the last digit. If no example is right, scikit-learn writes the support as 3.0; here it is 3.</remarks>
    /// <param name="digits">Digits after the decimal point, 0 to 30. Exactly half is rounded to the even digit, as in Python.</param>
    /// <param name="micro">Whether the line "micro avg" takes the place of "accuracy". It always does if <see cref="IsPartial"/> is true.</param>
    public string Format(int digits = 2, bool micro = false)
    {
        ReportText text = new ReportText(Classes, digits).Blank().Rows(Scores).Blank();
        text = micro || IsPartial ? text.Row(MicroAverage) : text.Accuracy(Accuracy, MicroAverage.Support);
        return text.Row(MacroAverage).Row(WeightedAverage).ToString();
    }

    int Shown(int index, string name) => (uint)index < (uint)shown.Length ? shown[index] : throw new ArgumentOutOfRangeException(name, index, $"There are {shown.Length} classes, from 0 on.");

    /// <summary>The scores as a table with four digits.</summary>
    /// <seealso cref="Format"/>
    public override string ToString() => Format(4);
}
