using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory without a recurrent product and with gates that sum to one (minLSTM, Feng et al. 2024).</summary>
/// <remarks><code>
/// f = σ(Wf·x + bf) / (σ(Wf·x + bf) + σ(Wi·x + bi))      forget gate; the input gate is 1 − f
/// g = Wg·x + bg                                         candidate
/// h = f ⊙ h + (1 − f) ⊙ g
/// </code>
/// f is computed as σ(softplus(−Wi·x − bi) − softplus(−Wf·x − bf)), which is equal and does not divide 0 by 0 when both gates
/// close (the paper's appendix on the log-space form).</remarks>
[Cell]
public partial class MinLstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> Wi, Wf, Wg;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var f = Sigmoid(Softplus(-(Wi * x + bi)) - Softplus(-(Wf * x + bf)));
        var g = Wg * x + bg;
        return h = f * h + (1 - f) * g;
    }
}
