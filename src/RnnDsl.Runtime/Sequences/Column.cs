using RnnDsl.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl.Sequences;

/// <summary>
/// One input of a method for many examples: where each example's values lie in a shared buffer. Overlapping windows over one series
/// cost no copy: they differ in <see cref="Starts"/> alone.
/// </summary>
public sealed class Column
{
    /// <summary>Name of the method's parameter that this column feeds.</summary>
    public required string Name { get; init; }

    /// <summary>Whether each example has a sequence, a vector, a number, or sequences at each step.</summary>
    public required ValueKind Kind { get; init; }

    /// <summary>Values a step.</summary>
    public required int Width { get; init; }

    /// <summary>The buffer.</summary>
    public required ReadOnlyMemory<float> Values { get; init; }

    /// <summary>Floats from one step of an example to the next.</summary>
    public required int Stride { get; init; }

    /// <summary>For each example, the index in <see cref="Values"/> of its first step.</summary>
    public required int[] Starts { get; init; }

    /// <summary>For each example, the number of steps; 1 for vectors and scalars.</summary>
    public required int[] Lengths { get; init; }

    /// <summary>
    /// For a column of sequences at every step, these sequences, one after the other; else null. <see cref="Starts"/> then holds the number of each example's first sequence, and
    /// <see cref="Lengths"/> the number of its sequences.
    /// </summary>
    public Column? Parts { get; init; }

    /// <summary>Number of examples.</summary>
    public int Count => Starts.Length;

    /// <summary>For a one-hot column, the number of units of its vectors; else 0. The values are then numbers of units, one a step (−1: none).</summary>
    public int Units { get; init; }

    /// <summary>
    /// A column of one-hot sequences, for an input marked <see cref="OneHotAttribute"/>.
    /// </summary>
    /// <param name="name">Name of the method's parameter that it feeds.</param>
    /// <param name="units">Units of the vectors: the size of the vocabulary, or the number of classes; at most 2²⁴.</param>
    /// <param name="sequences">For each example the numbers of its units, step by step: from 0 to below <paramref name="units"/>, or −1 for none.</param>
    /// <exception cref="ArgumentException">A number is outside the units, or an example has no step; the message says which.</exception>
    public static Column OneHot(string name, int units, params int[][] sequences)
    {
        for (int i = 0; i < sequences.Length; i++)
            if (sequences[i] is null or [])
                throw new ArgumentException($"Example {i} of column '{name}' has no steps: leave it out.", nameof(sequences));
        return Numbers(name, ValueKind.Sequence, units, [.. sequences.SelectMany(s => s)], [.. sequences.Select(s => s.Length)]);
    }

    /// <summary>A column of one-hot vectors, one an example: labels.</summary>
    /// <param name="name">Name of the method's parameter that it feeds.</param>
    /// <param name="units">Units of the vectors: the number of classes; at most 2²⁴.</param>
    /// <param name="labels">For each example the number of its unit: from 0 to below <paramref name="units"/>, or −1 for none.</param>
    /// <exception cref="ArgumentException">A number is outside the units; the message says which.</exception>
    public static Column OneHot(string name, int units, int[] labels) => Numbers(name, ValueKind.Vector, units, labels, [.. labels.Select(_ => 1)]);

    /// <summary>A column of one-hot sequences at every step, for an input <c>[OneHot] Seqs</c>: the letters of the words of sentences.</summary>
    /// <param name="name">Name of the method's parameter that it feeds.</param>
    /// <param name="units">Units of the vectors; at most 2²⁴.</param>
    /// <param name="sequences">For each example and step the numbers of the units: from 0 to below <paramref name="units"/>, or −1 for none.</param>
    /// <exception cref="ArgumentException">A number is outside the units, or an example or one of its steps is empty; the message says which.</exception>
    public static Column OneHot(string name, int units, int[][][] sequences)
    {
        CheckSteps(name, sequences);
        for (int i = 0; i < sequences.Length; i++)
            for (int step = 0; step < sequences[i].Length; step++)
                if (Array.FindIndex(sequences[i][step], number => number < -1 || number >= units) is >= 0 and var at)
                    throw new ArgumentException($"Column '{name}', example {i}, step {step}, there step {at}: the unit's number is {sequences[i][step][at]}, but the vectors have {units} units: numbers are whole, from 0 to {units - 1}, or -1 for none.",
                        nameof(sequences));
        int[][] parts = [.. sequences.SelectMany(s => s)];
        return OfParts(Numbers(name, ValueKind.Sequence, units, [.. parts.SelectMany(p => p)], [.. parts.Select(p => p.Length)]), [.. sequences.Select(s => s.Length)]);
    }

