using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Drops units of its own: of the state alike at every step, of the output anew.</summary>
[Cell]
public partial class DroppedElman<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        h = Tanh(W * x + U * VariationalDropout(h, 0.3) + b);
        return Dropout(h, 0.4);
    }
}

/// <summary>The same with masks that are given.</summary>
[Cell]
public partial class MaskedElman<Input, Hidden> : Cell<Cat<Input, Cat<Hidden, Hidden>>, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Cat<Input, Cat<Hidden, Hidden>>> x)
    {
        h = Tanh(W * Left(x) + U * (h * Left(Right(x))) + b);
        return h * Right(Right(x));
    }
}

/// <summary>Units dropped of inputs, sequences, vectors and parameters, twice of one sequence at one rate, and in a layer that is scanned twice.</summary>
[Model]
public partial class DroppedModel : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    DroppedElman<Feature, Hidden> lower;
    Gru<Hidden, Hidden> upper;
    Linear<Hidden, Horizon> head;
    Vec<Hidden> shift;

    Vec<Horizon> Predict(Seq<Feature> x)
    {
        var a = lower.Scan(Dropout(x, 0.2));
        var b = VariationalDropout(upper.Scan(Dropout(a, 0.5) + Dropout(a, 0.5)), 0.3);
        return head.Map(Dropout(Last(b) + First(lower.Scan(-x)), 0.25) + Dropout(shift, 0.6) + 0 * Mean(Dropout(shift, 0)));
    }

    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);
}

/// <summary>The same with masks that are given.</summary>
[Model]
public partial class MaskedModel : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    MaskedElman<Feature, Hidden> lower;
    Gru<Hidden, Hidden> upper;
    Linear<Hidden, Horizon> head;
    Vec<Hidden> shift;

    Vec<Horizon> Predict(
        Seq<Feature> x, Seq<Feature> m0, Seq<Hidden> m1, Seq<Hidden> m2, Seq<Hidden> m3, Seq<Hidden> m4, Vec<Hidden> m5, Seq<Hidden> m6, Seq<Hidden> m7,
        Vec<Hidden> m8, Vec<Hidden> m9)
    {
        var a = lower.Scan(Concat(x * m0, Concat(m1, m2)));
        var b = upper.Scan(a * m3 + a * m4) * m5;
        return head.Map((Last(b) + First(lower.Scan(Concat(-x, Concat(m6, m7))))) * m8 + shift * m9);
    }

    Scalar Loss(
        Seq<Feature> x, Vec<Horizon> y, Seq<Feature> m0, Seq<Hidden> m1, Seq<Hidden> m2, Seq<Hidden> m3, Seq<Hidden> m4, Vec<Hidden> m5, Seq<Hidden> m6,
        Seq<Hidden> m7, Vec<Hidden> m8, Vec<Hidden> m9) => MeanSquaredError(Predict(x, m0, m1, m2, m3, m4, m5, m6, m7, m8, m9), y);
}

/// <summary>Nothing but dropout.</summary>
[Cell]
public partial class OnlyDropout<Input> : Cell<Input, Input>
{
    protected override Vec<Input> Step(Vec<Input> x) => Dropout(x, 0.25);
}
