using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with exponential gating and a matrix as memory (mLSTM of xLSTM, Beck et al. 2024): values are stored under keys, and read with queries.</summary>
/// <remarks>The paper's equations 19 to 27, with the forget gate σ and one head:
/// <code>
/// q = Wq·x + bq                             query
/// k = (Wk·x) / √d + bk                      key, of d units
/// v = Wv·x + bv                             value
/// i = exp(î),   î = wi·x + bi               input gate, a number
/// f = σ(wf·x + bf)                          forget gate, a number
/// o = σ(Wo·x + bo)                          output gate
/// C = f · C + i · v·kᵀ                      memory: rows are units of the value, columns those of the key
/// n = f · n + i · k                         normalizer
/// h = o ⊙ C·q / max(|n·q|, 1)
/// </code>
/// exp(î) has no bound, so C and n are kept divided by e^m:
/// <code>
/// m = max(log f + m, î, 0)                  stabilizer
/// C = e^(log f + m − m′) · C + e^(î − m) · v·kᵀ       m′ is the new m
/// n = e^(log f + m − m′) · n + e^(î − m) · k
/// h = o ⊙ C·q / max(|n·q|, e⁻ᵐ)
/// </code>
/// h does not depend on m, and neither do gradients: none is computed for m. The paper's m does not include 0; here it does, so that e⁻ᵐ is at most 1 for every input gate. The
/// divisor is at least 10⁻⁶, as in the authors' program: a query that is orthogonal to the normalizer, such as zeros, reads finite numbers even after the largest inputs. No gate
/// reads the past, so that there is no recurrent matrix. The published models have several heads, which are several of these layers side by side, and normalize the output of each
/// head. There, wi starts at zero, as here, and bf starts at 3 for the first head, which keeps 0.95 of the memory at each step.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of keys, values, and of the output; the memory has their square. 16 to 64 are usual for a head of a small model.</typeparam>
[Cell]
public partial class MLstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Mat<Hidden, Hidden> C;
    [State] Vec<Hidden> n;
    [State] Scalar m;

    Mat<Hidden, Input> Wq, Wk, Wv, Wo;
    Vec<Hidden> bq, bk, bv, bo;
    Vec<Input> wi, wf;
    Scalar bi;
    [Init(3)] Scalar bf;                       // remember at first
    [Fixed(nameof(KeyScale))] Vec<Hidden> scale;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var q = Wq * x + bq;
        var k = scale * (Wk * x) + bk;
        var v = Wv * x + bv;
        var i = Dot(wi, x) + bi;
        var w = LogSigmoid(Dot(wf, x) + bf) + m;
        var o = Sigmoid(Wo * x + bo);
        m = StopGradient(Max(Max(w, i), 0));
        C = Exp(w - m) * C + Exp(i - m) * Outer(v, k);
        n = Exp(w - m) * n + Exp(i - m) * k;
        return o * (C * q) / Max(Max(Abs(Dot(n, q)), Exp(-m)), 1e-6);
    }

    static double KeyScale(int unit, int size) => 1 / Math.Sqrt(size);
}
