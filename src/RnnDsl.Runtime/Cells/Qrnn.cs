using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The quasi-recurrent network (QRNN, Bradbury, Merity, Xiong &amp; Socher 2017) with a window of two steps and fo-pooling.</summary>
/// <remarks><code>
/// z = tanh(Wz·x + Vz·p + bz)      candidate
/// f = σ(Wf·x + Vf·p + bf)         forget gate
/// o = σ(Wo·x + Vo·p + bo)         output gate
/// c = f ⊙ c + (1 − f) ⊙ z
/// h = o ⊙ c
/// p = x                           the input of the step before; zero at first
/// </code>
/// W and V together are the paper's masked convolution over two steps; the biases are those of the authors' program.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the memory and of the output.</typeparam>
[Cell]
public partial class Qrnn<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> c;
    [State] Vec<Input> p;

    Mat<Hidden, Input> Wz, Wf, Wo;
    [Init(Initial.Xavier)] Mat<Hidden, Input> Vz, Vf, Vo;          // of inputs, although p is a state
    Vec<Hidden> bz, bf, bo;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var z = Tanh(Wz * x + Vz * p + bz);
        var f = Sigmoid(Wf * x + Vf * p + bf);
        var o = Sigmoid(Wo * x + Vo * p + bo);
        c = f * c + (1 - f) * z;
        p = x;
        return o * c;
    }
}