    /// <summary>A column of sequences of vectors, of any lengths.</summary>
    /// <param name="name">Name of the method's parameter that it feeds.</param>
    /// <param name="width">Values of a vector.</param>
    /// <param name="sequences">For each example the values, one vector after the other.</param>
    /// <exception cref="ArgumentException">An example is empty, or holds no whole vectors; the message says which.</exception>
    public static Column Sequences(string name, int width, params float[][] sequences)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        for (int i = 0; i < sequences.Length; i++)
            if (sequences[i] is null or [])
                throw new ArgumentException($"Example {i} of column '{name}' has no steps: leave it out.", nameof(sequences));
            else if (sequences[i].Length % width != 0)
                throw new ArgumentException($"Example {i} of column '{name}' has {sequences[i].Length} values, which are no whole vectors of {width}.", nameof(sequences));
        return Joined(name, ValueKind.Sequence, width, sequences);
    }

    /// <summary>A column of sequences of scalars, for an input <c>Seq</c> or one whose vectors have one unit.</summary>
    /// <param name="name">Name of the method's parameter that it feeds.</param>
    /// <param name="sequences">For each example its values, step by step.</param>
    /// <exception cref="ArgumentException">An example is empty; the message says which.</exception>
    public static Column Sequences(string name, params float[][] sequences) => Sequences(name, 1, sequences);

    /// <summary>A column of vectors, one an example: the target of a regression, or facts about the example as a whole.</summary>
    /// <param name="name">Name of the method's parameter that it feeds.</param>
    /// <param name="vectors">For each example its values. All vectors have the same length.</param>
    /// <exception cref="ArgumentException">There are none, or they differ in length; the message says which.</exception>
    public static Column Vectors(string name, params float[][] vectors)
    {
        if (vectors is [] || vectors[0] is null or [])
            throw new ArgumentException($"Column '{name}' needs at least one vector, of at least one value.", nameof(vectors));
        if (Array.FindIndex(vectors, v => v?.Length != vectors[0].Length) is >= 0 and var odd)
            throw new ArgumentException($"Example {odd} of column '{name}' has {vectors[odd]?.Length ?? 0} values, but example 0 has {vectors[0].Length}: all vectors of a column are of one size.", nameof(vectors));
        return Joined(name, ValueKind.Vector, vectors[0].Length, vectors);
    }

    /// <summary>A column of scalars, one an example.</summary>
    /// <param name="name">Name of the method's parameter that it feeds.</param>
    /// <param name="values">For each example its value.</param>
    public static Column Scalars(string name, params float[] values) => new()
    {
        Name = name, Kind = ValueKind.Scalar, Width = 1, Stride = 1, Values = values, Starts = [.. Enumerable.Range(0, values.Length)], Lengths = [.. values.Select(_ => 1)],
    };

    /// <summary>Copies examples into one buffer, one after the other.</summary>
    internal static Column Joined(string name, ValueKind kind, int width, float[][] examples)
    {
        int[] lengths = [.. examples.Select(e => e.Length / width)];
        return new Column { Name = name, Kind = kind, Width = width, Stride = width, Starts = Sums(lengths, width), Lengths = lengths, Values = examples.SelectMany(e => e).ToArray() };
    }

    /// <summary>A column of sequences of vectors at every step, for an input <c>Seqs</c>.</summary>
    /// <param name="name">Name of the method's parameter that it feeds.</param>
    /// <param name="width">Values of a vector.</param>
    /// <param name="sequences">For each example and step the values, one vector after the other.</param>
    /// <exception cref="ArgumentException">An example or one of its steps is empty, or holds no whole vectors; the message says which.</exception>
    public static Column Sequences(string name, int width, float[][][] sequences)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        CheckSteps(name, sequences);
        float[][] parts = [.. sequences.SelectMany(s => s)];
        if (Array.FindIndex(parts, p => p.Length % width != 0) is >= 0 and var odd)
            throw new ArgumentException($"Column '{name}', sequence {odd} of all: {parts[odd].Length} values are no whole vectors of {width}.", nameof(sequences));
        return OfParts(Joined(name, ValueKind.Sequence, width, parts), [.. sequences.Select(s => s.Length)]);
    }

    static void CheckSteps<T>(string name, T[][][] sequences)
    {
        for (int i = 0; i < sequences.Length; i++)
        {
            if (sequences[i] is null or [])
                throw new ArgumentException($"Example {i} of column '{name}' has no steps: leave it out.", nameof(sequences));
            for (int step = 0; step < sequences[i].Length; step++)
                if (sequences[i][step] is null or [])
                    throw new ArgumentException($"Column '{name}', example {i}, step {step}: the sequence there is empty; give it one step, such as one-hot −1 or zeros.", nameof(sequences));
        }
    }

    static Column OfParts(Column parts, int[] lengths) => new()
    {
        Name = parts.Name, Kind = ValueKind.Sequences, Width = parts.Width, Stride = parts.Stride, Units = parts.Units, Values = parts.Values, Parts = parts, Starts = Sums(lengths, 1), Lengths = lengths,
    };

    /// <summary>The index at which each begins if they lie one after the other.</summary>
    static int[] Sums(int[] lengths, int width)
    {
        var starts = new int[lengths.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = checked(starts[i - 1] + lengths[i - 1] * width);
        return starts;
    }

    static Column Numbers(string name, ValueKind kind, int units, int[] numbers, int[] lengths)
    {
        if (units is < 1 or > OneHotNumbers.MostUnits)
            throw new ArgumentOutOfRangeException(nameof(units), units, $"Column '{name}': one-hot vectors have from 1 to {OneHotNumbers.MostUnits} units.");
        int[] starts = Sums(lengths, 1);
        var column = new Column
        {
            Name = name, Kind = kind, Width = 1, Stride = 1, Units = units, Values = Array.ConvertAll(numbers, number => (float)number), Starts = starts, Lengths = lengths,
        };
        OneHotNumbers.Check(column);
        return column;
    }

    /// <summary>Whether all numbers of units were checked and are in range.</summary>
    internal bool AreNumbersChecked { get; set; }

    /// <summary>Index in <see cref="Values"/> of a step.</summary>
    internal long Start(int example, int step) => Starts[example] + (long)step * Stride;

    /// <summary>Whether the first <paramref name="steps"/> steps of a sequence reach beyond the buffer.</summary>
    internal bool IsOutside(int sequence, int steps) => Starts[sequence] < 0 || Stride < 0 || Start(sequence, steps - 1) + Width > Values.Length;

    /// <summary>The kind of target that the values were checked for.</summary>
    internal TargetKind CheckedFor { get; set; }

    /// <summary>Of each example the steps that count in a loss by their labels, where other ranks need to know them; else null.</summary>
    internal (CountedSteps As, int[] Numbers)? Counted { get; set; }

    /// <summary>The values of one step of one example.</summary>
    public ReadOnlySpan<float> Step(int example, int step) => Values.Span.Slice(Starts[example] + step * Stride, Width);

    /// <summary>A dense copy, the examples one after the other: [sum of the lengths × width].</summary>
    public float[] ToArray()
    {
        if (Parts is { } parts)
            return parts.Select([.. Enumerable.Range(0, Count).SelectMany(i => Enumerable.Range(Starts[i], Lengths[i]))]).ToArray();
        int steps = 0;
        foreach (int length in Lengths)
            steps = checked(steps + length);
        var result = new float[checked(steps * Width)];
        int filled = 0;
        for (int example = 0; example < Count; example++)
            for (int step = 0; step < Lengths[example]; step++, filled += Width)
                Step(example, step).CopyTo(result.AsSpan(filled));
        return result;
    }

    /// <summary>A description such as "x: 120 sequences of 7 values, 3 to 48 steps".</summary>
    public override string ToString()
    {
        string what = Kind switch
        {
            ValueKind.Sequence => "sequences", ValueKind.Sequences => "sequences of sequences", ValueKind.Vector => Units > 0 ? "one-hot vectors" : "vectors", _ => "scalars",
        };
        string of = Units > 0 ? Kind == ValueKind.Vector ? $" of {Units} units" : $" of one-hot vectors of {Units} units" : Kind == ValueKind.Scalar ? "" : Width == 1 ? " of 1 value" : $" of {Width} values";
        int least = int.MaxValue, most = 0;
        foreach (int length in Lengths)
            (least, most) = (Math.Min(least, length), Math.Max(most, length));
        string steps = Kind is not (ValueKind.Sequence or ValueKind.Sequences) || Count == 0 ? "" : least == most ? $", {most} steps" : $", {least} to {most} steps";
        return $"{Name}: {Count} {what}{of}{steps}";
    }

    /// <summary>The same buffer with other examples.</summary>
    public Column Select(ReadOnlySpan<int> examples)
    {
        var starts = new int[examples.Length];
        var lengths = new int[examples.Length];
        for (int i = 0; i < examples.Length; i++)
        {
            starts[i] = Starts[examples[i]];
            lengths[i] = Lengths[examples[i]];
        }
        return new Column
        {
            Name = Name, Kind = Kind, Width = Width, Values = Values, Stride = Stride, Starts = starts, Lengths = lengths, CheckedFor = CheckedFor, Units = Units, AreNumbersChecked = AreNumbersChecked, Parts = Parts,
        };
    }
}
