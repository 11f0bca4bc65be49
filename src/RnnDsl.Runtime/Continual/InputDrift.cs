using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Continual;

/// <summary>One unit of a column whose values are distributed otherwise than they were.</summary>
/// <param name="Column">The name of the column.</param>
/// <param name="Unit">The index of the value in a step.</param>
/// <param name="Statistic">The largest distance of the two distribution functions.</param>
/// <param name="PValue">The probability of such a distance by chance, times the number of units that it was corrected for, at most 1.</param>
public readonly record struct InputChange(string Column, int Unit, double Statistic, double PValue);

/// <summary>
/// Finds out whether inputs are distributed otherwise than they were: a Kolmogorov–Smirnov test of two samples for each unit of each column (Smirnov 1939), with Holm's correction (1979) for their
/// number, so that among all units together a false alarm has at most the given probability.
/// </summary>
/// <remarks>Of a sequence the mean over its steps is compared, one number for each example. Examples count as independent: take windows over a series that do not overlap, and that are long beside the memory of the series.
/// One-hot columns are left out; the loss knows about them.</remarks>
public sealed class InputDrift
{
    readonly (string Column, int Unit)[] units;
    readonly double[][] reference;

    /// <summary>Keeps the distributions of a data set.</summary>
    /// <param name="reference">Examples from when all was well.</param>
    /// <param name="columns">The names of the columns of inputs.</param>
    /// <exception cref="ArgumentException">There are fewer than ten examples, no column of numbers, or a column is named twice.</exception>
    public InputDrift(Dataset reference, params IReadOnlyList<string> columns)
    {
        if (reference.Count < 10)
            throw new ArgumentException($"There are {reference.Count} examples to compare with: give at least ten.", nameof(reference));
        if (Names.Repeated(columns) is { } repeated)
            throw new ArgumentException($"Column '{repeated}' is named twice.", nameof(columns));
        units = [.. columns.Select(name => reference[name]).Where(c => c is { Units: 0, Parts: null }).SelectMany(c => Enumerable.Range(0, c.Width).Select(unit => (c.Name, unit)))];
        if (units.Length == 0)
            throw new ArgumentException($"None of the columns {string.Join(", ", columns.Select(c => $"'{c}'"))} has numbers: name one that has, or watch the loss alone.", nameof(columns));
        this.reference = [.. units.Select(u => Values(reference[u.Column], u.Unit))];
    }

