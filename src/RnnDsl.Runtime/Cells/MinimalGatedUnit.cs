using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The minimal gated unit: one gate that both resets and updates (Zhou, Wu, Zhang &amp; Zhou 2016).</summary>
/// <remarks><code>
/// f = σ(Wf·x + Uf·h + bf)               forget gate: the share of h that is replaced
/// n = tanh(Wn·x + Un·(f ⊙ h) + bn)      candidate
/// h = (1 − f) ⊙ h + f ⊙ n
/// </code></remarks>
[Cell]
public partial class MinimalGatedUnit<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> Wf, Wn;
    Mat<Hidden, Hidden> Uf, Un;
    Vec<Hidden> bf, bn;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var f = Sigmoid(Wf * x + Uf * h + bf);
        var n = Tanh(Wn * x + Un * (f * h) + bn);
        return h = (1 - f) * h + f * n;
    }
}
