using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Gated linear attention (GLA, Yang, Wang, Shen, Panda &amp; Kim 2024): a matrix stores values under keys, and the input decides how fast each unit of the key fades.</summary>
/// <remarks>The paper's equations, with the row vectors of the paper as columns:
/// <code>
/// q = Wq·x,   k = Wk·x,   v = Wv·x          query, key and value
/// a = σ(Wa·x + ba)^(1/16)                   what each unit of the key keeps
/// S = Diag(a)·S + k·vᵀ                      memory: rows are units of the key, columns those of the value
/// y = Sᵀ·q
/// </code>
/// The sixteenth root moves a toward 1, which makes the memory long: at first it keeps 0.96 of a row at each step. The paper's Wa is a product of two narrow matrices. Its models
/// continue with a normalization of y, a gate and a matrix: <see cref="LayerNorm{D}"/> and <see cref="Linear{In, Out}"/> after the scan do that. For several heads use several of
/// these layers side by side. If all a are 1, this is linear attention (Katharopoulos et al. 2020) without its normalizer.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of keys, values, and of the output; the memory has their square.</typeparam>
[Cell]
public partial class GatedLinearAttention<Input, Hidden> : Cell<Input, Hidden>
{
    const double Root = 16;

    [State] Mat<Hidden, Hidden> S;

    Mat<Hidden, Input> Wq, Wk, Wv, Wa;
    Vec<Hidden> ba;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var a = Exp(LogSigmoid(Wa * x + ba) / Root);
        S = ScaleRows(S, a) + Outer(Wk * x, Wv * x);
        return Transpose(S) * (Wq * x);
    }
}
