namespace RnnDsl;

/// <summary>The affine layer.</summary>
/// <remarks><code>
/// y = W·x + b
/// </code></remarks>
[Cell]
public partial class Linear<In, Out> : Cell<In, Out>
{
    Mat<Out, In> W;
    Vec<Out> b;

    protected override Vec<Out> Step(Vec<In> x) => W * x + b;
}
