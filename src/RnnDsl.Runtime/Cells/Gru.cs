using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The gated recurrent unit (Cho et al. 2014) with the reset gate after the product, as PyTorch, Keras and cuDNN have
/// it.</summary>
/// <remarks><code>
/// r = σ(Wr·x + Ur·h + br)                     reset gate
/// z = σ(Wz·x + Uz·h + bz)                     update gate
/// n = tanh(Wn·x + bn + r ⊙ (Un·h + cn))       candidate
/// h = (1 − z) ⊙ n + z ⊙ h
/// </code></remarks>
[Cell]
public partial class Gru<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> Wr, Wz, Wn;
    Mat<Hidden, Hidden> Ur, Uz, Un;
    Vec<Hidden> br, bz, bn;
    Vec<Hidden> cn;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var r = Sigmoid(Wr * x + Ur * h + br);
        var z = Sigmoid(Wz * x + Uz * h + bz);
        var n = Tanh(Wn * x + bn + r * (Un * h + cn));
        return h = (1 - z) * n + z * h;
    }
}
