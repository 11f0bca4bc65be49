using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>sLSTM with four heads (xLSTM, Beck et al. 2024, section 2.2 and appendix A.2): units of a head read the past of their own head only.</summary>
/// <remarks>The equations of <see cref="SLstm{Input, Hidden}"/> for each head:
/// <code>
/// iᵏ = exp(Wiᵏ·x + Uiᵏ·hᵏ + biᵏ)              and so for the other gates
/// h = [h¹; h²; h³; h⁴]                        one part for each head
/// </code>
/// which is one sLSTM whose recurrent matrices are block-diagonal: it has a fourth of the weights and does a fourth of the work. The matrices of the input are dense, as in the
/// paper's equations. The published models have block-diagonal ones there too, a causal convolution before the gates, and a normalization of each head's output. For another number
/// of heads copy the class and change the constant and the output, which is a concatenation of as many parts.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Head">Units of one head. The memory and the output have four times as many. 32 or more are usual; with 8, one head is faster.</typeparam>
[Cell]
public partial class MultiHeadSLstm<Input, Head> : Cell<Input, Cat<Cat<Head, Head>, Cat<Head, Head>>>
{
    const int Heads = 4;

    [State, Count(Heads)] Vec<Head>[] h, c;
    [State, Count(Heads), Init(-10000)] Vec<Head>[] m;

    [Count(Heads)] Mat<Head, Input>[] Wi, Wf, Wz, Wo;
    [Count(Heads)] Mat<Head, Head>[] Ui, Uf, Uz, Uo;
    [Count(Heads)] Vec<Head>[] bi;
    [Count(Heads), Init(1)] Vec<Head>[] bf;    // remember at first (Jozefowicz et al. 2015)
    [Count(Heads)] Vec<Head>[] bz, bo;

    protected override Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> Step(Vec<Input> x)
    {
        for (int k = 0; k < Heads; k++)
        {
            var i = Wi[k] * x + Ui[k] * h[k] + bi[k];
            var w = LogSigmoid(Wf[k] * x + Uf[k] * h[k] + bf[k]) + m[k];
            var z = Tanh(Wz[k] * x + Uz[k] * h[k] + bz[k]);
            var o = Sigmoid(Wo[k] * x + Uo[k] * h[k] + bo[k]);
            m[k] = Max(w, i) + Softplus(-Abs(i - w));
            c[k] += Sigmoid(i - w) * (z - c[k]);
            h[k] = o * c[k];
        }
        return Concat(Concat(h[0], h[1]), Concat(h[2], h[3]));
    }
}
