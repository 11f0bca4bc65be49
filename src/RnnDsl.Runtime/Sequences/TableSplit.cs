using RnnDsl.Memory;

namespace RnnDsl.Sequences;

/// <summary>How <see cref="TableData"/> divides examples into a training, a validation and a test part. No split trains on a row that holds a test target.</summary>
public sealed class TableSplit
{
    readonly Func<TableLayout, string[]?, int[]> assign;

    TableSplit(double train, double validation, Func<TableLayout, string[]?, int[]> assign) => (Validation, Test, this.assign) = (validation, Math.Max(0, 1 - train - validation), assign);

    /// <summary>The fraction that is to validate.</summary>
    internal double Validation { get; }

    /// <summary>The fraction that is to test, to within a rounding.</summary>
    internal double Test { get; }

    /// <summary>The oldest rows of each group train, the newest test: for forecasts of known series. An example belongs to the part of its target.</summary>
    /// <param name="train">Fraction of the rows; 0.7 is usual.</param>
    /// <param name="validation">Fraction of the rows; 0.15 is usual. What is left is the test part, which may be empty.</param>
    /// <exception cref="ArgumentException">The fractions are not between 0 and 1.</exception>
    public static TableSplit ByTime(double train, double validation)
    {
        ChronologicalSplit.CheckFractions(train, validation);
        return new TableSplit(train, validation, (layout, _) =>
        {
            if (layout.Options.Window is null)
                throw new ArgumentException($"Each group is one example, so time does not divide them: split {nameof(ByGroup)} or {nameof(Stratified)}, or set a {nameof(TableOptions.Window)}.");
            return [.. layout.Examples.Select(example =>
            {
                int rows = layout.Groups[example.Group].Length;
                int validationFrom = (int)Math.Round(rows * train), testFrom = (int)Math.Round(rows * Math.Min(1, train + validation));
                int first = PartOf(layout.FirstTarget(example)), last = PartOf(example.Target);
                // Targets in two parts would be seen on both sides.
                return first == last ? last : Unused;

                int PartOf(int row) => row < validationFrom ? 0 : row < testFrom ? 1 : 2;
            })];
        });
    }

    /// <summary>Divides whole groups at random: for series that the model has never seen, such as other engines or other patients.</summary>
    /// <param name="train">Fraction of the groups; 0.7 is usual.</param>
    /// <param name="validation">Fraction of the groups; 0.15 is usual. What is left is the test part, which may be empty.</param>
    /// <param name="seed">Seed of the groups' order.</param>
    /// <exception cref="ArgumentException">The fractions are not between 0 and 1.</exception>
    public static TableSplit ByGroup(double train, double validation, int seed = 1)
    {
        ChronologicalSplit.CheckFractions(train, validation);
        return new TableSplit(train, validation, (layout, _) =>
        {
            if (layout.Groups.Count < 2)
                throw new ArgumentException($"There is only one group: name the column of the groups in {nameof(TableOptions)}.{nameof(TableOptions.Group)}, or split {nameof(ByTime)}.");
            int[] parts = Parts(layout.Groups.Count, train, validation, new RandomStream(seed, "groups"));
            return [.. layout.Examples.Select(example => parts[example.Group])];
        });
    }

    /// <summary>Divides at random, with the same proportion of each class in all parts. Groups stay whole; the class of their last target counts. Without groups, examples must not
    /// overlap.</summary>
    /// <param name="train">Fraction of each class; 0.7 is usual.</param>
    /// <param name="validation">Fraction of each class; 0.15 is usual. What is left is the test part, which may be empty.</param>
    /// <param name="seed">Seed of the order within a class.</param>
    /// <exception cref="ArgumentException">The fractions are not between 0 and 1.</exception>
    public static TableSplit Stratified(double train, double validation, int seed = 1)
    {
        ChronologicalSplit.CheckFractions(train, validation);
        return new TableSplit(train, validation, (layout, classes) =>
        {
            if (classes is null)
                throw new ArgumentException($"{nameof(Stratified)} keeps the proportions of classes: it needs a {nameof(TableOptions.Target)} of classes.");
            bool isGrouped = layout.Options.Group is not null;
            if (!isGrouped && layout.Examples.Count > 1 && layout.Options.Stride < layout.Options.Window + layout.Options.Ahead + layout.Options.Horizon - 1)
                throw new ArgumentException($"Examples of {layout.Options.Window} rows, one every {layout.Options.Stride}, share rows, which would be in two parts: split {nameof(ByTime)}, or set {nameof(TableOptions.Stride)} to {layout.Options.Window + layout.Options.Ahead + layout.Options.Horizon - 1}.");
            int UnitOf(int example) => isGrouped ? layout.Examples[example].Group : example;
            var classOf = new SortedDictionary<int, string>();
            for (int i = 0; i < layout.Examples.Count; i++)
                classOf[UnitOf(i)] = classes[layout.RowOf(layout.Examples[i].Group, layout.Examples[i].Target)];
            var partOf = new Dictionary<int, int>();
            var random = new RandomStream(seed, "strata");
            foreach (IGrouping<string, int> stratum in classOf.GroupBy(unit => unit.Value, unit => unit.Key).OrderBy(stratum => stratum.Key, StringComparer.Ordinal))
            {
                int[] units = [.. stratum], parts = Parts(units.Length, train, validation, random);
                for (int i = 0; i < units.Length; i++)
                    partOf[units[i]] = parts[i];
            }
            return [.. Enumerable.Range(0, layout.Examples.Count).Select(i => partOf[UnitOf(i)])];
        });
    }

    /// <summary>All examples train; the other parts are empty. <see cref="TableEncoder.Encode(TimeSeries)"/> brings other tables into the same form.</summary>
    public static TableSplit TrainingOnly { get; } = new(1, 0, (layout, _) => new int[layout.Examples.Count]);

    internal const int Unused = 3;

    /// <summary>For each example its part: 0 trains, 1 validates, 2 tests, 3 is left out.</summary>
    /// <param name="layout">The examples.</param>
    /// <param name="classes">For each row of the table its class; null if the target is not a class.</param>
    internal int[] Assign(TableLayout layout, string[]? classes) => assign(layout, classes);

    static int[] Parts(int count, double train, double validation, RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        int validationFrom = (int)Math.Round(count * train), testFrom = (int)Math.Round(count * Math.Min(1, train + validation));
        var parts = new int[count];
        for (int i = 0; i < count; i++)
            parts[order[i]] = i < validationFrom ? 0 : i < testFrom ? 1 : 2;
        return parts;
    }
}
