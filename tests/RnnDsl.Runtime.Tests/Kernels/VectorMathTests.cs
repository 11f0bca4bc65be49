namespace RnnDsl.CompilerServices.Tests;

public abstract class VectorMathTests<V> where V : struct, ISimd<V>
{
    delegate V Function(V x);

    [Fact]
    public void Tanh_is_right_everywhere() =>
        Sweep(VectorMath.Tanh, Math.Tanh, (value, exact) => double.IsNaN(exact) ? float.IsNaN(value) : Math.Abs(value) < 1 && Math.Abs(value - exact) <= 4e-7 * Math.Abs(exact));

    [Fact]
    public void Sigmoid_is_right_everywhere() =>
        Sweep(VectorMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), 
            (value, exact) => double.IsNaN(exact) ? float.IsNaN(value) : value is > 0 and < 1 && Math.Abs(value - exact) <= 2.5e-7);

    [Fact]
    public void Exp_is_right_everywhere() => Sweep(VectorMath.Exp, Math.Exp, (value, exact) => Within(2, value, exact));

    [Fact]
    public void Log_is_right_everywhere() => Sweep(VectorMath.Log, Math.Log, (value, exact) => Within(2, value, exact));

    [Fact]
    public void Softplus_is_right_everywhere() =>
        Sweep(VectorMath.Softplus, x => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x))), (value, exact) => Within(4, value, exact));

    [Fact]
    public void Sine_and_cosine_are_right_as_far_as_single_precision_knows_an_angle()
    {
        const double Far = 2;
        Sweep(VectorMath.Sin, x => Math.Abs(x) > 10_000 && double.IsFinite(x) ? Far : Math.Sin(x), IsWave);
        Sweep(VectorMath.Cos, x => Math.Abs(x) > 10_000 && double.IsFinite(x) ? Far : Math.Cos(x), IsWave);
        var random = new Random(5);
        for (int i = 0; i < 100_000; i++)
        {
            float x = (random.NextSingle() - 0.5f) * 20_000;
            Assert.InRange(Math.Abs(Apply(VectorMath.Sin, x) - Math.Sin(x)), 0, 4e-7);
            Assert.InRange(Math.Abs(Apply(VectorMath.Cos, x) - Math.Cos(x)), 0, 4e-7);
        }

        static bool IsWave(float value, double exact) => double.IsNaN(exact) ? float.IsNaN(value) : exact == Far ? Math.Abs(value) <= 1 : Math.Abs(value - exact) <= 4e-7;
    }

    [Fact]
    public void Floor_is_exact() => Sweep(V.Floor, Math.Floor, (value, exact) => value.Equals((float)exact));

    /// <summary>log(1 + e): the quotient undoes the rounding of 1 + e (Goldberg 1991, theorem 4).</summary>
    static double LogOnePlus(double e) => 1 + e == 1 ? e : e * Math.Log(1 + e) / (1 + e - 1);

    [Fact]
    public void Bounded_functions_stay_in_bounds_where_they_saturate()
    {
        for (float x = 5; x < 12; x += 1e-4f)
        {
            Assert.InRange(Apply(VectorMath.Tanh, x), 0.999f, MathF.BitDecrement(1));
            Assert.InRange(Apply(VectorMath.Tanh, -x), -MathF.BitDecrement(1), -0.999f);
            Assert.InRange(Apply(VectorMath.Sigmoid, -2 * x), float.Epsilon, 1e-4f);
            Assert.InRange(Apply(VectorMath.Sigmoid, 2 * x), 0.9999f, MathF.BitDecrement(1));
        }
    }

    static bool Within(int places, float value, double exact)
    {
        float rounded = (float)exact;
        if (!float.IsFinite(rounded) || !float.IsFinite(value))
            return value == rounded || float.IsNaN(rounded) && float.IsNaN(value);
        return Math.Abs(value - exact) <= places * ((double)MathF.BitIncrement(Math.Abs(rounded)) - Math.Abs(rounded));
    }

    /// <summary>All signs and exponents, each with mantissas at its ends and in between; a finer walk where functions bend; and the ends.</summary>
    static void Sweep(Function function, Func<double, double> exact, Func<float, double, bool> right)
    {
        var random = new Random(8);
        for (uint exponent = 0; exponent < 512; exponent++)
            for (int i = 0; i < 64; i++)
            {
                uint mantissa = i switch { 0 => 0, 1 => 1, 2 => 0x7fffff, 3 => 0x400000, _ => (uint)random.Next(1 << 23) };
                Compare(BitConverter.UInt32BitsToSingle(exponent << 23 | mantissa));
            }
        for (float x = -110; x < 110; x += 1f / 128)
            Compare(x + random.NextSingle() / 128);
        Compare(float.PositiveInfinity);
        Compare(float.NegativeInfinity);
        Compare(float.NaN);

        void Compare(float x)
        {
            float value = Apply(function, x);
            double expected = exact(x);
            Assert.True(right(value, expected), $"f({x:R}) is {value:R}, not {expected:R}");
        }
    }

    static unsafe float Apply(Function function, float x)
    {
        float* lanes = stackalloc float[16];
        V.Store(function(V.Broadcast(x)), lanes);
        return float.IsNaN(lanes[0]) ? float.NaN : lanes[V.Count - 1];
    }
}

public sealed class VectorMathTests128 : VectorMathTests<Simd128>;
public sealed class VectorMathTests256 : VectorMathTests<Simd256>;
public sealed class VectorMathTests512 : VectorMathTests<Simd512>;
