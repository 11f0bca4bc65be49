using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>What the sums of a product begin with: nothing, a vector that all streams share, or a vector of each stream.</summary>
/// <param name="at">The lanes of the first units, for the first stream.</param>
/// <param name="perStream">Floats from stream to stream.</param>
/// <param name="perUnit">Floats from unit to unit, from one vector of units to the next.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SumBegin(Floats at, nint perStream, int perUnit)
{
    /// <summary>A vector that all streams share.</summary>
    public SumBegin(Floats at) : this(at, 0, 1)
    {
    }

    internal bool IsNothing => at.IsNull;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal V Load<V>(int stream, nint unit) where V : struct, ISimd<V> => IsNothing ? V.Broadcast(0) : V.Load(at + stream * perStream, unit * perUnit);
}

/// <summary>
/// The products of a step that several streams make together. A vector of weights is loaded once and multiplied for up to four streams; those of the next four find it in the first cache. The
/// products have the same bits as those of a single stream: the same words are added in the same order, in the same number of partial sums.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe ref partial struct StreamGroup
{
    /// <summary>The most streams of a group.</summary>
    internal const int MostStreams = 16;

    readonly ReadOnlySpan<Floats> operands;
    readonly ReadOnlySpan<StepCorrections?> corrections;
    readonly Floats sums, room;
    readonly nint sumFloats;
    readonly int slots, streams;

    /// <param name="operands">The operands of each stream: [streams × slots].</param>
    /// <param name="slots">The room for one stream's operands.</param>
    /// <param name="sums">Gets the products: [streams × sumFloats].</param>
    /// <param name="sumFloats">The floats of one stream's products.</param>
    /// <param name="corrections">What is added to the products of each stream; empty if nothing is.</param>
    /// <param name="room">Room for <see cref="StepCorrections.RoomFloats"/>.</param>
    internal StreamGroup(ReadOnlySpan<Floats> operands, int slots, Floats sums, nint sumFloats, ReadOnlySpan<StepCorrections?> corrections, Floats room)
    {
        this.operands = operands;
        this.corrections = corrections;
        this.room = room;
        (this.slots, this.sums, this.sumFloats) = (slots, sums, sumFloats);
        streams = operands.Length / slots;
    }

    /// <summary>A sum of each stream that was made before, with which another one begins.</summary>
    /// <param name="at">The offset of its products.</param>
    /// <param name="product">Its number among the products of its operand.</param>
    /// <param name="products">The products of its operand.</param>
    public SumBegin Sum<V>(nint at, int product, int products) where V : struct, ISimd<V> => new(sums + at + product * V.Count, sumFloats, products);

    /// <summary>Products with a single output: see <see cref="DotProduct"/>.</summary>
    /// <param name="slot">The number of the operand.</param>
    /// <param name="rows">The rows of weights, one for each product, each with room for whole vectors.</param>
    /// <param name="depth">The floats of the operand.</param>
    /// <param name="at">The offset of the products in the memory of a stream's sums.</param>
    /// <param name="begins">What each product begins with.</param>
    public void Dot<V>(int slot, Floats rows, int depth, nint at, ReadOnlySpan<SumBegin> begins) where V : struct, ISimd<V>
    {
        for (int stream = 0; stream < streams; stream++)
            for (int product = 0; product < begins.Length; product++)
            {
                V value = V.Broadcast(DotProduct.Of<V>(Operand(stream, slot), rows + product * (nint)Layout.Align(depth), depth));
                Store(begins[product].IsNothing ? value : begins[product].Load<V>(stream, 0) + value, stream, at, 0, product, begins.Length);
            }
        Correct<V, FloatWeights>(slot, at);
        // The value stands in all lanes.
        for (int stream = 0; stream < corrections.Length; stream++)
            for (int product = 0; product < begins.Length && corrections[stream] is not null; product++)
                Store(V.Broadcast(sums[stream * sumFloats + at + product * V.Count]), stream, at, 0, product, begins.Length);
    }

    /// <summary>Products of a depth so small that a step writes them without a loop: the first word of each partial sum is multiplied, the others are multiplied and added.</summary>
    public void MultiplyShort<V>(int slot, Floats packed, int depth, int units, int chains, nint at, ReadOnlySpan<SumBegin> begins) where V : struct, ISimd<V>
    {
        int products = begins.Length;
        float* partial = stackalloc float[MostPartial * MostLanes];
        for (nint unit = 0; unit < units; unit += V.Count)
            for (int stream = 0; stream < streams; stream++)
                for (int product = 0; product < products; product++)
                {
                    Floats operand = Operand(stream, slot), weights = packed + unit * depth * products + product * V.Count;
                    for (int k = 0; k < depth; k++)
                    {
                        V x = V.Broadcast(operand[k]), w = V.Load(weights, k * products * V.Count);
                        V sum = k >= chains ? V.MultiplyAdd(x, w, V.Load(partial + k % chains * V.Count))
                            : k == 0 && !begins[product].IsNothing ? V.MultiplyAdd(x, w, begins[product].Load<V>(stream, unit)) : x * w;
                        V.Store(sum, partial + k % chains * V.Count);
                    }
                    Store(Merge<V, FloatWeights>(partial, chains, V.Count), stream, at, unit, product, products);
                }
        Correct<V, FloatWeights>(slot, at);
    }

    /// <summary>Adds the corrections of each stream to the products of an operand, which are made.</summary>
    void Correct<V, W>(int slot, nint at) where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        for (int stream = 0; stream < corrections.Length; stream++)
            corrections[stream]?.Add<V, W>(at, Operand(stream, slot), sums + (stream * sumFloats + at), room);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Floats Operand(int stream, int slot) => operands[stream * slots + slot];

    void Store<V>(V value, int stream, nint at, nint unit, int product, int products) where V : struct, ISimd<V> =>
        V.Store(value, sums + stream * sumFloats + at, unit * products + product * V.Count);

    /// <summary>Adds partial sums in pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Merge<V, W>(float* partial, int chains, int apart) where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        if (chains == 2)
            return W.Add(V.Load(partial), V.Load(partial + apart));
        for (int half = chains / 2; half > 0; half /= 2)
            for (int c = 0; c < half; c++)
                V.Store(W.Add(V.Load(partial + c * apart), V.Load(partial + (c + half) * apart)), partial + c * apart);
        return V.Load(partial);
    }
}
