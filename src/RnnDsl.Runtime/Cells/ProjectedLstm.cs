using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with a projection of its output (LSTMP, Sak, Senior &amp; Beaufays 2014, without peepholes): many memory cells, and few units that go to the gates and to the
/// next layer. The equations are those of PyTorch's <c>nn.LSTM</c> with <c>proj_size</c>.</summary>
/// <remarks><code>
/// i = σ(Wi·x + Ui·h + bi)         input gate
/// f = σ(Wf·x + Uf·h + bf)         forget gate
/// g = tanh(Wg·x + Ug·h + bg)      candidate
/// o = σ(Wo·x + Uo·h + bo)         output gate
/// c = f ⊙ c + i ⊙ g
/// h = P·(o ⊙ tanh(c))
/// </code></remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the memory.</typeparam>
/// <typeparam name="Projection">Units of the output and of what the gates see of the step before.</typeparam>
[Cell]
public partial class ProjectedLstm<Input, Hidden, Projection> : Cell<Input, Projection>
{
    [State] Vec<Projection> h;
    [State] Vec<Hidden> c;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Projection> Ui, Uf, Ug, Uo;
    Mat<Projection, Hidden> P;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;

    protected override Vec<Projection> Step(Vec<Input> x)
    {
        var i = Sigmoid(Wi * x + Ui * h + bi);
        var f = Sigmoid(Wf * x + Uf * h + bf);
        var g = Tanh(Wg * x + Ug * h + bg);
        var o = Sigmoid(Wo * x + Uo * h + bo);
        c = f * c + i * g;
        return h = P * (o * Tanh(c));
    }
}
