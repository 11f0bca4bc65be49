using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Layer normalization (Ba, Kiros &amp; Hinton 2016, equation 4): over the units of one vector, with a gain and a bias.</summary>
/// <remarks><code>
/// y = g ⊙ (x − mean) / √(variance + 1e-5) + b
/// </code></remarks>
[Cell]
public partial class LayerNorm<D> : Cell<D, D>
{
    [Init(1)] Vec<D> g;
    Vec<D> b;

    protected override Vec<D> Step(Vec<D> x) => g * Normalize(x) + b;
}
