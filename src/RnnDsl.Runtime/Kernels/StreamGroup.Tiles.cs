using System.Runtime.CompilerServices;

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
    public void Multiply<V, W>(int slot, Floats packed, int depth, int units, int chains, nint at, ReadOnlySpan<SumBegin> begins)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        int products = begins.Length;
        nint block = (nint)W.Row(depth) * products;
        float** x = stackalloc float*[TileStreams];
        float* partial = stackalloc float[TileStreams * MostPartial * MostLanes];
        for (nint unit = 0; unit < units; unit += V.Count)
            for (int first = 0; first < streams; first += TileStreams)
            {
                int many = Math.Min(TileStreams, streams - first);
                for (int i = 0; i < TileStreams; i++)
                    x[i] = Operand(first + Math.Min(i, many - 1), slot).Pointer;
                float* weights = (packed + unit * block).Pointer;
                Begin<V, W>(partial, first, many, unit, chains, begins);
                Tiles<V, W>(x, many, weights, W.Words(depth), products, chains, partial);
                for (int i = 0; i < many; i++)
                    for (int product = 0; product < products; product++)
                    {
                        V sum = Merge<V, W>(partial + (i * MostPartial + product) * V.Count, chains, products * V.Count);
                        Floats behind = new(weights + (nint)W.Words(depth) * products * V.Count);
                        Store(W.Finish(sum, behind, product, products, new Floats(x[i]), begins[product].Load<V>(first + i, unit)), first + i, at, unit, product, products);
                    }
            }
    }

    /// <summary>Writes what the columns of a tile begin with.</summary>
    static void Begin<V, W>(float* partial, int first, int many, nint unit, int chains, ReadOnlySpan<SumBegin> begins)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        for (int i = 0; i < many; i++)
            for (int column = 0; column < chains * begins.Length; column++)
                V.Store(column < begins.Length && !begins[column].IsNothing ? W.Begin(begins[column].Load<V>(first + i, unit)) : V.Broadcast(0), partial + (i * MostPartial + column) * V.Count);
    }

    /// <summary>All columns of up to four streams, for one vector of units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tiles<V, W>(float** x, int many, float* weights, nint words, int products, int chains, float* partial)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        nint turns = words / chains;
        int columns = products * chains;
        // An odd column at the end is a tile with itself.
        for (int column = 0; column < columns; column += 2)
        {
            int other = Math.Min(column + 1, columns - 1);
            if (many > 2)
                Tile4<V, W>(x, column, other, weights, turns, products, chains, partial);
            else
                Tile2<V, W>(x, column, other, weights, turns, products, chains, partial);
        }
        for (nint word = turns * chains; word < words; word++)
            for (int i = 0; i < many; i++)
                for (int product = 0; product < products; product++)
                {
                    float* sum = partial + (i * MostPartial + product) * V.Count;
                    V.Store(W.MultiplyAdd(V.Broadcast(x[i][word]), V.Load(weights + (word * products + product) * V.Count), V.Load(sum)), sum);
                }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4<V, W>(float** x, int a, int b, float* weights, nint turns, int products, int chains, float* partial)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        float* pa = partial + a * V.Count, pb = partial + b * V.Count;
        nint next = MostPartial * V.Count, row = (nint)products * chains * V.Count;
        V a0 = V.Load(pa), a1 = V.Load(pa + next), a2 = V.Load(pa + 2 * next), a3 = V.Load(pa + 3 * next);
        V b0 = V.Load(pb), b1 = V.Load(pb + next), b2 = V.Load(pb + 2 * next), b3 = V.Load(pb + 3 * next);
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
    static void Tile2<V, W>(float** x, int a, int b, float* weights, nint turns, int products, int chains, float* partial)
        where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        float* pa = partial + a * V.Count, pb = partial + b * V.Count;
        nint next = MostPartial * V.Count, row = (nint)products * chains * V.Count, ahead = b / products - a / products;
        V a0 = V.Load(pa), a1 = V.Load(pa + next), b0 = V.Load(pb), b1 = V.Load(pb + next);
        float* x0 = x[0] + a / products, x1 = x[1] + a / products, wa = weights + a * V.Count, wb = weights + b * V.Count;
        for (nint k = 0, end = turns * chains; k < end; k += chains)
        {
            V va = V.Load(wa), vb = V.Load(wb);
            a0 = W.MultiplyAdd(V.Broadcast(x0[k]), va, a0);
            b0 = W.MultiplyAdd(V.Broadcast(x0[k + ahead]), vb, b0);
            a1 = W.MultiplyAdd(V.Broadcast(x1[k]), va, a1);
            b1 = W.MultiplyAdd(V.Broadcast(x1[k + ahead]), vb, b1);
            wa += row;
            wb += row;
        }
        V.Store(a0, pa);
        V.Store(a1, pa + next);
        V.Store(b0, pb);
        V.Store(b1, pb + next);
    }
}
