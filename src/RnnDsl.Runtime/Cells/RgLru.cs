using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The real-gated linear recurrent unit (RG-LRU of Griffin, De et al. 2024): each unit keeps a share of its own past, which the input decides, and takes
/// in so much that the size of the state stays.</summary>
/// <remarks><code>
/// r = σ(Wr·x + br)                             recurrence gate
/// i = σ(Wi·x + bi)                             input gate
/// a = σ(L + 6.655)^(8·r)                        share that is kept; the paper's Λ is L + 6.655
/// h = a ⊙ h + √(1 − a²) ⊙ (i ⊙ x)
/// </code>
/// a is computed as e⁻ᵘ with u = 8·r ⊙ softplus(−Λ), and 1 − a² as 2·tanh(u) / (1 + tanh(u)). Both are equal to the formulas above, and the second keeps its digits if a is nearly
/// 1. There, r is computed as e^(log σ), which keeps its digits if the gate closes. L starts such that a, with the recurrence gate open, is spread evenly from 0.9 to 0.999 over
/// the units, as in the paper; neighboring units differ. Weight decay moves a toward 0.99. The gates have dense matrices, as in the paper's equations; the published models have
/// block-diagonal ones.</remarks>
/// <typeparam name="Units">Units of the input, of the state and of the output.</typeparam>
[Cell]
public partial class RgLru<Units> : Cell<Units, Units>
{
    [State] Vec<Units> h;

    Mat<Units, Units> Wr, Wi;
    Vec<Units> br, bi;
    [Init(nameof(Spread))] Vec<Units> L;

    protected override Vec<Units> Step(Vec<Units> x)
    {
        var u = Max(8 * Exp(LogSigmoid(Wr * x + br)) * Softplus(-(L + 6.655)), 1e-30);  // above zero, so that the root has a slope
        var kept = Tanh(u);
        return h = Exp(-u) * h + Sqrt(2 * kept / (1 + kept)) * (Sigmoid(Wi * x + bi) * x);
    }

    /// <summary>Λ is log(q / (1 − q)) with q⁸ = a. The fractional parts of multiples of the golden ratio leave no large gap for any number of units.</summary>
    static double Spread(int unit)
    {
        double part = (unit + 1) * 0.6180339887498949 % 1, a = 0.9 + 0.099 * part;
        return -Math.Log(Math.Exp(-Math.Log(a) / 8) - 1) - 6.655;
    }
}
