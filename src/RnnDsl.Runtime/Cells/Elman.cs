using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The simple recurrent network (Elman 1990).</summary>
/// <remarks><code>
/// h = tanh(W·x + U·h + b)
/// </code></remarks>
[Cell]
public partial class Elman<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(W * x + U * h + b);
}
