using RnnDsl.Memory;

namespace RnnDsl.Metrics;

public sealed partial class ClassificationReport
{
    /// <summary>Counts predictions that are given as names of classes. The classes are those that occur, in ordinal order of their names, as in scikit-learn.</summary>
    /// <param name="actual">For each example the name of its class.</param>
    /// <param name="predicted">For each example the name of its predicted class.</param>
    /// <param name="labels">The classes of the report, in this order, or null for all. A class without examples has a row too.</param>
    /// <param name="zeroDivision">What a score that is 0/0 counts as: 0, 1 or NaN.</param>
    /// <exception cref="ArgumentException">The numbers of examples differ, there is none, a name is null, or a label is listed twice.</exception>
    public static ClassificationReport Create(IEnumerable<string> actual, IEnumerable<string> predicted, IReadOnlyList<string>? labels = null, double zeroDivision = 0)
    {
        var names = new NumberedNames();
        return Create(names, names.Number(actual), names.Number(predicted), null, labels, zeroDivision);
    }

    /// <summary>Counts the tags of tokens, sentence by sentence. Classes are the whole tags, such as B-LOC and O; <see cref="EntityReport"/> has the scores of entities.</summary>
    /// <param name="actual">For each sentence the tags of its tokens.</param>
    /// <param name="predicted">For each sentence the predicted tags.</param>
    /// <param name="labels">The tags of the report, in this order, or null for all.</param>
    /// <param name="zeroDivision">What a score that is 0/0 counts as: 0, 1 or NaN.</param>
    /// <exception cref="ArgumentException">The numbers of sentences differ, or those of tags in a sentence, which is named; there is no token, a tag is null, or a label is listed twice.</exception>
    public static ClassificationReport OfTags(IEnumerable<IReadOnlyList<string>> actual, IEnumerable<IReadOnlyList<string>> predicted, IReadOnlyList<string>? labels = null, double zeroDivision = 0)
    {
        var names = new NumberedNames();
        var so = new List<int>();
        var said = new List<int>();
        var starts = new List<int> { 0 };
        foreach ((IReadOnlyList<string> first, IReadOnlyList<string> second) in TaggedPairs.Of(actual, predicted))
        {
            for (int i = 0; i < first.Count; i++)
            {
                so.Add(names.Number(first[i], i));
                said.Add(names.Number(second[i], i));
            }
            starts.Add(so.Count);
        }
        return Create(names, [.. so], [.. said], [.. starts], labels, zeroDivision);
    }

    static ClassificationReport Create(NumberedNames names, int[] actual, int[] predicted, int[]? starts, IReadOnlyList<string>? labels, double zeroDivision)
    {
        // A label that does not occur is a class without examples.
        string[] sorted = names.Sort(actual, predicted);
        string[] all = labels is null ? sorted : [.. sorted, .. labels.Except(sorted)];
        PairCounts counts = PairCounts.Of(all, actual, predicted, out int[] pairs);
        return new ClassificationReport(counts, labels is null ? [.. Enumerable.Range(0, all.Length)] : Find(all, labels), zeroDivision, starts is null ? null : new Groups(pairs, starts));
    }

    /// <summary>The report of some of the classes: means are over these alone, and if a class that occurs is left out, the line "accuracy" becomes "micro avg".</summary>
    /// <param name="labels">Their names, in the order of the rows.</param>
    /// <exception cref="ArgumentException">There is no such class in this report, a name is listed twice, or there is none.</exception>
    public ClassificationReport Only(params IReadOnlyList<string> labels) => new(counts, [.. Find(Classes, labels).Select(i => shown[i])], ZeroDivision, groups);

    /// <summary>The report without some of the classes, as that of tags without O.</summary>
    /// <param name="labels">Their names.</param>
    /// <exception cref="ArgumentException">There is no such class in this report, a name is listed twice, or no class is left.</exception>
    public ClassificationReport Without(params IReadOnlyList<string> labels)
    {
        int[] left = Find(Classes, labels);
        return Only([.. Classes.Where((_, i) => !left.Contains(i))]);
    }

    /// <summary>The same report with another value for scores that are 0/0.</summary>
    /// <param name="value">0, 1 or NaN.</param>
    public ClassificationReport WithZeroDivision(double value) => new(counts, shown, value, groups);

    /// <summary>
    /// A confidence interval of a score by the bootstrap (<see cref="Bootstrap"/>). It draws examples, or whole sentences if the report is of sentences (<see cref="OfTags"/>), since the tokens
    /// of one depend on each other. A draw costs one addition for each example, and one call of <paramref name="measure"/>.
    /// </summary>
    /// <param name="measure">The score: <c>r => r.MacroAverage.F1</c>.</param>
    /// <param name="level">The confidence level of the interval, between 0 and 1.</param>
    /// <param name="resamples">Number of draws.</param>
    /// <param name="seed">The seed of the draws.</param>
    public ConfidenceInterval Interval(Func<ClassificationReport, double> measure, double level = 0.95, int resamples = 1000, int seed = 0)
    {
        Groups drawn = groups ?? Groups.Single(counts.Times);
        return Bootstrap.Interval(measure(this), Draw, level, resamples, seed);

        double Draw(RandomStream random)
        {
            var times = new long[counts.Times.Length];
            drawn.Draw(random, times);
            return times.All(t => t == 0) ? double.NaN : measure(new ClassificationReport(counts.With(times), shown, ZeroDivision, null));
        }
    }

    static int[] Find(IReadOnlyList<string> names, IReadOnlyList<string> labels)
    {
        if (labels.Count == 0)
            throw new ArgumentException("There is no label that the report would be of.", nameof(labels));
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
            numbers.TryAdd(names[i], i);
        var found = new HashSet<int>();
        foreach (string label in labels)
        {
            if (!numbers.TryGetValue(label, out int number))
                throw new ArgumentException($"There is no class '{label}'. The classes are {string.Join(", ", names.Take(20))}{(names.Count > 20 ? " and others" : "")}.", nameof(labels));
            if (!found.Add(number))
                throw new ArgumentException($"The label '{label}' is there twice.", nameof(labels));
        }
        return [.. labels.Select(label => numbers[label])];
    }

    /// <summary>Which pair each example is, and where the examples of a sentence begin: what is drawn together.</summary>
    sealed record Groups(int[] Pairs, int[]? Starts)
    {
        /// <summary>Examples by themselves; their order does not matter.</summary>
        public static Groups Single(ReadOnlySpan<long> times)
        {
            var pairs = new List<int>();
            for (int pair = 0; pair < times.Length; pair++)
                for (long i = 0; i < times[pair]; i++)
                    pairs.Add(pair);
            return new Groups([.. pairs], null);
        }

        /// <summary>Draws as many groups as there are, with replacement, and counts their pairs.</summary>
        public void Draw(RandomStream random, long[] times)
        {
            if (Starts is null)
            {
                for (int i = 0; i < Pairs.Length; i++)
                    times[Pairs[random.Below(Pairs.Length)]]++;
                return;
            }
            for (int i = 1; i < Starts.Length; i++)
            {
                int group = random.Below(Starts.Length - 1);
                foreach (int pair in Pairs.AsSpan(Starts[group]..Starts[group + 1]))
                    times[pair]++;
            }
        }
    }
}
