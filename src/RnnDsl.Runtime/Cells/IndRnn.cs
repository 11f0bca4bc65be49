using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The independently recurrent network: every unit sees only its own past (Li, Li, Cook, Zhu &amp; Gao 2018).</summary>
/// <remarks><code>
/// h = max(0, W·x + u ⊙ h + b)
/// </code></remarks>
[Cell]
public partial class IndRnn<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> W;
    [Init(Initial.Uniform, 1)] Vec<Hidden> u;  // |u| ≤ 1: no unit explodes, however long the sequence
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Input> x) => h = Relu(W * x + u * h + b);
}
