using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The light gated recurrent unit (Li-GRU, Ravanelli, Brakel, Omologo &amp; Bengio 2018): no reset gate, and rectified linear units.</summary>
/// <remarks><code>
/// z = σ(Wz·x + Uz·h + bz)             update gate: the share of h that stays
/// n = max(0, Wn·x + Un·h + bn)        candidate
/// h = z ⊙ h + (1 − z) ⊙ n
/// </code>
/// The paper normalizes Wz·x and Wn·x over the batch, which keeps h from growing; here biases take the place of the normalization. For long sequences limit the gradient, or scan
/// the output of a <see cref="LayerNorm{D}"/>.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the state and of the output.</typeparam>
[Cell]
public partial class LiGru<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> Wz, Wn;
    Mat<Hidden, Hidden> Uz, Un;
    Vec<Hidden> bz, bn;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var z = Sigmoid(Wz * x + Uz * h + bz);
        var n = Relu(Wn * x + Un * h + bn);
        return h = z * h + (1 - z) * n;
    }
}
