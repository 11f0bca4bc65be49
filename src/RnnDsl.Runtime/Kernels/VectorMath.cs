using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Elementary functions on vectors. The coefficients are minimax fits of the relative error (weighted least squares, Lawson 1961, and Remez exchange). Every function returns its
/// limit at ±∞, and NaN for NaN.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class VectorMath
{
    const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f, Log2E = 1.44269504f;

    /// <summary>The larger number; NaN if one of both is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Max<V>(V a, V b) where V : struct, ISimd<V> => V.IfNumber(a, V.Max(a, b));

    /// <summary>The smaller number; NaN if one of both is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Min<V>(V a, V b) where V : struct, ISimd<V> => V.IfNumber(a, V.Min(a, b));

    /// <summary>tanh x, to a relative error of 4e-7; strictly between −1 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x) where V : struct, ISimd<V> => V.Clamp(x, MostTanh) * TanhQuotient(x, 1);

    /// <summary>1 / (1 + e⁻ˣ), to an absolute error of 2.5e-7; strictly between 0 and 1, so that its logarithm is finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x) where V : struct, ISimd<V> =>
        V.MultiplyAdd(V.Clamp(x, 2 * MostTanh), TanhQuotient(x, 0.5f), 0.5f);

    /// <summary>Beyond this, tanh is 1 − 2.7e-7, and rounding could bring the rational function above one.</summary>
    const float MostTanh = 7.9f;

    /// <summary>s·tanh(s·x) / x. The constant s is a power of two, so that its powers only change the exponents of the coefficients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V TanhQuotient<V>(V x, float s) where V : struct, ISimd<V>
    {
        // A rational function of degree 8 over 8.
        float s2 = s * s, s4 = s2 * s2, s6 = s2 * s4, s8 = s4 * s4, s10 = s4 * s6;
        // In a recurrence, the length of the chain of dependent operations counts, not only their number. So the square is clamped independently of x, and pairs of terms are
        // computed first. The addend changes no result. Without it, the square of a small x, and the square of that, would leave the range of normal numbers.
        V z = V.Min(MostTanh / s * (MostTanh / s), V.MultiplyAdd(x, x, 1e-18f)), z2 = z * z;
        V p0 = V.MultiplyAdd(z, s4 * 0.134444699f, s2 * 0.99999994f);
        V q0 = V.MultiplyAdd(z, s2 * 0.467777967f, 1);
        V p1 = V.MultiplyAdd(z, s8 * 2.18941332e-05f, s6 * 3.5715655e-3f);
        V q1 = V.MultiplyAdd(z, s6 * 3.4112393e-4f, s4 * 2.61643175e-2f);
        p1 = V.MultiplyAdd(z2, s10 * 1.52296309e-08f, p1);
        q1 = V.MultiplyAdd(z2, s8 * 8.52214328e-07f, q1);
        V p = V.MultiplyAdd(z2, p1, p0), q = V.MultiplyAdd(z2, q1, q0);
        return p / q;
    }

    /// <summary>eˣ, within 2 units in the last place, with gradual underflow; ∞ above 88.72.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x) where V : struct, ISimd<V>
    {
        x = V.Min(V.Broadcast(89), V.Max(V.Broadcast(-104), x));
        V n = Round(x * V.Broadcast(Log2E));
        V r = V.MultiplyAdd(n, -Ln2High, x);
        r = V.MultiplyAdd(n, -Ln2Low, r);
        V p = V.MultiplyAdd(r, 1.3816924633e-3f, 8.3687548499e-3f);
        p = V.MultiplyAdd(r, p, 4.16683604581e-2f);
        p = V.MultiplyAdd(r, p, 0.166665203201f);
        p = V.MultiplyAdd(r, p, 0.499999935074f);
        p = V.MultiplyAdd(r * r, p, r) + V.Broadcast(1);
        return V.Scale(p, n);
    }

    /// <summary>x·2ⁿ for integers n, with two factors, for processors without such an instruction. In <see cref="Exp"/>, n reaches 128 above and the denormal numbers below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V ScaleTwice<V>(V x, V n) where V : struct, ISimd<V>
    {
        V first = Round(n * V.Broadcast(0.5f));
        return x * V.PowerOfTwo(first) * V.PowerOfTwo(n - first);
    }

    /// <summary>Natural logarithm, within 2 units in the last place; −∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V>(V x) where V : struct, ISimd<V>
    {
        V smallest = V.Broadcast(1.17549435e-38f), infinity = V.Broadcast(float.PositiveInfinity), zero = V.Broadcast(0);
        // Denormal numbers are brought into range by 2²³.
        V scaled = V.SelectGreater(smallest, x, x * V.Broadcast(8388608), x);
        V e = V.Exponent(scaled) - V.SelectGreater(smallest, x, V.Broadcast(23), zero);
        V f = V.Mantissa(scaled) - V.Broadcast(1), square = f * f;
        V p = V.MultiplyAdd(f, 6.7466403058e-2f, -0.116756513142852f);
        p = V.MultiplyAdd(f, p, 0.1188816206763423f);
        p = V.MultiplyAdd(f, p, -0.1240558899493427f);
        p = V.MultiplyAdd(f, p, 0.14219552400673014f);
        p = V.MultiplyAdd(f, p, -0.16667995850691922f);
        p = V.MultiplyAdd(f, p, 0.20002118656710858f);
        p = V.MultiplyAdd(f, p, -0.25000009599457442f);
        p = V.MultiplyAdd(f, p, 0.33333312604089094f);
        V low = V.MultiplyAdd(square * f, p, e * V.Broadcast(Ln2Low));
        low = V.MultiplyAdd(square, -0.5f, low);
        V result = V.MultiplyAdd(e, Ln2High, f + low);
        V positive = V.SelectGreater(infinity, x, result, x);
        return V.SelectGreater(x, zero, positive, V.SelectGreater(zero, x, V.Broadcast(float.NaN), x - infinity));
    }

    /// <summary>log(1 + eˣ), within 4 units in the last place, also where it is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V>(V x) where V : struct, ISimd<V>
    {
        // log(1 + e) = 2·artanh(s), s = e / (2 + e) ≤ 1/3
        V e = Exp(-V.Abs(x));
        V s = e / (e + V.Broadcast(2)), z = s * s;
        V p = V.MultiplyAdd(z, 0.12144778837857702f, 0.10715370447549741f);
        p = V.MultiplyAdd(z, p, 0.14308298360980285f);
        p = V.MultiplyAdd(z, p, 0.19999444177923814f);
        p = V.MultiplyAdd(z, p, 0.33333337750173439f);
        V twice = s + s;
        return V.Max(V.Broadcast(0), x) + V.MultiplyAdd(twice * z, p, twice);
    }

    /// <summary>sin x, to an absolute error of 4e-7 for |x| up to 10,000, and between −1 and 1 for all x. Beyond 10⁶ the result is meaningless, because the last place of x is
    /// wider than a period. NaN if x is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sin<V>(V x) where V : struct, ISimd<V>
    {
        V n = Round(x * V.Broadcast(InversePi));
        return SineOfMultiple(x, n + n, n);
    }

    /// <summary>cos x; see <see cref="Sin"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cos<V>(V x) where V : struct, ISimd<V>
    {
        V n = Round(V.MultiplyAdd(x, InversePi, -0.5f));
        return -SineOfMultiple(x, n + n + V.Broadcast(1), n);
    }

    const float InversePi = 0.318309886f;

    /// <summary>(−1)ⁿ · sin(x − m·π/2), for x within π/2 of m·π/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V SineOfMultiple<V>(V x, V m, V n) where V : struct, ISimd<V>
    {
        // π/2 as three parts of few digits, so that their products with m are exact (Cody and Waite 1980).
        V r = V.MultiplyAdd(m, -1.5703125f, x);
        r = V.MultiplyAdd(m, -4.837512969970703125e-4f, r);
        r = V.Clamp(V.MultiplyAdd(m, -7.54978995489188216e-8f, r), 1.5707964f);
        V z = r * r;
        V p = V.MultiplyAdd(z, 2.6083159809786593541503e-06f, -1.981069071916863322258e-4f);
        p = V.MultiplyAdd(z, p, 8.33307858556509017944336e-3f);
        p = V.MultiplyAdd(z, p, -0.166666597127914428710938f);
        V odd = n - Round(n * V.Broadcast(0.5f)) * V.Broadcast(2);
        return V.Clamp(V.MultiplyAdd(r * z, p, r) * V.MultiplyAdd(odd * odd, -2, 1), 1);
    }

    /// <summary>The nearest integer, for |x| below 2²².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Round<V>(V x) where V : struct, ISimd<V>
    {
        // 1.5·2²³: at that size, the last place is one.
        V shift = V.Broadcast(12582912);
        return x + shift - shift;
    }
}
