using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory that looks into a memory at each step, with multiplicative attention and input feeding (Luong, Pham &amp; Manning 2015): what was found goes into the next step.</summary>
/// <remarks>The paper's sections 3.1 (global attention, the score "general") and 3.3; the memory has the steps m:
/// <code>
/// i = σ(Wi·x + Fi·a + Ui·h + bi)             input gate; a is the output of the step before
/// f = σ(Wf·x + Ff·a + Uf·h + bf)             forget gate
/// g = tanh(Wg·x + Fg·a + Ug·h + bg)          candidate
/// o = σ(Wo·x + Fo·a + Uo·h + bo)             output gate
/// c = f ⊙ c + i ⊙ g
/// h = o ⊙ tanh(c)
/// s = softmax over j of h·Wa·mⱼ              weights of the steps of the memory
/// a = tanh(Wm·Σ sⱼ·mⱼ + Wh·h)                output
/// </code>
/// The attention comes after the recurrence and uses the new h; in <see cref="AttentiveGru{Input, Hidden, Memory}"/> it comes before. In a model, <c>decoder.Scan(Previous(y),
/// encoder.Scan(x), encoder.End(x))</c>, with an <see cref="Lstm{Input, Hidden}"/> of as many units as encoder: its states h and c are the first two of this cell's
/// states.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the states and of the output.</typeparam>
/// <typeparam name="Memory">Units of the memory's steps.</typeparam>
[Cell]
public partial class AttentiveLstm<Input, Hidden, Memory> : Cell<Input, Hidden, Memory>
{
    [State] Vec<Hidden> h, c, a;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Fi, Ff, Fg, Fo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;
    [Init(Initial.Xavier)] Mat<Memory, Hidden> Wa;
    [Init(Initial.Xavier)] Mat<Hidden, Memory> Wm;
    [Init(Initial.Xavier)] Mat<Hidden, Hidden> Wh;

    protected override Vec<Hidden> Step(Vec<Input> x, Seq<Memory> memory)
    {
        var i = Sigmoid(Wi * x + Fi * a + Ui * h + bi);
        var f = Sigmoid(Wf * x + Ff * a + Uf * h + bf);
        var g = Tanh(Wg * x + Fg * a + Ug * h + bg);
        var o = Sigmoid(Wo * x + Fo * a + Uo * h + bo);
        c = f * c + i * g;
        h = o * Tanh(c);
        var found = Attend(Wa * h, memory, memory);
        return a = Tanh(Wm * found + Wh * h);
    }
}
