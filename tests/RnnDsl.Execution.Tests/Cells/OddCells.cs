using RnnDsl;
using RnnDsl.CompilerServices;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Coupled gates, peepholes, and an output narrower than the memory.</summary>
[Cell]
public partial class Projected<Input, Memory, Output> : Cell<Input, Output>
{
    [State] Vec<Output> r;
    [State] Vec<Memory> c;
    Mat<Memory, Input> Wi, Wg, Wo;
    Mat<Memory, Output> Ui, Ug, Uo;
    Mat<Output, Memory> P;
    Vec<Memory> pi, po, bi, bg, bo;

    protected override Vec<Output> Step(Vec<Input> x)
    {
        var i = Sigmoid(Wi * x + Ui * r + pi * c + bi);
        c = (1 - i) * c + i * Tanh(Wg * x + Ug * r + bg);
        var o = Sigmoid(Wo * x + Uo * r + po * c + bo);
        return r = P * (o * Tanh(c));
    }
}

/// <summary>Dimensions and parameters with the names of the program's own variables: each hides a size if it is taken as it stands.</summary>
[Cell]
public partial class Names<Rows, S, pS> : Cell<Rows, S>
{
    [State] Vec<S> m, states;
    [State] Vec<pS> first;
    Mat<S, Rows> parameters, gradients;
    Mat<pS, S> arena;
    Mat<S, pS> prepared;
    Vec<S> j, r, rows, step, batch;

    protected override Vec<S> Step(Vec<Rows> s)
    {
        var output = parameters * s + prepared * first * j;
        states = Tanh(output + r * states) * rows + step;
        first = Tanh(arena * states) + 0.5 * first;
        m = batch * Sigmoid(m) + gradients * s;
        return states + m;
    }
}

/// <summary>Five states, one of them a scalar, four of them assigned by a helper.</summary>
[Cell]
public partial class ShiftRegister<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> s1, s2, s3, s4;
    [State, Init(-0.25)] Scalar n;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> k;

    Vec<Hidden> Push(Vec<Hidden> v)
    {
        s4 = s3;
        s3 = s2;
        s2 = s1;
        return s1 = v;
    }

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        n *= 0.9;
        n += 0.1 * Sum(x);
        var old = s4;
        var z = Push(Tanh(W * x + U * s2 + k * n));
        z -= 0.5 * old;
        return z;
    }
}

/// <summary>A state of a concatenation, a slice of it, a tied weight, and a nested concatenation as output.</summary>
[Cell]
public partial class Tied<Input, Hidden> : Cell<Input, Cat<Cat<Input, Hidden>, Input>>
{
    [State] Vec<Cat<Hidden, Input>> both;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Mat<Cat<Hidden, Input>, Cat<Input, Hidden>> big;

    protected override Vec<Cat<Cat<Input, Hidden>, Input>> Step(Vec<Input> x)
    {
        var n = Tanh(W * x + U * Left(both));
        both = 0.5 * Concat(n, Right(both)) + Tanh(big * Concat(x, n));
        return Concat(Concat(Transpose(W) * Left(both), n), x - both.Slice(1, x));
    }
}

/// <summary>A slice that fits only where Hidden has two units more than Input.</summary>
[Cell]
public partial class Sliced<Input, Hidden> : Cell<Input, Input>
{
    Mat<Hidden, Input> W;

    protected override Vec<Input> Step(Vec<Input> x) => (W * x).Slice(2, x);
}

/// <summary>Twice the value of <see cref="Squared{A}"/>, half of whose derivative is stopped: the same gradient.</summary>
[Cell]
public partial class HalfStopped<A> : Cell<A, A>
{
    Vec<A> w;

    protected override Vec<A> Step(Vec<A> x) => 2 * StopGradient(w * x) * (w * x);
}

[Cell]
public partial class Squared<A> : Cell<A, A>
{
    Vec<A> w;

    protected override Vec<A> Step(Vec<A> x) => Square(w * x);
}

/// <summary>One layer scanned four times, each time with states of its own.</summary>
[Model]
public partial class Rescanned : Model
{
    class Feature : Dim;

    Gru<Feature, Feature> cell;

    Seq<Feature> Predict(Seq<Feature> x) => cell.Scan(cell.ScanReversed(cell.Scan(cell.ScanReversed(x)) + x));

    Scalar Loss(Seq<Feature> x, Seq<Feature> y) => MeanSquaredError(Predict(x), y);
}
