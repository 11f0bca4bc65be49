using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Sequences of scalars: given, made of units, scaled by, and answered.</summary>
[Model]
public partial class Scalars : Model
{
    class Feature : Dim;
    class Hidden : Dim;

    Gru<Feature, Hidden> encoder;
    Vec<Hidden> query;
    Vec<Feature> scale;
    Scalar offset;

    Seq Scores(Seq<Feature> x, Seq w)
    {
        var h = encoder.Scan(w * x + Tanh(w) * scale);
        return Dot(h, query) + Max(h) * Sigmoid(w) - 0.5 * Sum(h * h) / (2 + Square(w)) + offset * Min(w, 0.3) - Dot(query, h) * Dot(h, h);
    }

    Seq Gate(Seq<Feature> x, Seq w) => -Clip(w, -1, 1) + Max(w, 0.1) * 2 + Mod(w, 0.7) + Floor(w) - LeakyRelu(w) + Last(w) * First(w);

    Vec<Hidden> Predict(Seq<Feature> x, Seq w) => Last(encoder.Scan(x / (2 + Abs(w)) + (1 - w) * x)) * Last(Scores(x, w)) + First(w);

    Seq<Hidden> Every(Seq<Feature> x, Seq w) => encoder.Scan(x) * Scores(x, w) + w * query;

    Scalar Loss(Seq<Feature> x, Seq w, Seq y) => MeanSquaredError(Scores(x, w), y) + 0.1 * Huber(Scores(x, w), y) + BinaryCrossEntropy(Dot(x, scale), Sigmoid(y)) + Last(Scores(x, w)) * 0.1;
}

/// <summary>Over time and along it: pooling, attention, the steps before and behind, vectors beside sequences.</summary>
[Model]
public partial class Times : Model
{
    class Feature : Dim;
    class Hidden : Dim;

    Gru<Feature, Hidden> encoder;
    Elman<Hidden, Hidden> top;
    Linear<Cat<Hidden, Feature>, Hidden> join;
    Linear<Cat<Feature, Hidden>, Hidden> swapped;
    Vec<Hidden> query, start;
    Vec<Feature> begin;
    Scalar zero;

    Vec<Hidden> Pool(Seq<Feature> x)
    {
        var h = encoder.Scan(x);
        return MaxOverSteps(h) + 0.3 * SumOverSteps(h * h) + MeanOverSteps(h) * query + LogSumExpOverSteps(h + start) + MaxOverSteps(Dot(h, query)) + MeanOverSteps(Sum(h))
            + LogSumExpOverSteps(Max(h)) * SumOverSteps(LogSumExp(h));
    }

    Vec<Hidden> Attend(Seq<Feature> x)
    {
        var h = encoder.Scan(x);
        return SumOverSteps(SoftmaxOverSteps(Dot(h, query)) * h) + SumOverSteps(SoftmaxOverSteps(h) * Tanh(h + start));
    }

    Vec<Hidden> Greatest(Seq<Feature> x) => MaxOverSteps(Tanh(encoder.Scan(x)));

    Scalar Ties(Seq<Feature> x) => Dot(MaxOverSteps(0 * encoder.Scan(x) + Tanh(query) * start), query);

    Seq<Hidden> Before(Seq<Feature> x)
    {
        var h = encoder.Scan(Previous(x) + Previous(x, 2 * begin));
        return top.Scan(Previous(h, Tanh(start)) + Previous(Previous(h)) * query) + Previous(Dot(h, query)) * h + Previous(Sum(h), 1 + zero);
    }

    Seq<Hidden> Both(Seq<Feature> x)
    {
        var h = encoder.Scan(Next(x, begin) - Previous(x));
        return Next(top.ScanReversed(Next(h, Last(h))), First(h)) + Next(Max(h)) * h - Next(Max(h), zero) + Previous(h, Last(h)) * Next(h);
    }

    Seq<Hidden> Beside(Seq<Feature> x)
    {
        var h = encoder.Scan(x);
        return join.Map(Concat(h, MeanOverSteps(x))) + swapped.Map(Concat(begin, h)) + join.Map(Concat(Last(h), x)) + top.Scan(Left(Concat(h, query)) * Right(Concat(h, query)));
    }

    Scalar Loss(Seq<Feature> x, Seq<Hidden> y) => MeanSquaredError(Before(x), y) + MeanSquaredError(Both(x), y) + MeanSquaredError(Beside(x), y);

    Scalar Pooled(Seq<Feature> x, Vec<Hidden> y) => MeanSquaredError(Pool(x) * Attend(x) + Greatest(x), y) + Ties(x);
}

/// <summary>Choices unit by unit, in a cell.</summary>
[Cell]
public partial class Chooser<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    [State] Scalar level;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> a, b;
    Scalar threshold;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var z = W * x + U * h;
        var above = z > a;
        level = Where(Sum(x) >= threshold, 0.5 * level + 0.1, level - Mean(h));
        var y = Where(above, Tanh(z), b * h) + Where(z <= 0, 0.3 * z, z) + Where(0 < h, 0.5, level) + Where(a >= b, a, 2) + Where(threshold < level, 0, 1);
        return h = Tanh(Choose(z < b, y));
    }

    Vec<Hidden> Choose(Compared<Vec<Hidden>> which, Vec<Hidden> y) => Where(which, y, 0.7 * y + threshold);
}

/// <summary>Choices of sequences.</summary>
[Model]
public partial class Choices : Model
{
    class Feature : Dim;
    class Hidden : Dim;

    Chooser<Feature, Hidden> encoder;
    Vec<Hidden> q;

    Seq<Hidden> Predict(Seq<Feature> x, Seq w)
    {
        var h = encoder.Scan(x);
        return Where(h > q, h, 2 * h) * Where(w <= 0.1, Square(w), 0.5) + Where(q < h, 0.2, q * h) + Where(h >= 0.1, h, 0.3) + Where(w > Last(w), 1, w) * h + Where(h <= h * 1, 1, 0) + Where(0.3 > h, q * h, h);
    }

    Scalar Loss(Seq<Feature> x, Seq w, Seq<Hidden> y) => MeanSquaredError(Predict(x, w), y);
}
