using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The highway layer (Srivastava, Greff &amp; Schmidhuber 2015): a gate decides, unit by unit, how much of the input is transformed and how much is passed on.</summary>
/// <remarks><code>
/// t = σ(Wt·x + bt)              transform gate; the carry gate is 1 − t
/// y = t ⊙ max(0, W·x + b) + (1 − t) ⊙ x
/// </code>
/// The paper leaves the transformation open; this is the one with rectified linear units. It has no states: <c>layer.Map(x)</c> takes a vector or a sequence.</remarks>
/// <typeparam name="Units">Units of the input and of the output.</typeparam>
[Cell]
public partial class Highway<Units> : Cell<Units, Units>
{
    Mat<Units, Units> W, Wt;
    Vec<Units> b;
    [Init(-2)] Vec<Units> bt;                  // at first most of the input is passed on, so that gradients reach deep stacks (section 2.2 of the paper)

    protected override Vec<Units> Step(Vec<Units> x)
    {
        var t = Sigmoid(Wt * x + bt);
        return t * Relu(W * x + b) + (1 - t) * x;
    }
}
