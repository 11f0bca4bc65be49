using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The simple recurrent network (Elman 1990) that keeps the argument of its activation within bounds, as the ONNX operator RNN does with its
/// attribute clip.</summary>
/// <remarks><code>
/// h = tanh(min(clip, max(−clip, W·x + U·h + b)))
/// </code>No gradient reaches the bound. Weight decay applies to it too, unless it is frozen.</remarks>
[Cell]
public partial class ClippedElman<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;
    [Init(10)] Scalar clip;                    // beyond 10, tanh has less than 1e-8 left to go

    protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(Min(Max(W * x + U * h + b, -StopGradient(clip)), StopGradient(clip)));
}
