using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Weights as whole numbers from −127 to 127 times a scale of each row, so that its largest magnitude is 127: the error of a weight is at most half
/// a scale. The operand is rounded likewise, with one scale; sums are exact. A word is four bytes; behind the words of some outputs follow
/// their scales and what <see cref="ByteDot.Offset"/> added, packed[product][lane] each.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct Int8Weights : IStepWeights
{
    /// <summary>Largest magnitude of a byte.</summary>
    internal const int Most = 127;

    /// <summary>What one whole number stands for in a row of weights with this largest magnitude: a float of 17 bits, so that each weight is exactly a
    /// whole number of 7 bits times it, and what was rounded once is rounded to itself.</summary>
    internal static float Scale(float largest)
    {
        float scale = largest / Most;
        if (!float.IsFinite(scale))
            return scale;
        uint bits = BitConverter.SingleToUInt32Bits(scale);
        float nearest = BitConverter.UInt32BitsToSingle((bits + 0x40) & ~0x7Fu);
        // Of the largest floats, rounded up would be infinite.
        return float.IsFinite(nearest * Most) ? nearest : BitConverter.UInt32BitsToSingle(bits & ~0x7Fu);
    }

    /// <summary>Rounds a row of weights. Returns its scale.</summary>
    internal static float Round(ReadOnlySpan<float> row, Span<sbyte> whole)
    {
        fixed (float* source = row)
        fixed (sbyte* target = whole)
        {
            float scale = Scale(Bytes.Largest(source, row.Length));
            Bytes.Round(source, row.Length, scale, target, offset: 0);
            return scale;
        }
    }

    /// <summary>Sums of longer rows might not fit 32 bits.</summary>
    internal const int LongestRow = int.MaxValue / (Most * Most);

    /// <summary>There is no instruction for 16 lanes in .NET 10 that current processors have.</summary>
    public static int MostLanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Words(int depth) => (depth + 3) / 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Row(int depth) => Words(depth) + 2;

    /// <inheritdoc/>
    public static long OperandFloats(int depth) => Layout.Align(1 + Words(depth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Floats Operand(Floats operand, int depth, Floats words, Floats scale)
    {
        float one = scale[0] > 0 ? scale[0] : Bytes.Largest(operand.Pointer, depth) / Most;
        words[0] = one;
        Bytes.Round(operand.Pointer, depth, one, (sbyte*)(words.Pointer + 1), ByteDot.Offset);
        return words + 1;
    }

    /// <inheritdoc/>
    public static void Pack<V>(Floats packed, int abreast, int product, Floats weights, int rows, int columns, bool transpose)
        where V : struct, ISimd<V>
    {
        (int outputs, int depth) = transpose ? (columns, rows) : (rows, columns);
        if (depth > LongestRow)
            throw new NotSupportedException($"A row of {depth} weights is too long for whole numbers: at most {LongestRow}.");
        int words = Words(depth);
        var row = new float[depth];
        var bytes = new sbyte[words * 4];
        for (int output = 0; output < outputs; output++)
        {
            for (int k = 0; k < depth; k++)
                row[k] = transpose ? weights[k * (nint)columns + output] : weights[output * (nint)columns + k];
            float scale = Round(row, bytes);
            int lane = output % V.Count, sum = 0;
            Floats block = packed + (nint)(output - lane) * Row(depth) * abreast + product * V.Count + lane;
            for (int word = 0; word < words; word++)
                for (int k = 0; k < 4; k++)
                {
                    ((sbyte*)(block.Pointer + (nint)word * abreast * V.Count))[k] = bytes[4 * word + k];
                    sum += bytes[4 * word + k];
                }
            block += (nint)words * abreast * V.Count;
            block[0] = scale;
            *(int*)(block.Pointer + abreast * V.Count) = -ByteDot.Offset * sum;
        }
    }

    /// <summary>Integers: what is added comes when they are floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Begin<V>(V addend) where V : struct, ISimd<V> => V.Broadcast(0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MultiplyAdd<V>(V operand, Floats weights, nint at, V sums) where V : struct, ISimd<V> =>
        V.MultiplyAddBytes(operand, weights.Pointer + at, sums);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add<V>(V a, V b) where V : struct, ISimd<V> => V.AddIntegers(a, b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V>(V sums, Floats behind, int product, int abreast, Floats operand, V addend) where V : struct, ISimd<V> =>
        addend + V.FromIntegers(sums, behind.Pointer + (abreast + product) * V.Count, behind.Pointer + product * V.Count, operand.Pointer[-1]);
}
