using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The gated recurrent unit as published (Cho et al. 2014): the reset gate works on the state before the product.</summary>
/// <remarks><code>
/// r = σ(Wr·x + Ur·h + br)               reset gate
/// z = σ(Wz·x + Uz·h + bz)               update gate
/// n = tanh(Wn·x + Un·(r ⊙ h) + bn)      candidate
/// h = (1 − z) ⊙ n + z ⊙ h
/// </code></remarks>
[Cell]
public partial class GruResetBefore<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> Wr, Wz, Wn;
    Mat<Hidden, Hidden> Ur, Uz, Un;
    Vec<Hidden> br, bz, bn;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var r = Sigmoid(Wr * x + Ur * h + br);
        var z = Sigmoid(Wz * x + Uz * h + bz);
        var n = Tanh(Wn * x + Un * (r * h) + bn);
        return h = (1 - z) * n + z * h;
    }
}
