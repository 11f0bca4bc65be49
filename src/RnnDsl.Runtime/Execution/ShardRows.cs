using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>Where the values of one input or result lie in a shard, and how one example's get there and back.</summary>
readonly unsafe struct ShardRows(Shard shard, ValueKind kind, int width, bool isScalar)
{
    public ShardRows(Shard shard, ValueInfo value) : this(shard, value.Kind, value.Width, value.IsScalar)
    {
    }

    /// <summary>Floats from row to row. A scalar stands alone, without padding.</summary>
    readonly int stride = isScalar ? 1 : Layout.Pad(width);

    /// <summary>Floats of the whole.</summary>
    public long Floats => (long)(kind == ValueKind.Sequence ? shard.Rows : shard.Batch) * stride;

    int Steps(int sequence) => kind == ValueKind.Sequence ? shard.Lengths[sequence] : 1;

    float* Row(Floats values, int step, int sequence) =>
        values.Pointer + (long)((kind == ValueKind.Sequence ? shard.RowOffsets[step] : 0) + sequence) * stride;

    /// <summary>Copies the steps of one example, <paramref name="sourceStride"/> apart, to its rows, and zeroes their padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(float* source, int sourceStride, Floats target, int sequence)
    {
        for (int step = 0; step < Steps(sequence); step++, source += sourceStride)
        {
            var row = new Span<float>(Row(target, step, sequence), stride);
            new ReadOnlySpan<float>(source, width).CopyTo(row);
            row[width..].Clear();
        }
    }

    /// <summary>Copies the rows of one example to a dense block [steps × width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter(Floats source, float* target, int sequence)
    {
        for (int step = 0; step < Steps(sequence); step++, target += width)
            new ReadOnlySpan<float>(Row(source, step, sequence), width).CopyTo(new Span<float>(target, width));
    }
}
