using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory (Hochreiter &amp; Schmidhuber 1997) with a forget gate (Gers, Schmidhuber &amp; Cummins 2000).</summary>
/// <remarks><code>
/// i = σ(Wi·x + Ui·h + bi)         input gate
/// f = σ(Wf·x + Uf·h + bf)         forget gate
/// g = tanh(Wg·x + Ug·h + bg)      candidate
/// o = σ(Wo·x + Uo·h + bo)         output gate
/// c = f ⊙ c + i ⊙ g
/// h = o ⊙ tanh(c)
/// </code></remarks>
[Cell]
public partial class Lstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Sigmoid(Wi * x + Ui * h + bi);
        var f = Sigmoid(Wf * x + Uf * h + bf);
        var g = Tanh(Wg * x + Ug * h + bg);
        var o = Sigmoid(Wo * x + Uo * h + bo);
        c = f * c + i * g;
        return h = o * Tanh(c);
    }
}
