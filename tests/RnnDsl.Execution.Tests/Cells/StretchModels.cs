using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>A memory that knows the number of the step, and of which units are dropped as they are written and read.</summary>
[Cell]
public partial class DroppedMemory<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Mat<Hidden, Hidden> S;
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> Wk, Wv;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> rate;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var k = Dropout(Tanh(Wk * x + U * h), 0.3);
        S = ScaleRows(S, Sigmoid(rate + Where(Mod(StepNumber, 3) < 0.5, 1, 0))) + Outer(VariationalDropout(Wv * x, 0.4), k);
        return h = Tanh(S * Dropout(k, 0.2));
    }
}

/// <summary>The same with masks that are given.</summary>
[Cell]
public partial class MaskedMemory<Input, Hidden> : Cell<Cat<Input, Cat<Hidden, Cat<Hidden, Hidden>>>, Hidden>
{
    [State] Mat<Hidden, Hidden> S;
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> Wk, Wv;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> rate;

    protected override Vec<Hidden> Step(Vec<Cat<Input, Cat<Hidden, Cat<Hidden, Hidden>>>> x)
    {
        var masks = Right(x);
        var k = Tanh(Wk * Left(x) + U * h) * Left(masks);
        S = ScaleRows(S, Sigmoid(rate + Where(Mod(StepNumber, 3) < 0.5, 1, 0))) + Outer(Wv * Left(x) * Left(Right(masks)), k);
        return h = Tanh(S * (k * Right(Right(masks))));
    }
}

/// <summary>Memories above and beside each other, in time and against it, with sums over time of what a loop makes.</summary>
[Model]
public partial class MemoryStack : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Tag : Dim;

    DroppedMemory<Feature, Hidden> lower;
    MLstm<Feature, Hidden> beside;
    DeltaNet<Hidden, Hidden> upper;
    MatrixSides<Hidden, Hidden> against;
    DroppedMemory<Hidden, Hidden> last;
    Linear<Hidden, Tag> head;

    Seq<Tag> Logits(Seq<Feature> x)
    {
        var a = lower.Scan(x) + beside.Scan(Dropout(x, 0.2));
        var b = against.ScanReversed(a);
        var c = upper.Scan(b - Mean(a));
        return head.Map(c + last.ScanReversed(b) - Mean(c)) + 0.1 * Mean(head.Map(Tanh(b)));
    }

    Scalar Loss(Seq<Feature> x, Seq<Tag> y) => CrossEntropy(Logits(x), y);
}

/// <summary>Layers in time and against it, states in registers, a start that is learned, a look back and sums over time: each kind of loop whose vectors are made again.</summary>
[Model]
public partial class VectorStack : Model
{
    internal class Input : Dim;
    internal class Hidden : Dim;
    internal class Output : Dim;

    BiLstm<Input, Hidden> both;
    Sru<Cat<Hidden, Hidden>, Hidden> light;
    Gru<Hidden, Hidden> upper;
    Linear<Hidden, Output> head;
    Vec<Hidden> start;

    internal Seq<Output> Predict(Seq<Input> x)
    {
        var h = light.ScanReversed(Dropout(both.Run(x), 0.2));
        return head.Map(upper.Scan(h + Previous(h), Start(start)) + MeanOverSteps(h));
    }

    internal Scalar Loss(Seq<Input> x, Seq<Output> y) => MeanSquaredError(Predict(x), y);
}

/// <summary>All of it is one sweep forward and one backward, so nearly nothing is kept for all steps.</summary>
[Model]
public partial class LongMemory : Model
{
    internal class Input : Dim;
    internal class Hidden : Dim;
    internal class Output : Dim;

    Lstm<Input, Hidden> lower;
    Gru<Hidden, Hidden> upper;
    Linear<Hidden, Output> head;

    internal Scalar Loss(Seq<Input> x, Seq<Output> y) => MeanSquaredError(head.Map(upper.Scan(lower.Scan(x))), y);
}
