using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Runtime.Tests.Kernels;

/// <summary>Weights and operands of 8 bits: what rounding loses, and that sums are exact on every processor.</summary>
public unsafe class Int8WeightsTests
{
    static readonly int[] Depths = [1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 64, 67, 130];

    static float[] Numbers(int count, int seed, double width = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2 - 1) * width))];
    }

    /// <summary>The rows as the packed bytes say: weights and scales.</summary>
    static (sbyte[][] Weights, float[] Scales) Unpack<V>(AlignedBuffer packed, int abreast, int product, int outputs, int depth) where V : struct, ISimd<V>
    {
        ReadOnlySpan<sbyte> bytes = MemoryMarshal.Cast<float, sbyte>(packed.Span);
        var (rows, scales) = (new sbyte[outputs][], new float[outputs]);
        for (int output = 0; output < outputs; output++)
        {
            int lane = output % V.Count, block = (output - lane) * Int8Weights.Row(depth) * abreast + product * V.Count + lane;
            rows[output] = new sbyte[depth];
            for (int k = 0; k < depth; k++)
                rows[output][k] = bytes[4 * (block + k / 4 * abreast * V.Count) + k % 4];
            scales[output] = packed.Span[block + Int8Weights.Words(depth) * abreast * V.Count];
        }
        return (rows, scales);
    }

    static AlignedBuffer Pack<V>(float[][] weights, int outputs, int depth, bool transpose = false) where V : struct, ISimd<V>
    {
        var packed = new AlignedBuffer();
        packed.Reserve((long)Layout.Pad(outputs) * Int8Weights.Row(depth) * weights.Length);
        for (int i = 0; i < weights.Length; i++)
            fixed (float* source = weights[i])
                Int8Weights.Pack<V>(packed.Floats, weights.Length, i, new Floats(source), transpose ? depth : outputs, transpose ? outputs : depth, transpose);
        return packed;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_weight_is_off_by_at_most_half_a_step_of_its_row(bool transpose)
    {
        foreach (int depth in Depths)
        {
            const int Outputs = 21;
            float[][] weights = [.. Enumerable.Range(0, 3).Select(i => Numbers(Outputs * depth, depth + i, Math.Pow(10, 3 * i - 3)))];
            AlignedBuffer packed = Pack<Simd256>(weights, Outputs, depth, transpose);
            for (int i = 0; i < weights.Length; i++)
            {
                (sbyte[][] rows, float[] scales) = Unpack<Simd256>(packed, weights.Length, i, Outputs, depth);
                for (int output = 0; output < Outputs; output++)
                {
                    float[] row = [.. Enumerable.Range(0, depth).Select(k => weights[i][transpose ? k * Outputs + output : output * depth + k])];
                    Assert.Equal(Int8Weights.Scale(row.Max(Math.Abs)), scales[output]);
                    Assert.Equal(127, rows[output].Max(b => Math.Abs((int)b)));
                    for (int k = 0; k < depth; k++)
                        Assert.Equal(row[k], rows[output][k] * (double)scales[output], 0.5001 * scales[output]);
                }
            }
        }
    }

    [Fact]
    public void Odd_rows_round_to_what_they_can_hold()
    {
        float[] weights = [0, 0, 0, 0, 0, 3.4e38f, -1e30f, 1e-30f, 0, 0, 1e-44f, 0, -1e-44f, 0, 0];
        (sbyte[][] rows, float[] scales) = Unpack<Simd128>(Pack<Simd128>([weights], 3, 5), 1, 0, 3, 5);
        Assert.Equal((0, new sbyte[5]), (scales[0], rows[0]), (a, b) => a.Item1 == b.Item1 && a.Item2.SequenceEqual(b.Item2));
        Assert.Equal([127, 0, 0, 0, 0], rows[1]);
        Assert.Equal(3.4e38f, 127 * scales[1], 3e33f);
        Assert.Equal(new sbyte[5], rows[2]);   // below the least scale: zero
    }

    [Fact]
    public void What_was_rounded_once_is_rounded_to_itself()
    {
        foreach (float largest in Numbers(10_000, 3, 100).Append(float.MaxValue).Append(3.4e38f).Append(1.5e-36f))
        {
            float scale = Int8Weights.Scale(Math.Abs(largest));
            Assert.Equal(Math.Abs(largest) / 127, scale, Math.Abs(largest) / 127 / 130_000);
            for (int whole = 1; whole <= 127; whole += 7)
                Assert.Equal((double)whole * scale, whole * scale);
            Assert.Equal(scale, Int8Weights.Scale(127 * scale));
        }
    }

    [Fact]
    public void Every_width_gives_the_exact_sums()
    {
        foreach (int depth in Depths)
        {
            Sums<Simd128>(depth);
            if (Layout.Lanes >= 8)
                Sums<Simd256>(depth);
            if (Layout.Lanes >= 16)
                Sums<Simd512>(depth);
        }
    }

    /// <summary>Products of two matrices and one operand against sums in 64 bits; extreme bytes among them, which saturate where sums of 16 bits are made.</summary>
    static void Sums<V>(int depth) where V : struct, ISimd<V>
    {
        const int Outputs = 19;
        float[][] weights = [Numbers(Outputs * depth, depth), [.. Enumerable.Range(0, Outputs * depth).Select(i => i % 3 == 0 ? -1f : 1f)]];
        foreach (float[] operand in new[] { Numbers(depth, 7), [.. Enumerable.Repeat(-0.3f, depth)], [.. Enumerable.Repeat(2f, depth)] })
        {
            AlignedBuffer packed = Pack<V>(weights, Outputs, depth), words = new();
            words.Reserve(Int8Weights.OperandFloats(depth));
            words.Span.Fill(float.NaN);
            float free = 0, scale = operand.Max(Math.Abs) / 127;
            Floats x;
            fixed (float* source = operand)
                x = Int8Weights.Operand(new Floats(source), depth, words.Floats, new Floats(&free));
            long[] whole = [.. operand.Select(v => (long)Math.Round(v * (1 / scale), MidpointRounding.ToEven))];
            var sums = new float[V.Count];
            for (int j = 0; j < Outputs; j += V.Count)
                for (int product = 0; product < 2; product++)
                {
                    Floats at = packed.Floats + j * Int8Weights.Row(depth) * 2, from = x;
                    V sum = V.Broadcast(0);
                    for (int word = 0; word < Int8Weights.Words(depth); word++, at += 2 * V.Count, from += 1)
                        sum = Int8Weights.MultiplyAdd(V.Broadcast(from[0]), at, product * V.Count, sum);
                    fixed (float* target = sums)
                        V.Store(Int8Weights.Finish(sum, at, product, 2, x, V.Broadcast(0)), target);
                    (sbyte[][] rows, float[] scales) = Unpack<V>(packed, 2, product, Outputs, depth);
                    for (int lane = 0; lane < V.Count; lane++)
                    {
                        long expected = j + lane < Outputs ? whole.Select((v, k) => v * rows[j + lane][k]).Sum() : 0;
                        Assert.Equal(j + lane < Outputs ? expected * (scales[j + lane] * scale) : 0, sums[lane]);
                    }
                }
        }
    }

    [Fact]
    public void Values_beyond_a_fixed_range_are_cut_off()
    {
        float[] operand = [.. Numbers(40, 3, 0.9), 5, float.MaxValue, -7, float.NegativeInfinity];
        foreach (int first in new[] { 0, 1, 9 })
        {
            var words = new AlignedBuffer();
            words.Reserve(Int8Weights.OperandFloats(operand.Length));
            float scale = 1f / 127;
            int depth = operand.Length - first;
            fixed (float* source = operand)
            {
                Floats x = Int8Weights.Operand(new Floats(source + first), depth, words.Floats, new Floats(&scale));
                for (int k = 0; k < depth; k++)
                    Assert.Equal(Math.Clamp(operand[first + k], -1, 1), ((byte*)x.Pointer)[k] switch
                    {
                        var b when ByteDot.Offset == 128 => (b - 128) * scale,
                        var b => (sbyte)b * scale,
                    }, 0.5001f * scale);
            }
        }
    }

    [Fact]
    public void The_largest_magnitude_does_not_lose_what_is_not_finite()
    {
        float[] values = [.. Enumerable.Repeat(0.5f, 43)];
        foreach (float odd in new[] { float.NaN, float.PositiveInfinity })
            foreach (int at in new[] { 0, 17, 37, 42 })
            {
                float[] copy = [.. values];
                copy[at] = odd;
                fixed (float* source = copy)
                    Assert.Equal(odd, Bytes.Largest(source, copy.Length));
            }
    }
}
