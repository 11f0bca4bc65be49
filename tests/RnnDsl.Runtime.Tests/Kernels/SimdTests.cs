using RnnDsl.Memory;

namespace RnnDsl.CompilerServices.Tests;

public abstract unsafe class SimdTests<V> where V : struct, ISimd<V>
{
    [Fact]
    public void Operations_are_lane_by_lane()
    {
        float[] a = Values(1), b = Values(2), c = Values(3);
        Lanes(Load(a) + Load(b), i => a[i] + b[i]);
        Lanes(Load(a) - Load(b), i => a[i] - b[i]);
        Lanes(Load(a) * Load(b), i => a[i] * b[i]);
        Lanes(Load(a) / Load(b), i => a[i] / b[i]);
        Lanes(-Load(a), i => -a[i]);
        Lanes(V.Min(Load(a), Load(b)), i => Math.Min(a[i], b[i]));
        Lanes(V.Max(Load(a), Load(b)), i => Math.Max(a[i], b[i]));
        Lanes(V.Abs(Load(a)), i => Math.Abs(a[i]));
        Lanes(V.Sqrt(V.Abs(Load(a))), i => MathF.Sqrt(Math.Abs(a[i])));
        Lanes(V.SelectGreater(Load(a), Load(b), Load(c), V.Broadcast(7)), i => a[i] > b[i] ? c[i] : 7);
        Lanes(V.MultiplyAdd(Load(a), Load(b), Load(c)), i => a[i] * b[i] + c[i], 1e-6f);
        Lanes(V.PowerOfTwo(Load([.. a.Select(v => MathF.Round(v))])), i => MathF.Pow(2, MathF.Round(a[i])));
        Lanes(V.Scale(Load(b), Load([.. a.Select(v => MathF.Round(v))])), i => b[i] * MathF.Pow(2, MathF.Round(a[i])));
        fixed (float* first = a)
            Lanes(V.Load(new Floats(first - 1), 1), i => a[i]);
        Assert.Equal(a.Take(V.Count).Sum(), V.Sum(Load(a)), 1e-4f);
        Assert.Equal(a.Take(V.Count).Max(), V.MaxAcross(Load(a)));
    }

    [Fact]
    public void First_lanes_clamps_its_count()
    {
        float[] a = Values(4);
        for (int count = -3; count <= V.Count + 3; count++)
            Lanes(V.FirstLanes(Load(a), count, -5), i => i < count ? a[i] : -5);
    }

    [Fact]
    public void Nan_comes_through_the_second_operand_of_min_and_max()
    {
        Lanes(V.Min(V.Broadcast(1), V.Broadcast(float.NaN)), _ => float.NaN);
        Lanes(V.Max(V.Broadcast(1), V.Broadcast(float.NaN)), _ => float.NaN);
        Lanes(V.SelectGreater(V.Broadcast(float.NaN), V.Broadcast(0), V.Broadcast(1), V.Broadcast(2)), _ => 2);
    }

    [Fact]
    public void Max_across_finds_each_lane_and_nan()
    {
        for (int lane = 0; lane < V.Count; lane++)
        {
            float[] a = new float[16];
            a[lane] = 3;
            Assert.Equal(3, V.MaxAcross(Load(a)));
            a[lane] = float.NaN;
            Assert.True(float.IsNaN(V.MaxAcross(Load(a))));
        }
    }

    [Fact]
    public void Exponent_and_mantissa_split_around_one()
    {
        foreach (float x in new[] { 1.17549435e-38f, 0.1f, 0.70710671f, 0.70710683f, 1f, 1.4142135f, 1.5f, 1e10f, float.MaxValue })
        {
            float[] exponent = ToArray(V.Exponent(V.Broadcast(x))), mantissa = ToArray(V.Mantissa(V.Broadcast(x)));
            Assert.InRange(mantissa[0], 0.7071067f, 1.4142137f);
            Assert.Equal(x, mantissa[0] * Math.Pow(2, exponent[0]));
        }
    }

    static float[] Values(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle() * 8 - 4)];
    }

    static V Load(float[] values)
    {
        fixed (float* first = values)
            return V.Load(first);
    }

    static float[] ToArray(V value)
    {
        float* lanes = stackalloc float[16];
        V.Store(value, lanes);
        return new Span<float>(lanes, V.Count).ToArray();
    }

    static void Lanes(V actual, Func<int, float> expected, float tolerance = 0)
    {
        float[] lanes = ToArray(actual);
        for (int i = 0; i < lanes.Length; i++)
            if (tolerance == 0)
                Assert.Equal(expected(i), lanes[i]);
            else
                Assert.Equal(expected(i), lanes[i], tolerance);
    }
}

public sealed class SimdTests128 : SimdTests<Simd128>;
public sealed class SimdTests256 : SimdTests<Simd256>;
public sealed class SimdTests512 : SimdTests<Simd512>;
