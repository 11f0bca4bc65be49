using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The gated recurrent unit without a recurrent product, parallel over time but for a weighted sum (minGRU, Feng et al.
/// 2024).</summary>
/// <remarks><code>
/// z = σ(Wz·x + bz)      update gate
/// n = Wn·x + bn         candidate
/// h = (1 − z) ⊙ h + z ⊙ n
/// </code></remarks>
[Cell]
public partial class MinGru<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> Wz, Wn;
    Vec<Hidden> bz, bn;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var z = Sigmoid(Wz * x + bz);
        var n = Wn * x + bn;
        return h = (1 - z) * h + z * n;
    }
}
