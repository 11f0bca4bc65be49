using System.Numerics;
using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>Adds the shards' gradients into the first one, always in the order of the shards; threads divide the parameters.</summary>
sealed unsafe class GradientReduction(List<AlignedBuffer> gradients, ParameterStore parameters) : IParallelWork
{
    /// <summary>Floats of a piece: what one thread adds at a time stays in its first cache.</summary>
    const int Piece = 4096;

    int shards;

    public void Run(Workers workers, int shards)
    {
        this.shards = shards;
        if (shards > 1)
            workers.Run(this, (parameters.Length + Piece - 1) / Piece);
        ClearGaps();
    }

    void IParallelWork.Run(int item, int worker)
    {
        int first = item * Piece, end = Math.Min(first + Piece, parameters.Length);
        float* sum = gradients[0].Floats.Pointer;
        for (int shard = 1; shard < shards; shard++)
        {
            float* addend = gradients[shard].Floats.Pointer;
            // The buffer is a whole number of cache lines, so there is no tail.
            for (int i = first; i < end; i += Vector<float>.Count)
                Vector.Store(Vector.Load(sum + i) + Vector.Load(addend + i), sum + i);
        }
    }

    /// <summary>Programs may store whole vectors over the end of a slice.</summary>
    void ClearGaps()
    {
        Span<float> sum = gradients[0].Span;
        IReadOnlyList<Parameter> slices = parameters.Slices;
        // By number: an enumerator would be allocated.
        for (int i = 0; i < slices.Count; i++)
        {
            Parameter slice = slices[i];
            int end = slice.Offset + slice.Length;
            sum[end..(slice.Offset + (int)Layout.Align(slice.Length))].Clear();
        }
    }
}
