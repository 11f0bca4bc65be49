using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The simple recurrent unit (SRU, Lei, Zhang, Wang, Dai &amp; Artzi 2018): no recurrent product, gates that see their own memory unit, and a highway
/// around the recurrence.</summary>
/// <remarks><code>
/// f = σ(Wf·x + vf ⊙ c + bf)          forget gate
/// r = σ(Wr·x + vr ⊙ c + br)          reset gate, sees the old c too
/// c = f ⊙ c + (1 − f) ⊙ (W·x)
/// h = r ⊙ c + (1 − r) ⊙ (Wx·x)
/// </code>
/// The paper's highway passes α·x on, which needs as many inputs as hidden units. Here Wx maps the input to the hidden units, as the authors' program does if the two numbers
/// differ; α = √3 is part of its initial values. c has no activation, as in the published version.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the memory and of the output.</typeparam>
[Cell]
public partial class Sru<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> c;

    Mat<Hidden, Input> W, Wf, Wr;
    [Init(Initial.Xavier, 1.7320508)] Mat<Hidden, Input> Wx;       // the highway's share of the output varies as much as the memory's (section 3.2)
    [Init(Initial.Uniform, 1.2247449)] Vec<Hidden> vf, vr;         // of variance ½ (the authors' program)
    Vec<Hidden> bf, br;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var f = Sigmoid(Wf * x + vf * c + bf);
        var r = Sigmoid(Wr * x + vr * c + br);
        c = f * c + (1 - f) * (W * x);
        return r * c + (1 - r) * (Wx * x);
    }
}
