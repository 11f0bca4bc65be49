using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>
/// The antisymmetric recurrent network (Chang, Chen, Haber &amp; Chi 2019). Each step is a step of Euler's method for a differential equation. Its matrix W − Wᵀ has only imaginary
/// eigenvalues, so that over many steps a state neither fades nor explodes.
/// </summary>
/// <remarks><code>
/// h = h + ε · tanh(V·x + (W − Wᵀ)·h − γ·h + b)
/// </code>
/// The step ε = 0.1 and the diffusion γ = 0.01, which keeps Euler's method stable, are constants; for other values copy the cell. W has as many entries as U of an <see
/// cref="Elman{Input, Hidden}"/>; only half of them are independent.</remarks>
[Cell]
public partial class AntisymmetricRnn<Input, Hidden> : Cell<Input, Hidden>
{
    const double Epsilon = 0.1, Gamma = 0.01;

    [State] Vec<Hidden> h;

    Mat<Hidden, Input> V;
    Mat<Hidden, Hidden> W;
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Input> x) => h += Epsilon * Tanh(V * x + (W - Transpose(W)) * h - Gamma * h + b);
}
