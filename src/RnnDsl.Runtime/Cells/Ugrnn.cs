using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The update gate network (UGRNN, Collins, Sohl-Dickstein &amp; Sussillo 2017): a simple recurrent network with one gate.</summary>
/// <remarks><code>
/// g = σ(Wg·x + Ug·h + bg)         update gate: the share of h that stays
/// n = tanh(Wn·x + Un·h + bn)      candidate
/// h = g ⊙ h + (1 − g) ⊙ n
/// </code></remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the state and of the output.</typeparam>
[Cell]
public partial class Ugrnn<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> Wg, Wn;
    Mat<Hidden, Hidden> Ug, Un;
    [Init(1)] Vec<Hidden> bg;                  // remember at first; the paper adds this 1 in the equation
    Vec<Hidden> bn;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var g = Sigmoid(Wg * x + Ug * h + bg);
        var n = Tanh(Wn * x + Un * h + bn);
        return h = g * h + (1 - g) * n;
    }
}
