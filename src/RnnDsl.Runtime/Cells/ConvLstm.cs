using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The convolutional LSTM (Shi et al. 2015, equation 3) over a line of eight positions. At each step, every position has an input vector and a state vector. Its gates
/// also read the vectors of the two neighbors; the weights are the same at all positions.</summary>
/// <remarks><code>
/// (W ∗ x)[p] = W¹·x[p − 1] + W²·x[p] + W³·x[p + 1]     zeros beyond the ends
/// i = σ(Wi ∗ x + Ui ∗ h + pi ⊙ c + bi)                 input gate
/// f = σ(Wf ∗ x + Uf ∗ h + pf ⊙ c + bf)                 forget gate
/// c = f ⊙ c + i ⊙ tanh(Wg ∗ x + Ug ∗ h + bg)
/// o = σ(Wo ∗ x + Uo ∗ h + po ⊙ c + bo)                 output gate, sees the new c
/// h = o ⊙ tanh(c)
/// </code>
/// The paper's images have two dimensions; this is its equation for one dimension, with kernels of three positions. As in the paper, peepholes have their own weights at each
/// position, and biases are shared by all positions. Input and output are the vectors of the positions, one after the other. Data of eight positions with k numbers each are
/// columns of 8·k numbers. For another number of positions copy the class: <c>At</c> and the concatenation at the end depend on it.</remarks>
/// <typeparam name="Input">Numbers of the input at one position.</typeparam>
/// <typeparam name="Channel">Numbers of the memory and of the output at one position; 8 to 64 are usual.</typeparam>
[Cell]
public partial class ConvLstm<Input, Channel> : Cell<Cat<Cat<Cat<Input, Input>, Cat<Input, Input>>, Cat<Cat<Input, Input>, Cat<Input, Input>>>,
    Cat<Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>, Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>>>
{
    const int Positions = 8, Kernel = 3;
    const double Gain = 0.57735;    // 1/√3: three matrices add up to what one does in an Lstm

    [State, Count(Positions)] Vec<Channel>[] h, c;

    [Count(Kernel), Init(Initial.Xavier, Gain)] Mat<Channel, Input>[] Wi, Wf, Wg, Wo;
    [Count(Kernel), Init(Initial.Orthogonal, Gain)] Mat<Channel, Channel>[] Ui, Uf, Ug, Uo;
    [Count(Positions)] Vec<Channel>[] pi, pf, po;
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

    /// <summary>W ∗ x + U ∗ h at a position. It reads h of the previous step at this position and at its neighbors.</summary>
    static Vec<Channel> Convolved(Mat<Channel, Input>[] W, Vec<Cat<Cat<Cat<Input, Input>, Cat<Input, Input>>, Cat<Cat<Input, Input>, Cat<Input, Input>>>> x,
        Mat<Channel, Channel>[] U, Vec<Channel> before, Vec<Channel> here, Vec<Channel> after, int position)
    {
        var sum = W[1] * At(x, position) + U[1] * here;
        if (position > 0)
            sum += W[0] * At(x, position - 1) + U[0] * before;
        if (position < Positions - 1)
            sum += W[2] * At(x, position + 1) + U[2] * after;
        return sum;
    }

    protected override Vec<Cat<Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>, Cat<Cat<Channel, Channel>, Cat<Channel, Channel>>>> Step(
        Vec<Cat<Cat<Cat<Input, Input>, Cat<Input, Input>>, Cat<Cat<Input, Input>, Cat<Input, Input>>>> x)
    {
        var before = h[0];
        for (int p = 0; p < Positions; p++)
        {
            var here = h[p];
            var after = h[Math.Min(p + 1, Positions - 1)];
            var i = Sigmoid(Convolved(Wi, x, Ui, before, here, after, p) + pi[p] * c[p] + bi);
            var f = Sigmoid(Convolved(Wf, x, Uf, before, here, after, p) + pf[p] * c[p] + bf);
            c[p] = f * c[p] + i * Tanh(Convolved(Wg, x, Ug, before, here, after, p) + bg);
            var o = Sigmoid(Convolved(Wo, x, Uo, before, here, after, p) + po[p] * c[p] + bo);
            h[p] = o * Tanh(c[p]);
            before = here;
        }
        return Concat(Concat(Concat(h[0], h[1]), Concat(h[2], h[3])), Concat(Concat(h[4], h[5]), Concat(h[6], h[7])));
    }
}
