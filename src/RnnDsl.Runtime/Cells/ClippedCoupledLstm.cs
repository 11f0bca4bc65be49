using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with coupled input and forget gates and peepholes (CIFG, Greff et al. 2015) that keeps the arguments of its gates within
/// bounds, as the ONNX operator LSTM does with its attributes input_forget and clip.</summary>
/// <remarks><code>
/// [a] = min(clip, max(−clip, a))
/// f = σ([Wf·x + Uf·h + pf ⊙ c + bf])      forget gate; the input gate is 1 − f
/// g = tanh([Wg·x + Ug·h + bg])            candidate
/// c = f ⊙ c + (1 − f) ⊙ g
/// o = σ([Wo·x + Uo·h + po ⊙ c + bo])      output gate, sees the new c
/// h = o ⊙ tanh(c)
/// </code>No gradient reaches the bound. Weight decay applies to it too, unless it is frozen.</remarks>
[Cell]
public partial class ClippedCoupledLstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wf, Wg, Wo;
    Mat<Hidden, Hidden> Uf, Ug, Uo;
    Vec<Hidden> pf, po;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;
    [Init(10)] Scalar clip;                    // beyond 10, σ and tanh have less than 1e-4 left to go

    Vec<Hidden> Clipped(Vec<Hidden> a) => Min(Max(a, -StopGradient(clip)), StopGradient(clip));

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var f = Sigmoid(Clipped(Wf * x + Uf * h + pf * c + bf));
        var g = Tanh(Clipped(Wg * x + Ug * h + bg));
        c = f * c + (1 - f) * g;
        var o = Sigmoid(Clipped(Wo * x + Uo * h + po * c + bo));
        return h = o * Tanh(c);
    }
}
