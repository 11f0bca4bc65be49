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

    public required ValueKind Kind { get; init; }

    /// <summary>Values a step.</summary>
    public required int Width { get; init; }

    /// <summary>The buffer.</summary>
    public required ReadOnlyMemory<float> Values { get; init; }

    /// <summary>Floats from one step of an example to the next.</summary>
    public required int Stride { get; init; }

    /// <summary>Per example: index in <see cref="Values"/> of its first step.</summary>
    public required int[] Starts { get; init; }

    /// <summary>Per example: number of steps; 1 for vectors and scalars.</summary>
    public required int[] Lengths { get; init; }

    /// <summary>Number of examples.</summary>
    public int Count => Starts.Length;

    /// <summary>What all values have been found to be.</summary>
    internal TargetKind CheckedFor { get; set; }

    /// <summary>The values of one step of one example.</summary>
    public ReadOnlySpan<float> Step(int example, int step) => Values.Span.Slice(Starts[example] + step * Stride, Width);

    /// <summary>A dense copy, the examples one after the other: [sum of the lengths × width].</summary>
    public float[] ToArray()
    {
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
            Name = Name, Kind = Kind, Width = Width, Values = Values, Stride = Stride, Starts = starts, Lengths = lengths, CheckedFor = CheckedFor,
        };
    }
}
