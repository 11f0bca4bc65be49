using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The selective state space layer (S6 of Mamba, Gu &amp; Dao 2023): each unit of the input has its own linear memory. The input decides how fast time passes for it, what
/// is written and what is read.</summary>
/// <remarks><code>
/// Δ = softplus(Wd·x + bd)                   length of the step, for each unit
/// b = Wb·x,   c = Wc·x                      what is written, what is read; one for all units
/// A = −e^L
/// h = exp(Diag(Δ)·A) ⊙ h + (Δ ⊙ x)·bᵀ       memory: rows are units, columns parts of their memory
/// y = h·c + D ⊙ x
/// </code>
/// b is made discrete by Euler's method, as in the authors' program; the paper's equation 4 has a zero-order hold for both. As in that program, L starts at log n in column n,
/// counted from 1 (S4D-Real), Δ log-uniform from 0.001 to 0.1 for an input of 0, and D at 1. Its Wd is a product of two narrow matrices. Its models have a matrix and a short
/// convolution before the scan, and a gate and a matrix after it.</remarks>
/// <typeparam name="Units">Units of the input and of the output.</typeparam>
/// <typeparam name="Memory">Parts of the memory of each unit; 16 are usual.</typeparam>
[Cell]
public partial class SelectiveScan<Units, Memory> : Cell<Units, Units>
{
    [State] Mat<Units, Memory> h;

    [Init(nameof(FirstRates))] Mat<Units, Memory> L;
    Mat<Units, Units> Wd;
    [Init(nameof(FirstSteps))] Vec<Units> bd;
    Mat<Memory, Units> Wb, Wc;
    [Init(1)] Vec<Units> D;

    protected override Vec<Units> Step(Vec<Units> x)
    {
        var delta = Softplus(Wd * x + bd);
        h = Hadamard(Exp(ScaleRows(-Exp(L), delta)), h) + Outer(delta * x, Wb * x);
        return h * (Wc * x) + D * x;
    }

    static double FirstRates(int row, int column) => Math.Log(column + 1);

    /// <summary>The potential whose softplus is the length of the step. The fractional parts of multiples of the golden ratio leave no large gap for any number of units.</summary>
    static double FirstSteps(int unit)
    {
        double part = (unit + 1) * 0.6180339887498949 % 1, length = 0.001 * Math.Pow(100, part);
        return Math.Log(Math.Exp(length) - 1);
    }
}
