using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The convolutional LSTM (Shi et al. 2015, equation 3) over a line of eight positions: at each step and position a vector comes in, the state has a vector, and gates see those of the two
/// neighbours too, by the same weights everywhere.</summary>
/// <remarks><code>
/// (W ∗ x)[p] = W¹·x[p − 1] + W²·x[p] + W³·x[p + 1]     zeros beyond the ends
/// i = σ(Wi ∗ x + Ui ∗ h + pi ⊙ c + bi)                 input gate
/// f = σ(Wf ∗ x + Uf ∗ h + pf ⊙ c + bf)                 forget gate
/// c = f ⊙ c + i ⊙ tanh(Wg ∗ x + Ug ∗ h + bg)
/// o = σ(Wo ∗ x + Uo ∗ h + po ⊙ c + bo)                 output gate, sees the new c
/// h = o ⊙ tanh(c)
/// </code>
/// The paper's images have two dimensions; this is its equation along one, with kernels of three positions. Peepholes have weights of their own at each position, as in the paper, biases one for each channel.
/// Input and output are the vectors of the positions one behind the other. Data of eight positions with k numbers each are columns of 8·k numbers. For another number of positions copy the class:
/// the concatenations and <c>At</c> count them.</remarks>
/// <typeparam name="Input">Numbers of the input at one position.</typeparam>
/// <typeparam name="Channel">Numbers of the memory and of the output at one position; 8 to 64 are usual.</typeparam>
[Cell]
public partial class ConvLstm<Input, Channel> : Cell<Cat<Cat<Cat<Input, Input>, Cat<Input, Input>>, Cat<Cat<Input, Input>, Cat<Input, Input>>>,
    Cat<Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>, Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>>>
{
    const int Positions = 8, Kernel = 3;
    const double Gain = 0.57735;    // 1/√3: three matrices add up to what one does in an Lstm

    [State] Vec<Cat<Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>, Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>>> h, c;

    [Count(Kernel), Init(Initial.Xavier, Gain)] Mat<Channel, Input>[] Wi, Wf, Wg, Wo;
    [Count(Kernel), Init(Initial.Orthogonal, Gain)] Mat<Channel, Channel>[] Ui, Uf, Ug, Uo;
    Vec<Cat<Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>, Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>>> pi, pf, po;
    Vec<Channel> bi;
    [Init(1)] Vec<Channel> bf;      // remember at first (Jozefowicz et al. 2015)
    Vec<Channel> bg, bo;

    /// <summary>The vector of a position.</summary>
    static Vec<D> At<D>(Vec<Cat<Cat<Cat<D, D>, Cat<D, D>>, Cat<Cat<D, D>, Cat<D, D>>>> x, int position)
    {
        var half = position < 4 ? Left(x) : Right(x);
        var quarter = position % 4 < 2 ? Left(half) : Right(half);
        return position % 2 == 0 ? Left(quarter) : Right(quarter);
    }

    /// <summary>What the kernel gives at a position.</summary>
    static Vec<Channel> Around<D>(Mat<Channel, D>[] kernel, Vec<Cat<Cat<Cat<D, D>, Cat<D, D>>, Cat<Cat<D, D>, Cat<D, D>>>> x, int position)
    {
        var sum = kernel[1] * At(x, position);
        if (position > 0)
            sum += kernel[0] * At(x, position - 1);
        if (position < Positions - 1)
            sum += kernel[2] * At(x, position + 1);
        return sum;
    }

    /// <summary>What it gives at all of them.</summary>
    static Vec<Cat<Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>, Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>>> Convolve<D>(
        Mat<Channel, D>[] kernel, Vec<Cat<Cat<Cat<D, D>, Cat<D, D>>, Cat<Cat<D, D>, Cat<D, D>>>> x) => Concat(
            Concat(Concat(Around(kernel, x, 0), Around(kernel, x, 1)), Concat(Around(kernel, x, 2), Around(kernel, x, 3))),
            Concat(Concat(Around(kernel, x, 4), Around(kernel, x, 5)), Concat(Around(kernel, x, 6), Around(kernel, x, 7))));

    /// <summary>The same vector at all positions.</summary>
    static Vec<Cat<Cat<Cat<D, D>, Cat<D, D>>, Cat<Cat<D, D>, Cat<D, D>>>> Everywhere<D>(Vec<D> b) =>
        Concat(Concat(Concat(b, b), Concat(b, b)), Concat(Concat(b, b), Concat(b, b)));

    protected override Vec<Cat<Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>, Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>>> Step(
        Vec<Cat<Cat<Cat<Input, Input>, Cat<Input, Input>>, Cat<Cat<Input, Input>, Cat<Input, Input>>>> x)
    {
        var i = Sigmoid(Convolve(Wi, x) + Convolve(Ui, h) + pi * c + Everywhere(bi));
        var f = Sigmoid(Convolve(Wf, x) + Convolve(Uf, h) + pf * c + Everywhere(bf));
        c = f * c + i * Tanh(Convolve(Wg, x) + Convolve(Ug, h) + Everywhere(bg));
        var o = Sigmoid(Convolve(Wo, x) + Convolve(Uo, h) + po * c + Everywhere(bo));
        return h = o * Tanh(c);
    }
}
