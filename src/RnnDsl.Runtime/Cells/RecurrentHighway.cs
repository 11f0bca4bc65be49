using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The recurrent highway network: several highway layers at each step, with coupled gates (Zilly, Srivastava, Koutník &amp; Schmidhuber 2017, equations 6 to 9).</summary>
/// <remarks><code>
/// s⁰ = h                                      the state of the step before
/// nˡ = tanh([l = 1] W·x + Uˡ·sˡ⁻¹ + bˡ)        candidate of layer l
/// tˡ = σ([l = 1] Wt·x + Utˡ·sˡ⁻¹ + btˡ)        transform gate
/// sˡ = tˡ ⊙ nˡ + (1 − tˡ) ⊙ sˡ⁻¹
/// h = sᴸ
/// </code>
/// L is 5 here. For another depth copy the class and change the constant.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the state and of the output.</typeparam>
[Cell]
public partial class RecurrentHighway<Input, Hidden> : Cell<Input, Hidden>
{
    const int Depth = 5;

    [State] Vec<Hidden> h;

    Mat<Hidden, Input> W, Wt;
    [Count(Depth)] Mat<Hidden, Hidden>[] U, Ut;
    [Count(Depth)] Vec<Hidden>[] b;
    [Count(Depth), Init(-2)] Vec<Hidden>[] bt;     // carry at first, as in the paper

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        for (int l = 0; l < Depth; l++)
        {
            var n = U[l] * h + b[l];
            var t = Ut[l] * h + bt[l];
            if (l == 0)
            {
                n += W * x;
                t += Wt * x;
            }
            t = Sigmoid(t);
            h = t * Tanh(n) + (1 - t) * h;
        }
        return h;
    }
}
