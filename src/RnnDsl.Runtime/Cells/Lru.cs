using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The linear recurrent unit (LRU, Orvieto et al. 2023): a linear recurrence of complex units, each with its own frequency and decay, and a real output.</summary>
/// <remarks><code>
/// λ = exp(−e^ν + i·e^θ)                     by what a unit is multiplied at each step: its size is below 1 for all ν
/// h = λ ⊙ h + e^γ ⊙ (B·x)
/// y = Re(C·h) + D·x
/// </code>
/// A complex number is a pair of real ones here: h = hr + i·hi, and likewise B and C. The parameters start with the paper's ring initialization, with the values that it found best
/// for long inputs: sizes |λ| between 0.9 and 0.999, spread as evenly over the ring as by a uniform draw; phases between 0 and π / 10; and e^γ = √(1 − |λ|²), which keeps the size
/// of the state. For other inputs the paper takes sizes from 0 to 1 and phases up to 2π. Sizes and phases are the fractional parts of multiples of two irrational numbers, which
/// leave no large gap for any number of units. If there are as many inputs as units, the variance of B is that of the paper, 1 / (2·inputs). The paper's D is a vector, since it
/// has as many outputs as inputs. Its layers continue with a nonlinearity, which is gated in its models.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Complex units of the state, and units of the output.</typeparam>
[Cell]
public partial class Lru<Input, Hidden> : Cell<Input, Hidden>
{
    const double Least = 0.9, Most = 0.999, Turn = 0.314159265358979;

    [State] Vec<Hidden> hr, hi;

    [Init(nameof(FirstNu))] Vec<Hidden> nu;
    [Init(nameof(FirstTheta))] Vec<Hidden> theta;
    [Init(nameof(FirstGamma))] Vec<Hidden> gamma;
    [Init(Initial.Xavier, 0.70710678)] Mat<Hidden, Input> Br, Bi;
    [Init(Initial.Xavier)] Mat<Hidden, Hidden> Cr, Ci;
    Mat<Hidden, Input> D;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var size = Exp(-Exp(nu));
        var real = size * Cos(Exp(theta));
        var imaginary = size * Sin(Exp(theta));
        var taken = Exp(gamma);
        var before = hr;
        hr = real * before - imaginary * hi + taken * (Br * x);
        hi = real * hi + imaginary * before + taken * (Bi * x);
        return Cr * hr - Ci * hi + D * x;
    }

    /// <summary>The square of a size, which is uniform over the ring.</summary>
    static double Area(int unit) => Least * Least + (Most * Most - Least * Least) * ((unit + 1) * 0.7548776662466927 % 1);

    static double FirstNu(int unit) => Math.Log(-0.5 * Math.Log(Area(unit)));

    static double FirstTheta(int unit) => Math.Log(Turn * ((unit + 1) * 0.5698402909980532 % 1));

    static double FirstGamma(int unit) => 0.5 * Math.Log(1 - Area(unit));
}
