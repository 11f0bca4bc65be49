using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The simple recurrent network with rectified linear units (Le, Jaitly &amp; Hinton 2015).</summary>
/// <remarks><code>
/// h = max(0, W·x + U·h + b)
/// </code></remarks>
[Cell]
public partial class ElmanRelu<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Input> x) => h = Relu(W * x + U * h + b);
}
