using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Benchmarks;

// One layer whose states are all that is left when the inputs stop. The weights of the steps say where gradients begin.

[Model]
public partial class LstmDecay : Model
{
    [Size(32)] class Input : Dim;
    [Size(64)] class Hidden : Dim;

    Lstm<Input, Hidden> cell;

    Seq<Hidden> Outputs(Seq<Input> x) => cell.Scan(x);

    Scalar Loss(Seq<Input> x, Seq<Hidden> weight) => Mean(Mean(weight * cell.Scan(x)));
}

[Model]
public partial class GruDecay : Model
{
    [Size(32)] class Input : Dim;
    [Size(64)] class Hidden : Dim;

    Gru<Input, Hidden> cell;

    Seq<Hidden> Outputs(Seq<Input> x) => cell.Scan(x);

    Scalar Loss(Seq<Input> x, Seq<Hidden> weight) => Mean(Mean(weight * cell.Scan(x)));
}

/// <summary>A leaky sum of its inputs behind a recurrent matrix.</summary>
[Cell]
public partial class LeakyCell<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> v;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> rate;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var keep = Sigmoid(rate);
        return v = keep * v + (1 - keep) * Tanh(W * x + U * v);
    }
}

[Model]
public partial class LeakyDecay : Model
{
    [Size(32)] class Input : Dim;
    [Size(64)] class Hidden : Dim;

    LeakyCell<Input, Hidden> cell;

    Seq<Hidden> Outputs(Seq<Input> x) => cell.Scan(x);

    Scalar Loss(Seq<Input> x, Seq<Hidden> weight) => Mean(Mean(weight * cell.Scan(x)));
}
