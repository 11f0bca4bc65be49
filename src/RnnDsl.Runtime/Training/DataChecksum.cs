using System.Numerics;
using System.Runtime.InteropServices;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>
/// A checksum of what a training sees of data: names, kinds, widths, lengths and values, and not how the values lie in memory. Two cyclic redundancy checks (CRC-32C, an
/// instruction of most processors) take turns, so that it costs little beside an epoch. A single value that has changed is always found. It tells of mistakes: whoever wants to can make other
/// data with the same checksum.
/// </summary>
struct DataChecksum()
{
    uint next = uint.MaxValue, other = uint.MaxValue;

    /// <summary>The checksum of data whose values can be read here.</summary>
    public static ulong Of(Dataset data)
    {
        var sum = new DataChecksum();
        foreach (Column column in data.Columns)
        {
            foreach (char letter in column.Name)
                sum.Add(letter);
            sum.Add((uint)column.Kind);
            sum.Add((uint)column.Width);
            sum.Add((uint)column.Units);
            for (int example = 0; example < column.Count; example++)
                sum.Add(column, example);
        }
        return sum.Value;
    }

    /// <summary>The checksum of parts with these checksums.</summary>
    public static ulong Of(ReadOnlySpan<ulong> parts)
    {
        var sum = new DataChecksum();
        foreach (uint half in MemoryMarshal.Cast<ulong, uint>(parts))
            sum.Add(half);
        return sum.Value;
    }

    readonly ulong Value => ((ulong)next << 32) | other;

    void Add(Column column, int example)
    {
        int steps = column.Lengths[example];
        Add((uint)steps);
        if (column.Parts is { } parts)
            for (int i = 0; i < steps; i++)
                Add(parts, column.Starts[example] + i);
        else
        {
            ReadOnlySpan<uint> values = MemoryMarshal.Cast<float, uint>(column.Values.Span);
            // In registers, which takes half the time.
            (uint turn, uint rest) = (next, other);
            for (int step = 0; step < steps; step++)
                foreach (uint bits in values.Slice(column.Starts[example] + step * column.Stride, column.Width))
                    (turn, rest) = (rest, BitOperations.Crc32C(turn, bits));
            (next, other) = (turn, rest);
        }
    }

    void Add(uint bits) => (next, other) = (other, BitOperations.Crc32C(next, bits));
}
