using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>The height of a tile as a type, so that each height gets its own machine code from one text.</summary>
interface ITileHeight
{
    static abstract int Count { get; }
}

/// <summary>
/// The innermost product. A tile of C, with a few rows and two vectors (or one), stays in registers during the loop over the depth. The left operand is addressed as a[row·aRow +
/// k·aDepth] and the right one as b[k·bDepth + column], so that one text serves packed and unpacked, plain and transposed operands. Branches on type parameters vanish in the
/// machine code.
/// </summary>
static unsafe class Tile
{
    /// <summary>The most rows of a tile: as many as leave registers for one row of the right operand (16 or 32 registers).</summary>
    public static int MaxRows<V>() where V : struct, ISimd<V> => V.Count == 16 || AdvSimd.IsSupported ? 12 : 6;

    /// <summary>C[r, 0..2V) = addend[r, 0..2V) (zero if it is null) + Σ A[r, k]·B[k, 0..2V) for <paramref name="rows"/> from 1 to <see cref="MaxRows"/>. Meanwhile it prefetches
    /// the memory from <paramref name="ahead"/> on, <paramref name="aheadStep"/> floats for each depth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<V>(int rows, bool wide, nint depth, float* a, nint aRow, nint aDepth, float* b, nint bDepth,
        float* c, nint cRow, float* addend, nint addendRow, float* ahead, nint aheadStep) where V : struct, ISimd<V>
    {
        switch (rows)
        {
            case 1: Multiply<V, Height1>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 2: Multiply<V, Height2>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 3: Multiply<V, Height3>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 4: Multiply<V, Height4>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 5: Multiply<V, Height5>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 6: Multiply<V, Height6>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 7: Multiply<V, Height7>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 8: Multiply<V, Height8>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 9: Multiply<V, Height9>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 10: Multiply<V, Height10>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 11: Multiply<V, Height11>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
            case 12: Multiply<V, Height12>(wide, depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep); break;
        }
    }

    static void Multiply<V, R>(bool wide, nint depth, float* a, nint aRow, nint aDepth, float* b, nint bDepth,
        float* c, nint cRow, float* addend, nint addendRow, float* ahead, nint aheadStep)
        where V : struct, ISimd<V> where R : struct, ITileHeight
    {
        if (wide)
            Wide<V, R>(depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow, ahead, aheadStep);
        else
            Narrow<V, R>(depth, a, aRow, aDepth, b, bDepth, c, cRow, addend, addendRow);
    }

    /// <summary>Prefetches the rows that will be added, so that they are in the cache when the sums are complete.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Fetch<V, R>(float* addend, nint addendRow) where V : struct, ISimd<V> where R : struct, ITileHeight
    {
        if (!Sse.IsSupported)
            return;
        for (int row = 0; row < R.Count; row++, addend += addendRow)
        {
            Sse.Prefetch0(addend);
            Sse.Prefetch0(addend + V.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Wide<V, R>(nint depth, float* a, nint aRow, nint aDepth, float* b, nint bDepth, float* c, nint cRow,
        float* addend, nint addendRow, float* ahead, nint aheadStep)
        where V : struct, ISimd<V> where R : struct, ITileHeight
    {
        V c0 = V.Broadcast(0), c1 = V.Broadcast(0), c2 = V.Broadcast(0), c3 = V.Broadcast(0), c4 = V.Broadcast(0), c5 = V.Broadcast(0);
        V c6 = V.Broadcast(0), c7 = V.Broadcast(0), c8 = V.Broadcast(0), c9 = V.Broadcast(0), c10 = V.Broadcast(0), c11 = V.Broadcast(0);
        V d0 = V.Broadcast(0), d1 = V.Broadcast(0), d2 = V.Broadcast(0), d3 = V.Broadcast(0), d4 = V.Broadcast(0), d5 = V.Broadcast(0);
        V d6 = V.Broadcast(0), d7 = V.Broadcast(0), d8 = V.Broadcast(0), d9 = V.Broadcast(0), d10 = V.Broadcast(0), d11 = V.Broadcast(0);
        if (addend != null)
            Fetch<V, R>(addend, addendRow);

        nint aRow2 = 2 * aRow, aRow3 = 3 * aRow;
        float* a4 = a + 4 * aRow, a8 = a + 8 * aRow;
        for (; depth > 0; depth--)
        {
            if (Sse.IsSupported)
                Sse.Prefetch1(ahead);
            V b0 = V.Load(b), b1 = V.Load(b + V.Count);
            { V x = V.Broadcast(a[0]); c0 = V.MultiplyAdd(x, b0, c0); d0 = V.MultiplyAdd(x, b1, d0); }
            if (R.Count > 1) { V x = V.Broadcast(a[aRow]); c1 = V.MultiplyAdd(x, b0, c1); d1 = V.MultiplyAdd(x, b1, d1); }
            if (R.Count > 2) { V x = V.Broadcast(a[aRow2]); c2 = V.MultiplyAdd(x, b0, c2); d2 = V.MultiplyAdd(x, b1, d2); }
            if (R.Count > 3) { V x = V.Broadcast(a[aRow3]); c3 = V.MultiplyAdd(x, b0, c3); d3 = V.MultiplyAdd(x, b1, d3); }
            if (R.Count > 4) { V x = V.Broadcast(a4[0]); c4 = V.MultiplyAdd(x, b0, c4); d4 = V.MultiplyAdd(x, b1, d4); }
            if (R.Count > 5) { V x = V.Broadcast(a4[aRow]); c5 = V.MultiplyAdd(x, b0, c5); d5 = V.MultiplyAdd(x, b1, d5); }
            if (R.Count > 6) { V x = V.Broadcast(a4[aRow2]); c6 = V.MultiplyAdd(x, b0, c6); d6 = V.MultiplyAdd(x, b1, d6); }
            if (R.Count > 7) { V x = V.Broadcast(a4[aRow3]); c7 = V.MultiplyAdd(x, b0, c7); d7 = V.MultiplyAdd(x, b1, d7); }
            if (R.Count > 8) { V x = V.Broadcast(a8[0]); c8 = V.MultiplyAdd(x, b0, c8); d8 = V.MultiplyAdd(x, b1, d8); }
            if (R.Count > 9) { V x = V.Broadcast(a8[aRow]); c9 = V.MultiplyAdd(x, b0, c9); d9 = V.MultiplyAdd(x, b1, d9); }
            if (R.Count > 10) { V x = V.Broadcast(a8[aRow2]); c10 = V.MultiplyAdd(x, b0, c10); d10 = V.MultiplyAdd(x, b1, d10); }
            if (R.Count > 11) { V x = V.Broadcast(a8[aRow3]); c11 = V.MultiplyAdd(x, b0, c11); d11 = V.MultiplyAdd(x, b1, d11); }
            a += aDepth; a4 += aDepth; a8 += aDepth; b += bDepth; ahead += aheadStep;
        }

        if (addend != null)
        {
            V.Store(V.Load(addend) + c0, c); V.Store(V.Load(addend + V.Count) + d0, c + V.Count);
            if (R.Count > 1) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c1, c); V.Store(V.Load(addend + V.Count) + d1, c + V.Count); }
            if (R.Count > 2) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c2, c); V.Store(V.Load(addend + V.Count) + d2, c + V.Count); }
            if (R.Count > 3) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c3, c); V.Store(V.Load(addend + V.Count) + d3, c + V.Count); }
            if (R.Count > 4) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c4, c); V.Store(V.Load(addend + V.Count) + d4, c + V.Count); }
            if (R.Count > 5) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c5, c); V.Store(V.Load(addend + V.Count) + d5, c + V.Count); }
            if (R.Count > 6) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c6, c); V.Store(V.Load(addend + V.Count) + d6, c + V.Count); }
            if (R.Count > 7) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c7, c); V.Store(V.Load(addend + V.Count) + d7, c + V.Count); }
            if (R.Count > 8) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c8, c); V.Store(V.Load(addend + V.Count) + d8, c + V.Count); }
            if (R.Count > 9) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c9, c); V.Store(V.Load(addend + V.Count) + d9, c + V.Count); }
            if (R.Count > 10) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c10, c); V.Store(V.Load(addend + V.Count) + d10, c + V.Count); }
            if (R.Count > 11) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c11, c); V.Store(V.Load(addend + V.Count) + d11, c + V.Count); }
            return;
        }
        V.Store(c0, c); V.Store(d0, c + V.Count);
        if (R.Count > 1) { c += cRow; V.Store(c1, c); V.Store(d1, c + V.Count); }
        if (R.Count > 2) { c += cRow; V.Store(c2, c); V.Store(d2, c + V.Count); }
        if (R.Count > 3) { c += cRow; V.Store(c3, c); V.Store(d3, c + V.Count); }
        if (R.Count > 4) { c += cRow; V.Store(c4, c); V.Store(d4, c + V.Count); }
        if (R.Count > 5) { c += cRow; V.Store(c5, c); V.Store(d5, c + V.Count); }
        if (R.Count > 6) { c += cRow; V.Store(c6, c); V.Store(d6, c + V.Count); }
        if (R.Count > 7) { c += cRow; V.Store(c7, c); V.Store(d7, c + V.Count); }
        if (R.Count > 8) { c += cRow; V.Store(c8, c); V.Store(d8, c + V.Count); }
        if (R.Count > 9) { c += cRow; V.Store(c9, c); V.Store(d9, c + V.Count); }
        if (R.Count > 10) { c += cRow; V.Store(c10, c); V.Store(d10, c + V.Count); }
        if (R.Count > 11) { c += cRow; V.Store(c11, c); V.Store(d11, c + V.Count); }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Narrow<V, R>(nint depth, float* a, nint aRow, nint aDepth, float* b, nint bDepth, float* c, nint cRow,
        float* addend, nint addendRow)
        where V : struct, ISimd<V> where R : struct, ITileHeight
    {
        V c0 = V.Broadcast(0), c1 = V.Broadcast(0), c2 = V.Broadcast(0), c3 = V.Broadcast(0), c4 = V.Broadcast(0), c5 = V.Broadcast(0);
        V c6 = V.Broadcast(0), c7 = V.Broadcast(0), c8 = V.Broadcast(0), c9 = V.Broadcast(0), c10 = V.Broadcast(0), c11 = V.Broadcast(0);
        if (addend != null)
            Fetch<V, R>(addend, addendRow);

        nint aRow2 = 2 * aRow, aRow3 = 3 * aRow;
        float* a4 = a + 4 * aRow, a8 = a + 8 * aRow;
        for (; depth > 0; depth--)
        {
            V b0 = V.Load(b);
            c0 = V.MultiplyAdd(V.Broadcast(a[0]), b0, c0);
            if (R.Count > 1) c1 = V.MultiplyAdd(V.Broadcast(a[aRow]), b0, c1);
            if (R.Count > 2) c2 = V.MultiplyAdd(V.Broadcast(a[aRow2]), b0, c2);
            if (R.Count > 3) c3 = V.MultiplyAdd(V.Broadcast(a[aRow3]), b0, c3);
            if (R.Count > 4) c4 = V.MultiplyAdd(V.Broadcast(a4[0]), b0, c4);
            if (R.Count > 5) c5 = V.MultiplyAdd(V.Broadcast(a4[aRow]), b0, c5);
            if (R.Count > 6) c6 = V.MultiplyAdd(V.Broadcast(a4[aRow2]), b0, c6);
            if (R.Count > 7) c7 = V.MultiplyAdd(V.Broadcast(a4[aRow3]), b0, c7);
            if (R.Count > 8) c8 = V.MultiplyAdd(V.Broadcast(a8[0]), b0, c8);
            if (R.Count > 9) c9 = V.MultiplyAdd(V.Broadcast(a8[aRow]), b0, c9);
            if (R.Count > 10) c10 = V.MultiplyAdd(V.Broadcast(a8[aRow2]), b0, c10);
            if (R.Count > 11) c11 = V.MultiplyAdd(V.Broadcast(a8[aRow3]), b0, c11);
            a += aDepth; a4 += aDepth; a8 += aDepth; b += bDepth;
        }

        if (addend != null)
        {
            V.Store(V.Load(addend) + c0, c);
            if (R.Count > 1) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c1, c); }
            if (R.Count > 2) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c2, c); }
            if (R.Count > 3) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c3, c); }
            if (R.Count > 4) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c4, c); }
            if (R.Count > 5) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c5, c); }
            if (R.Count > 6) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c6, c); }
            if (R.Count > 7) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c7, c); }
            if (R.Count > 8) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c8, c); }
            if (R.Count > 9) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c9, c); }
            if (R.Count > 10) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c10, c); }
            if (R.Count > 11) { c += cRow; addend += addendRow; V.Store(V.Load(addend) + c11, c); }
            return;
        }
        V.Store(c0, c);
        if (R.Count > 1) { c += cRow; V.Store(c1, c); }
        if (R.Count > 2) { c += cRow; V.Store(c2, c); }
        if (R.Count > 3) { c += cRow; V.Store(c3, c); }
        if (R.Count > 4) { c += cRow; V.Store(c4, c); }
        if (R.Count > 5) { c += cRow; V.Store(c5, c); }
        if (R.Count > 6) { c += cRow; V.Store(c6, c); }
        if (R.Count > 7) { c += cRow; V.Store(c7, c); }
        if (R.Count > 8) { c += cRow; V.Store(c8, c); }
        if (R.Count > 9) { c += cRow; V.Store(c9, c); }
        if (R.Count > 10) { c += cRow; V.Store(c10, c); }
        if (R.Count > 11) { c += cRow; V.Store(c11, c); }
    }

    /// <summary>The most rows that <see cref="MultiplyFewRows"/> takes. They are too few to keep the multipliers busy with one panel at a time.</summary>
    public const int MaxFewRows = 2;

    /// <summary>C = A·Wᵀ (plus the addend, if there is one) for one or two rows and all panels, with four (or two) panels at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyFewRows<V>(int rows, int depth, float* a, nint aRow, float* packed, int k, int fullDepth, int outputs, float* c, nint cRow,
        float* addend, nint addendRow) where V : struct, ISimd<V>
    {
        int width = 2 * V.Count, groupWidth = rows == 1 ? 4 * width : 2 * width;
        nint panelStep = (nint)width * fullDepth;
        int output = 0;
        for (; output + groupWidth <= outputs; output += groupWidth, addend = Advance(addend, groupWidth))
        {
            float* b = packed + (nint)output * fullDepth + (nint)k * width;
            if (rows == 1)
                FewRows<V, Height1>(depth, a, aRow, b, panelStep, c + output, cRow, addend, addendRow);
            else
                FewRows<V, Height2>(depth, a, aRow, b, panelStep, c + output, cRow, addend, addendRow);
        }
        for (; output < outputs; output += width, addend = Advance(addend, width))
        {
            bool wide = outputs - output > V.Count;
            int step = wide ? width : V.Count;
            float* b = packed + (nint)output * fullDepth + (nint)k * step;
            Multiply<V>(rows, wide, depth, a, aRow, 1, b, step, c + output, cRow, addend, addendRow, b, 0);
        }
    }

    /// <summary>The address advanced by some floats, or null if there is no addend.</summary>
    public static float* Advance(float* addend, nint floats) => addend == null ? null : addend + floats;

    /// <summary>One row and four panels, or two rows and two panels: eight sums in both cases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void FewRows<V, R>(nint depth, float* a, nint aRow, float* b, nint panelStep, float* c, nint cRow,
        float* addend, nint addendRow)
        where V : struct, ISimd<V> where R : struct, ITileHeight
    {
        // Two rows: the second half of the sums belongs to the second row.
        nint half = R.Count == 1 ? 4 * V.Count : cRow;
        float* c4 = c + half;
        V s0 = V.Broadcast(0), s1 = V.Broadcast(0), s2 = V.Broadcast(0), s3 = V.Broadcast(0);
        V s4 = V.Broadcast(0), s5 = V.Broadcast(0), s6 = V.Broadcast(0), s7 = V.Broadcast(0);
        float* b2 = b + panelStep, b4 = b2 + panelStep, b6 = b4 + panelStep;
        for (; depth > 0; depth--)
        {
            V x = V.Broadcast(*a);
            if (R.Count == 1)
            {
                s0 = V.MultiplyAdd(x, new Floats(b), 0, s0); s1 = V.MultiplyAdd(x, new Floats(b), V.Count, s1);
                s2 = V.MultiplyAdd(x, new Floats(b2), 0, s2); s3 = V.MultiplyAdd(x, new Floats(b2), V.Count, s3);
                s4 = V.MultiplyAdd(x, new Floats(b4), 0, s4); s5 = V.MultiplyAdd(x, new Floats(b4), V.Count, s5);
                s6 = V.MultiplyAdd(x, new Floats(b6), 0, s6); s7 = V.MultiplyAdd(x, new Floats(b6), V.Count, s7);
            }
            else
            {
                V w0 = V.Load(b), w1 = V.Load(b + V.Count), w2 = V.Load(b2), w3 = V.Load(b2 + V.Count);
                s0 = V.MultiplyAdd(x, w0, s0); s1 = V.MultiplyAdd(x, w1, s1); s2 = V.MultiplyAdd(x, w2, s2); s3 = V.MultiplyAdd(x, w3, s3);
                V y = V.Broadcast(a[aRow]);
                s4 = V.MultiplyAdd(y, w0, s4); s5 = V.MultiplyAdd(y, w1, s5); s6 = V.MultiplyAdd(y, w2, s6); s7 = V.MultiplyAdd(y, w3, s7);
            }
            a++; b += 2 * V.Count; b2 += 2 * V.Count; b4 += 2 * V.Count; b6 += 2 * V.Count;
        }
        if (addend != null)
        {
            // The addend is added to the finished sum, as in larger tiles, so that the result is the same.
            float* addend4 = addend + (R.Count == 1 ? 4 * V.Count : addendRow);
            s0 = V.Load(addend) + s0; s1 = V.Load(addend + V.Count) + s1; s2 = V.Load(addend + 2 * V.Count) + s2; s3 = V.Load(addend + 3 * V.Count) + s3;
            s4 = V.Load(addend4) + s4; s5 = V.Load(addend4 + V.Count) + s5; s6 = V.Load(addend4 + 2 * V.Count) + s6; s7 = V.Load(addend4 + 3 * V.Count) + s7;
        }
        V.Store(s0, c); V.Store(s1, c + V.Count); V.Store(s2, c + 2 * V.Count); V.Store(s3, c + 3 * V.Count);
        V.Store(s4, c4); V.Store(s5, c4 + V.Count); V.Store(s6, c4 + 2 * V.Count); V.Store(s7, c4 + 3 * V.Count);
    }

    readonly struct Height1 : ITileHeight { public static int Count => 1; }
    readonly struct Height2 : ITileHeight { public static int Count => 2; }
    readonly struct Height3 : ITileHeight { public static int Count => 3; }
    readonly struct Height4 : ITileHeight { public static int Count => 4; }
    readonly struct Height5 : ITileHeight { public static int Count => 5; }
    readonly struct Height6 : ITileHeight { public static int Count => 6; }
    readonly struct Height7 : ITileHeight { public static int Count => 7; }
    readonly struct Height8 : ITileHeight { public static int Count => 8; }
    readonly struct Height9 : ITileHeight { public static int Count => 9; }
    readonly struct Height10 : ITileHeight { public static int Count => 10; }
    readonly struct Height11 : ITileHeight { public static int Count => 11; }
    readonly struct Height12 : ITileHeight { public static int Count => 12; }
}
