using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The gated network of few weights (FastGRNN, Kusupati et al. 2018): gate and candidate share their matrices.</summary>
/// <remarks><code>
/// a = W·x + U·h
/// z = σ(a + bz)                   gate: the share of h that stays
/// n = tanh(a + bn)                candidate
/// h = (σ(ζ) ⊙ (1 − z) + σ(ν)) ⊙ n + z ⊙ h
/// </code>
/// ζ and ν are numbers for all units, between 0 and 1 after the σ. The paper's low rank and sparsity of W and U are a matter of training and not of this cell.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the state and of the output.</typeparam>
[Cell]
public partial class FastGrnn<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    [Init(1)] Vec<Hidden> bz, bn;              // as in the authors' program; z then remembers at first
    [Init(1)] Scalar zeta;
    [Init(-4)] Scalar nu;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var a = W * x + U * h;
        var z = Sigmoid(a + bz);
        var n = Tanh(a + bn);
        return h = (Sigmoid(zeta) * (1 - z) + Sigmoid(nu)) * n + z * h;
    }
}
