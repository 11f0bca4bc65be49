using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>Where the values of one input or result lie in a shard, and how to copy one example's values there and back.</summary>
readonly unsafe struct ValueLayout
{
    readonly Shard shard;
    readonly ValueKind kind;
    readonly int width;

    /// <summary>The floats from row to row. Scalars, and the numbers of one-hot vectors, have no padding.</summary>
    readonly int stride;

    ValueLayout(Shard shard, ValueKind kind, int width, bool isScalar, int axis) =>
        (this.shard, this.kind, this.width, stride, Axis) = (shard.Of(axis), kind, width, isScalar ? 1 : Layout.Pad(width), axis);

    public ValueLayout(Shard shard, ValueInfo value)
        : this(shard, value.Kind == ValueKind.Sequences ? ValueKind.Sequence : value.Kind, value.Width, value.IsScalar, value.Kind is ValueKind.Sequence or ValueKind.Sequences ? value.Axis : 0)
    {
    }

    public ValueLayout(Shard shard, StateInfo state) : this(shard, state.IsScalar ? ValueKind.Scalar : ValueKind.Vector, state.Width, state.IsScalar, state.Axis)
    {
    }

    /// <summary>The axis that gives the rows their order.</summary>
    public int Axis { get; }

    /// <summary>The floats of all rows.</summary>
    public long Floats => (long)(kind == ValueKind.Sequence ? shard.Rows : shard.Batch) * stride;

    int Steps(int sequence) => kind == ValueKind.Sequence ? shard.Lengths[sequence] : 1;

    float* Row(Floats values, int step, int sequence) =>
        values.Pointer + (long)((kind == ValueKind.Sequence ? shard.RowOffsets[step] : 0) + sequence) * stride;

    /// <summary>Copies the steps of one example, which are <paramref name="sourceStride"/> floats apart, to its rows, and zeroes their padding.</summary>
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
