using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory whose gates see the memory cell (Gers &amp; Schmidhuber 2000).</summary>
/// <remarks><code>
/// i = σ(Wi·x + Ui·h + pi ⊙ c + bi)      input gate
/// f = σ(Wf·x + Uf·h + pf ⊙ c + bf)      forget gate
/// g = tanh(Wg·x + Ug·h + bg)            candidate
/// c = f ⊙ c + i ⊙ g
/// o = σ(Wo·x + Uo·h + po ⊙ c + bo)      output gate, sees the new c
/// h = o ⊙ tanh(c)
/// </code></remarks>
[Cell]
public partial class PeepholeLstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    Vec<Hidden> pi, pf, po;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Sigmoid(Wi * x + Ui * h + pi * c + bi);
        var f = Sigmoid(Wf * x + Uf * h + pf * c + bf);
        var g = Tanh(Wg * x + Ug * h + bg);
        c = f * c + i * g;
        var o = Sigmoid(Wo * x + Uo * h + po * c + bo);
        return h = o * Tanh(c);
    }
}
