using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RnnDsl.CompilerServices;

// Products with a loop over the words of the operand.
public readonly unsafe ref partial struct StreamGroup
{
    /// <summary>The most streams and columns of a tile. A column is one partial sum of one product.</summary>
    const int TileStreams = 4, MostPartial = 8, MostLanes = 16;

    /// <summary>Products of any depth. Their partial sum c adds the words c, c + chains, and so on.</summary>
    /// <param name="slot">The number of the operand.</param>
    /// <param name="packed">The weights, as <see cref="IStepWeights"/> packs them.</param>
    /// <param name="depth">The floats of the operand.</param>
    /// <param name="units">The outputs of each product.</param>
    /// <param name="chains">The partial sums of each product.</param>
    /// <param name="at">The offset of the products in the memory of a stream's sums.</param>
    /// <param name="begins">What each product begins with.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply<V, W>(int slot, Floats packed, int depth, int units, int chains, nint at, ReadOnlySpan<SumBegin> begins)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        int products = begins.Length;
        nint words = W.Words(depth), block = (nint)W.Row(depth) * products, next = MostPartial * V.Count;
        float** x = stackalloc float*[TileStreams];
        float* partial = stackalloc float[TileStreams * MostPartial * MostLanes];
        fixed (SumBegin* begin = begins)
            for (nint unit = 0; unit < units; unit += V.Count)
            {
                float* weights = (packed + unit * block).Pointer;
                for (int first = 0; first < streams; first += TileStreams)
                {
                    int many = Math.Min(TileStreams, streams - first);
                    for (int i = 0; i < TileStreams; i++)
                        x[i] = Operand(first + Math.Min(i, many - 1), slot).Pointer;
                    for (int i = 0; i < many; i++)
                        for (int product = 0; product < products; product++)
                            V.Store(W.Begin(begin[product].Load<V>(first + i, unit)), partial + i * next + product * V.Count);
                    Tiles<V, W>(x, many, weights, words, products, chains, partial);
                    Floats behind = new(weights + words * products * V.Count);
                    for (int i = 0; i < many; i++)
                    {
                        float* target = (sums + (first + i) * sumFloats + at + unit * products).Pointer;
                        for (int product = 0; product < products; product++)
                        {
                            V sum = Merge<V, W>(partial + i * next + product * V.Count, chains, products * V.Count);
                            V.Store(W.Finish(sum, behind, product, products, new Floats(x[i]), begin[product].Load<V>(first + i, unit)), target + product * V.Count);
                        }
                    }
                }
            }
        Correct<V, W>(slot, at);
    }

    /// <summary>Whether 16 sums, 4 vectors of weights and an operand fit the registers of the processor.</summary>
    static bool HasManyRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.VL.IsSupported || AdvSimd.IsSupported;
    }

    /// <summary>All columns of up to four streams, for one vector of units. The first partial sums begin with what stands there, the others with zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tiles<V, W>(float** x, int many, float* weights, nint words, int products, int chains, float* partial)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        nint turns = words / chains;
        int columns = products * chains, column = 0;
        if (HasManyRegisters)
            for (; column + 4 <= columns; column += 4)
                if (many > 2)
                    Tile4x4<V, W>(x, column, weights, turns, products, chains, partial);
                else
                    Tile4x2<V, W>(x, column, weights, turns, products, chains, partial);
        // An odd column at the end is a tile with itself.
        for (; column < columns; column += 2)
            Tile2x4<V, W>(x, column, Math.Min(column + 1, columns - 1), weights, turns, products, chains, partial);
        for (nint word = turns * chains; word < words; word++)
            for (int i = 0; i < many; i++)
                for (int product = 0; product < products; product++)
                {
                    float* sum = partial + (i * MostPartial + product) * V.Count;
                    V.Store(W.MultiplyAdd(V.Broadcast(x[i][word]), V.Load(weights + (word * products + product) * V.Count), V.Load(sum)), sum);
                }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile2x4<V, W>(float** x, int a, int b, float* weights, nint turns, int products, int chains, float* partial)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        float* pa = partial + a * V.Count, pb = partial + b * V.Count;
        nint next = MostPartial * V.Count, row = (nint)products * chains * V.Count;
        V a0 = V.Broadcast(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        if (a < products)
            (a0, a1, a2, a3) = (V.Load(pa), V.Load(pa + next), V.Load(pa + 2 * next), V.Load(pa + 3 * next));
        if (b < products)
            (b0, b1, b2, b3) = (V.Load(pb), V.Load(pb + next), V.Load(pb + 2 * next), V.Load(pb + 3 * next));
        float* x0 = x[0] + a / products, x1 = x[1] + a / products, x2 = x[2] + a / products, x3 = x[3] + a / products;
        float* wa = weights + a * V.Count, wb = weights + b * V.Count;
        if (a / products == b / products)
            for (nint k = 0, end = turns * chains; k < end; k += chains)
            {
                V va = V.Load(wa), vb = V.Load(wb);
                V v0 = V.Broadcast(x0[k]), v1 = V.Broadcast(x1[k]), v2 = V.Broadcast(x2[k]), v3 = V.Broadcast(x3[k]);
                a0 = W.MultiplyAdd(v0, va, a0);
                b0 = W.MultiplyAdd(v0, vb, b0);
                a1 = W.MultiplyAdd(v1, va, a1);
                b1 = W.MultiplyAdd(v1, vb, b1);
                a2 = W.MultiplyAdd(v2, va, a2);
                b2 = W.MultiplyAdd(v2, vb, b2);
                a3 = W.MultiplyAdd(v3, va, a3);
                b3 = W.MultiplyAdd(v3, vb, b3);
                wa += row;
                wb += row;
            }
        else
            for (nint k = 0, end = turns * chains; k < end; k += chains)
            {
                V va = V.Load(wa), vb = V.Load(wb);
                a0 = W.MultiplyAdd(V.Broadcast(x0[k]), va, a0);
                b0 = W.MultiplyAdd(V.Broadcast(x0[k + 1]), vb, b0);
                a1 = W.MultiplyAdd(V.Broadcast(x1[k]), va, a1);
                b1 = W.MultiplyAdd(V.Broadcast(x1[k + 1]), vb, b1);
                a2 = W.MultiplyAdd(V.Broadcast(x2[k]), va, a2);
                b2 = W.MultiplyAdd(V.Broadcast(x2[k + 1]), vb, b2);
                a3 = W.MultiplyAdd(V.Broadcast(x3[k]), va, a3);
                b3 = W.MultiplyAdd(V.Broadcast(x3[k + 1]), vb, b3);
                wa += row;
                wb += row;
            }
        V.Store(a0, pa);
        V.Store(a1, pa + next);
        V.Store(a2, pa + 2 * next);
        V.Store(a3, pa + 3 * next);
        V.Store(b0, pb);
        V.Store(b1, pb + next);
        V.Store(b2, pb + 2 * next);
        V.Store(b3, pb + 3 * next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x4<V, W>(float** x, int column, float* weights, nint turns, int products, int chains, float* partial)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        float* sums = partial + column * V.Count, w = weights + column * V.Count;
        nint next = MostPartial * V.Count, row = (nint)products * chains * V.Count, first = column / products;
        V a0 = V.Broadcast(0), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0, a2 = a0, b2 = a0, c2 = a0, d2 = a0, a3 = a0, b3 = a0, c3 = a0, d3 = a0;
        if (column < products)
            (a0, a1, a2, a3) = (V.Load(sums), V.Load(sums + next), V.Load(sums + 2 * next), V.Load(sums + 3 * next));
        if (column + 1 < products)
            (b0, b1, b2, b3) = (V.Load(sums + V.Count), V.Load(sums + next + V.Count), V.Load(sums + 2 * next + V.Count), V.Load(sums + 3 * next + V.Count));
        if (column + 2 < products)
            (c0, c1, c2, c3) = (V.Load(sums + 2 * V.Count), V.Load(sums + next + 2 * V.Count), V.Load(sums + 2 * next + 2 * V.Count), V.Load(sums + 3 * next + 2 * V.Count));
        if (column + 3 < products)
            (d0, d1, d2, d3) = (V.Load(sums + 3 * V.Count), V.Load(sums + next + 3 * V.Count), V.Load(sums + 2 * next + 3 * V.Count), V.Load(sums + 3 * next + 3 * V.Count));
        float* x0 = x[0] + first, x1 = x[1] + first, x2 = x[2] + first, x3 = x[3] + first;
        nint to1 = (column + 1) / products - first, to2 = (column + 2) / products - first, to3 = (column + 3) / products - first;
        if (to3 == 0)
            for (nint k = 0, end = turns * chains; k < end; k += chains)
            {
                V wa = V.Load(w), wb = V.Load(w + V.Count), wc = V.Load(w + 2 * V.Count), wd = V.Load(w + 3 * V.Count);
                V v0 = V.Broadcast(x0[k]);
                a0 = W.MultiplyAdd(v0, wa, a0);
                b0 = W.MultiplyAdd(v0, wb, b0);
                c0 = W.MultiplyAdd(v0, wc, c0);
                d0 = W.MultiplyAdd(v0, wd, d0);
                V v1 = V.Broadcast(x1[k]);
                a1 = W.MultiplyAdd(v1, wa, a1);
                b1 = W.MultiplyAdd(v1, wb, b1);
                c1 = W.MultiplyAdd(v1, wc, c1);
                d1 = W.MultiplyAdd(v1, wd, d1);
                V v2 = V.Broadcast(x2[k]);
                a2 = W.MultiplyAdd(v2, wa, a2);
                b2 = W.MultiplyAdd(v2, wb, b2);
                c2 = W.MultiplyAdd(v2, wc, c2);
                d2 = W.MultiplyAdd(v2, wd, d2);
                V v3 = V.Broadcast(x3[k]);
                a3 = W.MultiplyAdd(v3, wa, a3);
                b3 = W.MultiplyAdd(v3, wb, b3);
                c3 = W.MultiplyAdd(v3, wc, c3);
                d3 = W.MultiplyAdd(v3, wd, d3);
                w += row;
            }
        else
            for (nint k = 0, end = turns * chains; k < end; k += chains)
            {
                V wa = V.Load(w);
                a0 = W.MultiplyAdd(V.Broadcast(x0[k]), wa, a0);
                a1 = W.MultiplyAdd(V.Broadcast(x1[k]), wa, a1);
                a2 = W.MultiplyAdd(V.Broadcast(x2[k]), wa, a2);
                a3 = W.MultiplyAdd(V.Broadcast(x3[k]), wa, a3);
                V wb = V.Load(w + V.Count);
                b0 = W.MultiplyAdd(V.Broadcast(x0[k + to1]), wb, b0);
                b1 = W.MultiplyAdd(V.Broadcast(x1[k + to1]), wb, b1);
                b2 = W.MultiplyAdd(V.Broadcast(x2[k + to1]), wb, b2);
                b3 = W.MultiplyAdd(V.Broadcast(x3[k + to1]), wb, b3);
                V wc = V.Load(w + 2 * V.Count);
                c0 = W.MultiplyAdd(V.Broadcast(x0[k + to2]), wc, c0);
                c1 = W.MultiplyAdd(V.Broadcast(x1[k + to2]), wc, c1);
                c2 = W.MultiplyAdd(V.Broadcast(x2[k + to2]), wc, c2);
                c3 = W.MultiplyAdd(V.Broadcast(x3[k + to2]), wc, c3);
                V wd = V.Load(w + 3 * V.Count);
                d0 = W.MultiplyAdd(V.Broadcast(x0[k + to3]), wd, d0);
                d1 = W.MultiplyAdd(V.Broadcast(x1[k + to3]), wd, d1);
                d2 = W.MultiplyAdd(V.Broadcast(x2[k + to3]), wd, d2);
                d3 = W.MultiplyAdd(V.Broadcast(x3[k + to3]), wd, d3);
                w += row;
            }
        V.Store(a0, sums);
        V.Store(b0, sums + V.Count);
        V.Store(c0, sums + 2 * V.Count);
        V.Store(d0, sums + 3 * V.Count);
        V.Store(a1, sums + next);
        V.Store(b1, sums + next + V.Count);
        V.Store(c1, sums + next + 2 * V.Count);
        V.Store(d1, sums + next + 3 * V.Count);
        V.Store(a2, sums + 2 * next);
        V.Store(b2, sums + 2 * next + V.Count);
        V.Store(c2, sums + 2 * next + 2 * V.Count);
        V.Store(d2, sums + 2 * next + 3 * V.Count);
        V.Store(a3, sums + 3 * next);
        V.Store(b3, sums + 3 * next + V.Count);
        V.Store(c3, sums + 3 * next + 2 * V.Count);
        V.Store(d3, sums + 3 * next + 3 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x2<V, W>(float** x, int column, float* weights, nint turns, int products, int chains, float* partial)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        float* sums = partial + column * V.Count, w = weights + column * V.Count;
        nint next = MostPartial * V.Count, row = (nint)products * chains * V.Count, first = column / products;
        V a0 = V.Broadcast(0), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0;
        if (column < products)
            (a0, a1) = (V.Load(sums), V.Load(sums + next));
        if (column + 1 < products)
            (b0, b1) = (V.Load(sums + V.Count), V.Load(sums + next + V.Count));
        if (column + 2 < products)
            (c0, c1) = (V.Load(sums + 2 * V.Count), V.Load(sums + next + 2 * V.Count));
        if (column + 3 < products)
            (d0, d1) = (V.Load(sums + 3 * V.Count), V.Load(sums + next + 3 * V.Count));
        float* x0 = x[0] + first, x1 = x[1] + first;
        nint to1 = (column + 1) / products - first, to2 = (column + 2) / products - first, to3 = (column + 3) / products - first;
        if (to3 == 0)
            for (nint k = 0, end = turns * chains; k < end; k += chains)
            {
                V wa = V.Load(w), wb = V.Load(w + V.Count), wc = V.Load(w + 2 * V.Count), wd = V.Load(w + 3 * V.Count);
                V v0 = V.Broadcast(x0[k]);
                a0 = W.MultiplyAdd(v0, wa, a0);
                b0 = W.MultiplyAdd(v0, wb, b0);
                c0 = W.MultiplyAdd(v0, wc, c0);
                d0 = W.MultiplyAdd(v0, wd, d0);
                V v1 = V.Broadcast(x1[k]);
                a1 = W.MultiplyAdd(v1, wa, a1);
                b1 = W.MultiplyAdd(v1, wb, b1);
                c1 = W.MultiplyAdd(v1, wc, c1);
                d1 = W.MultiplyAdd(v1, wd, d1);
                w += row;
            }
        else
            for (nint k = 0, end = turns * chains; k < end; k += chains)
            {
                V wa = V.Load(w);
                a0 = W.MultiplyAdd(V.Broadcast(x0[k]), wa, a0);
                a1 = W.MultiplyAdd(V.Broadcast(x1[k]), wa, a1);
                V wb = V.Load(w + V.Count);
                b0 = W.MultiplyAdd(V.Broadcast(x0[k + to1]), wb, b0);
                b1 = W.MultiplyAdd(V.Broadcast(x1[k + to1]), wb, b1);
                V wc = V.Load(w + 2 * V.Count);
                c0 = W.MultiplyAdd(V.Broadcast(x0[k + to2]), wc, c0);
                c1 = W.MultiplyAdd(V.Broadcast(x1[k + to2]), wc, c1);
                V wd = V.Load(w + 3 * V.Count);
                d0 = W.MultiplyAdd(V.Broadcast(x0[k + to3]), wd, d0);
                d1 = W.MultiplyAdd(V.Broadcast(x1[k + to3]), wd, d1);
                w += row;
            }
        V.Store(a0, sums);
        V.Store(b0, sums + V.Count);
        V.Store(c0, sums + 2 * V.Count);
        V.Store(d0, sums + 3 * V.Count);
        V.Store(a1, sums + next);
        V.Store(b1, sums + next + V.Count);
        V.Store(c1, sums + next + 2 * V.Count);
        V.Store(d1, sums + next + 3 * V.Count);
    }
}