    /// <summary>Compares recent examples.</summary>
    /// <param name="recent">The examples, with columns like those of the reference.</param>
    /// <param name="alpha">The probability of a false alarm, of all units together; between 0 and 1.</param>
    /// <returns>The units that changed, the surest first; none if nothing did.</returns>
    /// <exception cref="ArgumentException">There are no examples, a column is missing or has another number of values a step, or a value is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is not between 0 and 1.</exception>
    public IReadOnlyList<InputChange> Test(Dataset recent, double alpha = 0.001)
    {
        if (alpha is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The probability of a false alarm lies between 0 and 1; 0.001 is usual.");
        foreach (IGrouping<string, (string Column, int Unit)> column in units.GroupBy(u => u.Column))
            if (recent[column.Key] is var given && (given is not { Units: 0, Parts: null } || given.Width != column.Count()))
                throw new ArgumentException($"Column '{column.Key}' has {column.Count()} numbers a step in the examples to compare with, and {Form(given)} in the recent ones: " +
                    "give examples of the same form, or watch the new form from examples of it.", nameof(recent));
        InputChange[] tests = [.. units.Select((u, i) => KolmogorovSmirnov.Test(reference[i], Values(recent[u.Column], u.Unit)) is var test ? new InputChange(u.Column, u.Unit, test.Statistic, test.PValue) : default)
            .OrderBy(c => c.PValue)];
        var changed = new List<InputChange>();
        for (int i = 0; i < tests.Length && tests[i].PValue * (tests.Length - i) <= alpha; i++)
            changed.Add(tests[i] with { PValue = Math.Min(1, tests[i].PValue * (tests.Length - i)) });
        return changed;
    }

    /// <summary>Writes the distributions to a file, which is replaced completely, or not at all.</summary>
    /// <param name="path">The path, usually "….safetensors".</param>
    /// <exception cref="InvalidOperationException">A value is not finite.</exception>
    public void Save(string path) => StateFile.Save(path, nameof(InputDrift), state =>
    {
        state.Write("units", units.Select(u => (long)u.Unit).ToArray());
        for (int i = 0; i < units.Length; i++)
            state.Write(ColumnOf(i), units[i].Column);
        state.Write("reference", reference.SelectMany(r => r).ToArray());
    });

    /// <summary>Goes on from a file, with the same answers.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or is of something else.</exception>
    public static InputDrift Load(string path) => StateFile.Load(path, [nameof(InputDrift)], state => new InputDrift(state));

    InputDrift(StateReader state)
    {
        long[] numbers = state.ReadIntegers("units");
        double[] values = state.ReadNumbers("reference");
        if (numbers.Length == 0 || values.Length % numbers.Length != 0 || values.Length / numbers.Length < 10 || numbers.Any(n => n is < 0 or > int.MaxValue))
            throw new InvalidDataException($"There are {values.Length} numbers to compare with, of {numbers.Length} values: the file is damaged.");
        units = [.. numbers.Select((unit, i) => (state.ReadText(ColumnOf(i)), (int)unit))];
        foreach (IGrouping<string, (string Column, int Unit)> column in units.GroupBy(u => u.Column))
            if (!column.Select(u => u.Unit).SequenceEqual(Enumerable.Range(0, column.Count())))
                throw new InvalidDataException($"The values of column '{column.Key}' are not numbered from 0 on: the file is damaged.");
        reference = [.. values.Chunk(values.Length / numbers.Length)];
    }

    static string Form(Column column) => column.Units > 0 ? $"one-hot steps of {column.Units} units" : column.Parts is not null ? "sequences in sequences" : $"{column.Width}";

    static string ColumnOf(int unit) => FormattableString.Invariant($"column {unit}");

    static double[] Values(Column column, int unit)
    {
        var values = new double[column.Count];
        for (int example = 0; example < values.Length; example++)
        {
            for (int step = 0; step < column.Lengths[example]; step++)
                values[example] += column.Step(example, step)[unit];
            values[example] /= column.Lengths[example];
        }
        return values;
    }
}

/// <summary>The Kolmogorov–Smirnov test of two samples: are they drawn from one distribution (Kolmogorov 1933, Smirnov 1939)?</summary>
public static class KolmogorovSmirnov
{
    /// <summary>Tests two samples.</summary>
    /// <returns>The largest distance of their distribution functions, and the probability of such a distance if the distributions are equal: by the limiting distribution, with Stephens' correction (1970) for small
    /// samples. Among equal values it is too large, which is on the safe side.</returns>
    /// <exception cref="ArgumentException">A sample is empty, or has a value that is not a number.</exception>
    public static (double Statistic, double PValue) Test(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.IsEmpty || second.IsEmpty)
            throw new ArgumentException("A sample is empty: both need at least one value.");
        double[] a = first.ToArray(), b = second.ToArray();
        Array.Sort(a);
        Array.Sort(b);
        // NaN is sorted to the front.
        if (double.IsNaN(a[0]) || double.IsNaN(b[0]))
            throw new ArgumentException("A value is NaN: fill gaps or leave the example out.");
        double largest = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            double at = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= at)
                i++;
            while (j < b.Length && b[j] <= at)
                j++;
            largest = Math.Max(largest, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }
        double root = Math.Sqrt((double)a.Length * b.Length / (a.Length + b.Length));
        return (largest, Tail((root + 0.12 + 0.11 / root) * largest));
    }

    /// <summary>2·Σ (−1)ᵏ⁻¹·exp(−2k²x²).</summary>
    static double Tail(double x)
    {
        // Below this the sum is 1 to more than six digits, and converges slowly.
        if (x < 0.3)
            return 1;
        double sum = 0;
        for (int k = 1; k <= 100; k++)
        {
            double term = Math.Exp(-2.0 * k * k * x * x);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-18)
                break;
        }
        return Math.Clamp(2 * sum, 0, 1);
    }
}
