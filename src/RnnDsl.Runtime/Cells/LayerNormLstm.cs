using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with layer normalization (Ba, Kiros &amp; Hinton 2016, supplement), each gate
/// normalized by itself.</summary>
/// <remarks><code>
/// i = σ(ai ⊙ N(Wi·x) + ri ⊙ N(Ui·h) + bi)         input gate
/// f = σ(af ⊙ N(Wf·x) + rf ⊙ N(Uf·h) + bf)         forget gate
/// g = tanh(ag ⊙ N(Wg·x) + rg ⊙ N(Ug·h) + bg)      candidate
/// o = σ(ao ⊙ N(Wo·x) + ro ⊙ N(Uo·h) + bo)         output gate
/// c = f ⊙ c + i ⊙ g
/// h = o ⊙ tanh(ac ⊙ N(c) + bc)
/// </code>
/// N(v) = (v − mean) / √(variance + 1e-5). The gains a are of the input's products and of c, the gains r of the recurrent
/// products; the paper's two biases of a sum are one here.</remarks>
[Cell]
public partial class LayerNormLstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    [Init(1)] Vec<Hidden> ai, af, ag, ao;
    [Init(1)] Vec<Hidden> ri, rf, rg, ro;
    [Init(1)] Vec<Hidden> ac;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo, bc;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Sigmoid(ai * Normalize(Wi * x) + ri * Normalize(Ui * h) + bi);
        var f = Sigmoid(af * Normalize(Wf * x) + rf * Normalize(Uf * h) + bf);
        var g = Tanh(ag * Normalize(Wg * x) + rg * Normalize(Ug * h) + bg);
        var o = Sigmoid(ao * Normalize(Wo * x) + ro * Normalize(Uo * h) + bo);
        c = f * c + i * g;
        return h = o * Tanh(ac * Normalize(c) + bc);
    }
}
