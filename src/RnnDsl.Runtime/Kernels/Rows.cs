using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>Simple operations on whole buffers and on the padding of rows.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class Rows
{
    /// <summary>Writes one number to all floats.</summary>
    public static void Fill(Floats target, long count, float value)
    {
        for (long done = 0; done < count; done += int.MaxValue)
            new Span<float>(target.Pointer + done, (int)Math.Min(count - done, int.MaxValue)).Fill(value);
    }

    /// <summary>Copies floats. The buffers may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(Floats source, Floats target, long count)
    {
        if (count == 1)
            *target.Pointer = *source.Pointer;
        else
            Buffer.MemoryCopy(source.Pointer, target.Pointer, count * sizeof(float), count * sizeof(float));
    }

    /// <summary>Zeroes the floats from <paramref name="width"/> to <paramref name="padded"/> of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ClearTails(Floats target, int rows, int stride, int width, int padded)
    {
        if (width >= padded)
            return;
        for (int row = 0; row < rows; row++)
            new Span<float>(target.Pointer + (long)row * stride + width, padded - width).Clear();
    }

    /// <summary>Fills <paramref name="width"/> floats of each row.</summary>
    public static void FillRows(Floats target, int stride, int rows, int width, float value)
    {
        for (int row = 0; row < rows; row++)
            new Span<float>(target.Pointer + (long)row * stride, width).Fill(value);
    }

    /// <summary>Copies <paramref name="width"/> floats of each row. With a source stride of zero every row gets the same floats. Does nothing if the target is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows(Floats source, int sourceStride, Floats target, int targetStride, int rows, int width)
    {
        if (target.IsNull)
            return;
        for (int row = 0; row < rows; row++)
            Copy(source + (nint)row * sourceStride, target + (nint)row * targetStride, width);
    }

    /// <summary>Sets floats to zero that have none of the given bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Flush(Floats values, long count, int bits)
    {
        var large = new Vector<int>(bits);
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> x = Vector.Load(values.Pointer + i);
            Vector<int> tiny = Vector.Equals(Vector.AsVectorInt32(x) & large, Vector<int>.Zero);
            Vector.Store(Vector.ConditionalSelect(tiny, Vector<float>.Zero, x), values.Pointer + i);
        }
        for (; i < count; i++)
            if ((BitConverter.SingleToInt32Bits(values.Pointer[i]) & bits) == 0)
                values.Pointer[i] = 0;
    }

    /// <summary>Whether all values are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AllFinite(Floats values, long count)
    {
        // x - x is zero for finite numbers and otherwise NaN, which a sum keeps.
        var sum = Vector<float>.Zero;
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> x = Vector.Load(values.Pointer + i);
            sum += x - x;
        }
        float rest = i == 0 ? 0 : Vector.Sum(sum);
        for (; i < count; i++)
            rest += values.Pointer[i] - values.Pointer[i];
        return rest == 0;
    }

    /// <summary>The index of the first NaN or infinity, or null.</summary>
    internal static int? FirstNotFinite(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]))
                return i;
        return null;
    }
}
