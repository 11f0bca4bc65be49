using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>sLSTM with four heads (xLSTM, Beck et al. 2024, section 2.2 and appendix A.2): units of one head see each other's past, and none of another head's.</summary>
/// <remarks>The equations of <see cref="SLstm{Input, Hidden}"/>, in which each recurrent matrix is block-diagonal:
/// <code>
/// U·h = [U¹·h¹; U²·h²; U³·h³; U⁴·h⁴]          h = [h¹; h²; h³; h⁴], one part for each head
/// </code>
/// Heads cost a fourth of the recurrent products of one head with as many units, and have a fourth of their weights. The matrices of the input are whole, as in the paper's equations; its published models
/// have block-diagonal ones there too, a causal convolution before the gates, and normalize the output head by head. For another number of heads copy the class: the output is a concatenation of as
/// many parts.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Head">Units of one head, of which the memory and the output have four: 16 or more are usual; with fewer, one head is faster.</typeparam>
[Cell]
public partial class MultiHeadSLstm<Input, Head> : Cell<Input, Cat<Cat<Head, Head>, Cat<Head, Head>>>
{
    const int Heads = 4;

    [State] Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> h, c;
    [State, Init(-10000)] Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> m;

    Mat<Cat<Cat<Head, Head>, Cat<Head, Head>>, Input> Wi, Wf, Wz, Wo;
    [Count(Heads)] Mat<Head, Head>[] Ui, Uf, Uz, Uo;
    Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> bi;
    [Init(1)] Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> bf;   // remember at first (Jozefowicz et al. 2015)
    Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> bz, bo;

    /// <summary>The block-diagonal matrix of these blocks, times h.</summary>
    static Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> Headwise(Mat<Head, Head>[] U, Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> h) =>
        Concat(Concat(U[0] * Left(Left(h)), U[1] * Right(Left(h))), Concat(U[2] * Left(Right(h)), U[3] * Right(Right(h))));

    protected override Vec<Cat<Cat<Head, Head>, Cat<Head, Head>>> Step(Vec<Input> x)
    {
        var i = Wi * x + Headwise(Ui, h) + bi;
        var w = LogSigmoid(Wf * x + Headwise(Uf, h) + bf) + m;
        var z = Tanh(Wz * x + Headwise(Uz, h) + bz);
        var o = Sigmoid(Wo * x + Headwise(Uo, h) + bo);
        m = Max(w, i) + Softplus(-Abs(i - w));
        c = c + Sigmoid(i - w) * (z - c);
        return h = o * c;
    }
}
