using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Parameters that are fixed or computed, in every form.</summary>
[Cell]
public partial class FixedForms<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    [Fixed(nameof(Square))] Mat<Hidden, Hidden> A;
    [Fixed(nameof(Four))] Mat<Hidden, Input> B;
    [Fixed(nameof(Two))] Mat<Hidden, Input> C;
    [Init(nameof(Square))] Mat<Hidden, Hidden> U;
    [Fixed(nameof(Unit))] Vec<Hidden> gain;
    [Fixed(nameof(UnitOf))] Vec<Hidden> shift;
    [Fixed(nameof(Number))] Scalar scale;
    [Init(nameof(Number))] Scalar factor;
    [Fixed] Vec<Hidden> mask;
    [Fixed, Init(Initial.Normal, 0.2)] Mat<Hidden, Input> R;
    Mat<Hidden, Input> W;

    protected override Vec<Hidden> Step(Vec<Input> x) =>
        h = Tanh(scale * (A * h) + gain * (B * x) + Transpose(U) * h + factor * (W * x) + shift + R * x + C * x) + mask;

    static double Square(int row, int column, int size) => (row == (column + 1) % size ? 0.5 : 0) + 0.01 * row;

    static double Four(int row, int column, int rows, int columns) => row + 0.1 * column + 0.01 * rows + 0.001 * columns;

    static double Two(int row, int column) => row - column;

    static double Unit(int unit) => 1 + unit;

    static double UnitOf(int unit, int size) => (double)unit / size;

    static double Number() => 0.7;
}

/// <summary>A layer without states whose matrix is not trained.</summary>
[Cell]
public partial class Projection<Input, Output> : Cell<Input, Output>
{
    [Fixed(nameof(Cosine))] Mat<Output, Input> P;
    Vec<Output> b;

    protected override Vec<Output> Step(Vec<Input> x) => P * x + b;

    static double Cosine(int row, int column, int rows, int columns) => Math.Cos(Math.PI * row * (column + 0.5) / columns) / rows;
}

/// <summary>A layer in a layer, each with sizes of its own.</summary>
[Cell]
public partial class TwoProjections<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Projection<Input, Hidden> into;
    Projection<Hidden, Hidden> again;

    protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(into.Map(x) + again.Map(h));
}

[Model]
public partial class FixedModel : Model
{
    public class Feature : Dim;
    public class Hidden : Dim;
    [Size(3)] public class Out : Dim;

    FixedForms<Feature, Hidden> encoder;
    TwoProjections<Feature, Hidden> other;
    Projection<Cat<Hidden, Hidden>, Out> head;
    [Fixed(nameof(Ramp))] Vec<Out> weight;
    [Init(nameof(Ramp))] Vec<Out> bias;

    Seq<Out> Predict(Seq<Feature> x) => weight * head.Map(Concat(encoder.Scan(x), other.Scan(x))) + bias;

    Scalar Loss(Seq<Feature> x, Seq<Out> y) => MeanSquaredError(Predict(x), y);

    static double Ramp(int unit, int size) => 1 + (double)unit / size;
}

/// <summary>Nothing of it is trained, one of its tables is read by rows.</summary>
[Model]
public partial class NothingTrained : Model
{
    public class Word : Dim;
    [Size(3)] public class Out : Dim;

    [Fixed(nameof(Table))] Mat<Out, Word> table;
    [Fixed, Init(Initial.Orthogonal)] Mat<Out, Out> turn;

    Seq<Out> Predict([OneHot] Seq<Word> x) => turn * Tanh(table * x);

    Scalar Loss([OneHot] Seq<Word> x, Seq<Out> y) => MeanSquaredError(Predict(x), y);

    static double Table(int row, int column) => row - 0.5 * column;
}

/// <summary>Values that no float holds.</summary>
[Cell]
public partial class Unholy<Hidden> : Cell<Hidden, Hidden>
{
    [Fixed(nameof(Pole))] Mat<Hidden, Hidden> A;

    protected override Vec<Hidden> Step(Vec<Hidden> x) => A * x;

    static double Pole(int row, int column) => row == 2 && column == 1 ? 1e39 : 0;
}

/// <summary>A vector and a number that no float holds.</summary>
[Cell]
public partial class UnholyUnit<Hidden> : Cell<Hidden, Hidden>
{
    [Init(nameof(Pole))] Vec<Hidden> a;

    protected override Vec<Hidden> Step(Vec<Hidden> x) => a * x;

    static double Pole(int unit) => Math.Log(unit - 1.0);
}

/// <summary>The number of the step in every use.</summary>
[Cell]
public partial class Counting<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;

    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> w;
    Scalar rate;

    Vec<Hidden> Wave() => Sin(w * StepNumber);

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var first = Where(this.StepNumber < 0.5, 2, 0.5);
        h = Tanh(W * x + Where(Mod(StepNumber, 3) < 0.6, U * h, h) * first + Where(StepNumber > 1.5, 0.1, w) - Where(2.4 < StepNumber, h, 0.2) + Wave());
        return h + Exp(-Abs(rate) * StepNumber);
    }
}

/// <summary>A cell without another state than the number of the step.</summary>
[Cell]
public partial class Position<Input> : Cell<Input, Input>
{
    Vec<Input> w;

    protected override Vec<Input> Step(Vec<Input> x) => x + Sin(w * StepNumber);
}

/// <summary>Gives the number of the step alone.</summary>
[Cell]
public partial class Steps<Input> : Cell<Input, Input>
{
    [Init(1)] Scalar one;

    protected override Vec<Input> Step(Vec<Input> x) => 0 * x + one * StepNumber;
}

[Model]
public partial class CountingModel : Model
{
    public class Feature : Dim;
    public class Hidden : Dim;

    Counting<Feature, Hidden> forward, backward;
    Position<Feature> position;
    ClockworkRnn<Hidden, Hidden> clock;
    [Size(4)] public class Memory : Dim;
    Lmu<Hidden, Memory, Hidden> memory;

    Seq<Hidden> Predict(Seq<Feature> x) => memory.Scan(clock.Scan(forward.Scan(position.Scan(x))));

    Seq<Hidden> Both(Seq<Feature> x) => Predict(x) + backward.ScanReversed(position.ScanReversed(x));

    Scalar Loss(Seq<Feature> x, Seq<Hidden> y) => MeanSquaredError(Both(x), y);
}
