using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Weights as integers from −127 to 127 times a scale for each row. The largest magnitude of a row becomes 127, so the error of a weight is at most half a scale. The operand is
/// rounded in the same way, with one scale, and sums are exact. A word is four bytes. After the words of some outputs follow their scales and the excess from <see
/// cref="ByteDot.Offset"/>, each as packed[product][lane].
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct Int8Weights : IStepWeights
{
    /// <summary>The largest magnitude of a byte.</summary>
    internal const int MostByte = 127;

    /// <summary>The scale of a row of weights with this largest magnitude. It is a float of 17 bits, so that each weight is exactly a 7-bit integer times the scale, and a rounded
    /// weight is rounded to itself.</summary>
    internal static float Scale(float largest)
    {
        float scale = largest / MostByte;
        if (!float.IsFinite(scale))
            return scale;
        uint bits = BitConverter.SingleToUInt32Bits(scale);
        float nearest = BitConverter.UInt32BitsToSingle((bits + 0x40) & ~0x7Fu);
        // For the largest floats, rounding up would give infinity.
        return float.IsFinite(nearest * MostByte) ? nearest : BitConverter.UInt32BitsToSingle(bits & ~0x7Fu);
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
    internal const int LongestRow = int.MaxValue / (MostByte * MostByte);

    /// <summary>In .NET 10 there is no instruction for 16 lanes that current processors have.</summary>
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
        float one = scale[0] > 0 ? scale[0] : Bytes.Largest(operand.Pointer, depth) / MostByte;
        words[0] = one;
        Bytes.Round(operand.Pointer, depth, one, (sbyte*)(words.Pointer + 1), ByteDot.Offset);
        return words + 1;
    }

    /// <inheritdoc/>
    public static Floats Values(Floats words, int depth, Floats room)
    {
        float scale = words[-1];
        var bytes = (sbyte*)words.Pointer;
        for (int i = 0; i < depth; i++)
            room[i] = scale * (sbyte)(bytes[i] - ByteDot.Offset);
        return room;
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

    /// <summary>The sums are integers. The addend is added when they are converted to floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Begin<V>(V addend) where V : struct, ISimd<V> => V.Broadcast(0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MultiplyAdd<V>(V operand, Floats weights, nint at, V sums) where V : struct, ISimd<V> =>
        V.MultiplyAddBytes(operand, weights.Pointer + at, sums);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MultiplyAdd<V>(V operand, V weights, V sums) where V : struct, ISimd<V> => V.MultiplyAddBytes(operand, weights, sums);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add<V>(V a, V b) where V : struct, ISimd<V> => V.AddIntegers(a, b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V>(V sums, Floats behind, int product, int abreast, Floats operand, V addend) where V : struct, ISimd<V> =>
        addend + V.FromIntegers(sums, behind.Pointer + (abreast + product) * V.Count, behind.Pointer + product * V.Count, operand.Pointer[-1]);
}
