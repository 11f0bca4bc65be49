using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with coupled input and forget gates (CIFG, Greff et al. 2015, without peepholes): the input replaces what is forgotten.</summary>
/// <remarks><code>
/// f = σ(Wf·x + Uf·h + bf)         forget gate; the input gate is 1 − f
/// g = tanh(Wg·x + Ug·h + bg)      candidate
/// o = σ(Wo·x + Uo·h + bo)         output gate
/// c = f ⊙ c + (1 − f) ⊙ g
/// h = o ⊙ tanh(c)
/// </code></remarks>
[Cell]
public partial class CoupledLstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wf, Wg, Wo;
    Mat<Hidden, Hidden> Uf, Ug, Uo;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var f = Sigmoid(Wf * x + Uf * h + bf);
        var g = Tanh(Wg * x + Ug * h + bg);
        var o = Sigmoid(Wo * x + Uo * h + bo);
        c = f * c + (1 - f) * g;
        return h = o * Tanh(c);
    }
}
