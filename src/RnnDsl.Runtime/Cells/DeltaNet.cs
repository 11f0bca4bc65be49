using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>DeltaNet: a matrix stores values under keys, and a new value replaces the stored value of its key, instead of being added to it (Schlag, Irie &amp; Schmidhuber 2021;
/// Yang, Wang, Zhang, Shen &amp; Kim 2024).</summary>
/// <remarks><code>
/// q = s(Wq·x) / |s(Wq·x)|                   query; s(u) = u·σ(u)
/// k = s(Wk·x) / |s(Wk·x)|                   key
/// v = Wv·x                                  value
/// β = σ(wb·x + bb)                          rate of writing, a number
/// S = S + β · (v − S·k)·kᵀ                  memory: rows are units of the value, columns those of the key
/// y = S·q
/// </code>
/// Keys and queries have the lengths 1 and s, as in the later paper; in the earlier one their sum is 1. Each step is a step of gradient descent on |v − S·k|² / 2. Lengths are
/// computed as √(u·u + 10⁻⁶), which is differentiable at u = 0. The published models have several heads, short convolutions before s, and a normalization and a matrix after the
/// scan (<see cref="LayerNorm{D}"/>, <see cref="Linear{In, Out}"/>).</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of keys, values, and of the output; the memory has their square, and holds about as many pairs as there are units.</typeparam>
[Cell]
public partial class DeltaNet<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Mat<Hidden, Hidden> S;

    Mat<Hidden, Input> Wq, Wk, Wv;
    Vec<Input> wb;
    Scalar bb;

    static Vec<Hidden> Unit(Vec<Hidden> u) => u / Sqrt(Dot(u, u) + 1e-6);

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var q = Unit(Silu(Wq * x));
        var k = Unit(Silu(Wk * x));
        var v = Wv * x;
        S += Sigmoid(Dot(wb, x) + bb) * Outer(v - S * k, k);
        return S * q;
    }
}
