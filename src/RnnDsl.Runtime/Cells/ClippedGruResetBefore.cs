using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The gated recurrent unit as published (Cho et al. 2014), with the reset gate before the product, that keeps the arguments of its gates within
/// bounds, as the ONNX operator GRU does with its attribute clip.</summary>
/// <remarks><code>
/// [a] = min(clip, max(−clip, a))
/// r = σ([Wr·x + Ur·h + br])               reset gate
/// z = σ([Wz·x + Uz·h + bz])               update gate
/// n = tanh([Wn·x + Un·(r ⊙ h) + bn])      candidate
/// h = (1 − z) ⊙ n + z ⊙ h
/// </code>No gradient reaches the bound. Weight decay applies to it too, unless it is frozen.</remarks>
[Cell]
public partial class ClippedGruResetBefore<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> Wr, Wz, Wn;
    Mat<Hidden, Hidden> Ur, Uz, Un;
    Vec<Hidden> br, bz, bn;
    [Init(10)] Scalar clip;                    // beyond 10, σ and tanh have less than 1e-4 left to go

    Vec<Hidden> Clipped(Vec<Hidden> a) => Min(Max(a, -StopGradient(clip)), StopGradient(clip));

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var r = Sigmoid(Clipped(Wr * x + Ur * h + br));
        var z = Sigmoid(Clipped(Wz * x + Uz * h + bz));
        var n = Tanh(Clipped(Wn * x + Un * (r * h) + bn));
        return h = (1 - z) * n + z * h;
    }
}
