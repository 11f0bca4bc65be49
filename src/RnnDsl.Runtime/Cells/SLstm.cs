using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with exponential gating and a scalar memory in each unit (sLSTM of xLSTM, Beck et al. 2024): a later input may outweigh all earlier ones.</summary>
/// <remarks>The paper's equations, with the forget gate σ and one head:
/// <code>
/// i = exp(î),   î = Wi·x + Ui·h + bi        input gate
/// f = σ(f̂),     f̂ = Wf·x + Uf·h + bf        forget gate
/// z = tanh(Wz·x + Uz·h + bz)                candidate
/// o = σ(Wo·x + Uo·h + bo)                   output gate
/// C = f ⊙ C + i ⊙ z                         memory
/// N = f ⊙ N + i                             normalizer
/// h = o ⊙ C / N
/// </code>
/// exp(î) has no bound, so C and N are kept divided by e^m. Any stabilizer m will do, since h does not depend on it. The paper takes the larger of log f + m and î. If m is instead
/// the logarithm of the sum of both exponentials, m is the logarithm of N, the normalizer divided by e^m is always 1, and only c = C / N remains:
/// <code>
/// w = log f + m                             logarithm of what the past weighs
/// m = log(eʷ + e^î)
/// c = c + σ(î − w) ⊙ (z − c)
/// h = o ⊙ c
/// </code>
/// It is finite for all potentials, nothing is divided, and c lies between −1 and 1. At first the past has no weight: m is −10000.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the memory and of the output.</typeparam>
[Cell]
public partial class SLstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;
    [State, Init(-10000)] Vec<Hidden> m;

    Mat<Hidden, Input> Wi, Wf, Wz, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Uz, Uo;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bz, bo;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Wi * x + Ui * h + bi;
        var w = LogSigmoid(Wf * x + Uf * h + bf) + m;
        var z = Tanh(Wz * x + Uz * h + bz);
        var o = Sigmoid(Wo * x + Uo * h + bo);
        m = Max(w, i) + Softplus(-Abs(i - w));
        c = c + Sigmoid(i - w) * (z - c);
        return h = o * c;
    }
}
