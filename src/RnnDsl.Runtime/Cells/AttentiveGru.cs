using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>A gated recurrent unit that looks into a memory at each step, with additive attention (Bahdanau, Cho &amp; Bengio 2015): the decoder of their translator.</summary>
/// <remarks>The paper's appendix A.2.2, with biases; the memory has the steps m:
/// <code>
/// eⱼ = va · tanh(Wa·h + Ua·mⱼ)               how well each step of the memory fits what is known
/// a = softmax(e)
/// c = Σ aⱼ·mⱼ                                what is found
/// z = σ(Wz·x + Uz·h + Cz·c + bz)             update gate: what is replaced
/// r = σ(Wr·x + Ur·h + Cr·c + br)             reset gate
/// n = tanh(Wn·x + Un·(r ⊙ h) + Cn·c + bn)    candidate
/// h = (1 − z) ⊙ h + z ⊙ n
/// </code>
/// The h on the right is that of the previous step. In a model, <c>decoder.Scan(Previous(y), encoder.Scan(x), Start(h))</c>. The paper starts at h = tanh(Ws·m₁), with m₁ the first
/// step of an encoder in both directions, and computes its answer from h, y and c together. As in the paper, va starts at zero: at first the decoder reads the mean of the
/// memory.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the state, of the output, and of the attention's comparison.</typeparam>
/// <typeparam name="Memory">Units of the memory's steps.</typeparam>
[Cell]
public partial class AttentiveGru<Input, Hidden, Memory> : Cell<Input, Hidden, Memory>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Hidden> Wa;
    Mat<Hidden, Memory> Ua;
    Vec<Hidden> va;
    Mat<Hidden, Input> Wz, Wr, Wn;
    Mat<Hidden, Hidden> Uz, Ur, Un;
    [Init(Initial.Xavier)] Mat<Hidden, Memory> Cz, Cr, Cn;
    Vec<Hidden> bz, br, bn;

    protected override Vec<Hidden> Step(Vec<Input> x, Seq<Memory> memory)
    {
        var fits = Dot(va, Tanh(Ua * memory + Wa * h));
        var c = SumOverSteps(SoftmaxOverSteps(fits) * memory);
        var z = Sigmoid(Wz * x + Uz * h + Cz * c + bz);
        var r = Sigmoid(Wr * x + Ur * h + Cr * c + br);
        var n = Tanh(Wn * x + Un * (r * h) + Cn * c + bn);
        return h = (1 - z) * h + z * n;
    }
}
