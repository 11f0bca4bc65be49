using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

[Model]
public partial class Forecaster : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    CoupledPeephole<Feature, Hidden> encoder;
    Linear<Hidden, Horizon> head;

    Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)));

    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);

    Scalar Robust(Seq<Feature> x, Vec<Horizon> y) => Huber(Predict(x), y, 0.3) + 0.1 * MeanAbsoluteError(Predict(x), y);
}

/// <summary>Two layers, both directions, a context of the whole example, and a loss at every step.</summary>
[Model]
public partial class Tagger : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Tag : Dim;

    Gru<Feature, Hidden> forward, backward;
    Lstm<Cat<Hidden, Hidden>, Hidden> top;
    LayerNorm<Hidden> norm;
    Linear<Hidden, Tag> head;
    Mat<Tag, Hidden> context;
    Vec<Tag> bias;
    Scalar temperature;

    Seq<Tag> Logits(Seq<Feature> x)
    {
        var both = Concat(forward.Scan(x), backward.ScanReversed(x));
        var z = norm.Map(top.Scan(both));
        var whole = context * Tanh(Mean(z)) + bias;
        return (head.Map(z) + whole) * (1 + temperature);
    }

    Scalar Loss(Seq<Feature> x, Seq<Tag> y) => CrossEntropy(Logits(x), y);

    Scalar Binary(Seq<Feature> x, Seq<Tag> y) => BinaryCrossEntropy(Logits(x), y) + 0.01 * MeanSquaredError(Logits(x), y);
}

/// <summary>Ends of both kinds, one cell scanned twice, a vector and a scalar given with each example.</summary>
[Model]
public partial class Mixed : Model
{
    class Feature : Dim;
    class Hidden : Dim;

    Elman<Feature, Hidden> shared;
    MinGru<Feature, Hidden> fast;
    Leaky<Hidden, Hidden> slow;
    Mat<Hidden, Feature> W;

    static Vec<A> Blend<A>(Vec<A> a, Vec<A> b, Scalar s) => a * Sigmoid(s) + b * (1 - Sigmoid(s));

    Vec<Hidden> Predict(Seq<Feature> x, Vec<Feature> v, Scalar s)
    {
        var there = shared.Scan(x * (1 + s) + v);
        var back = shared.ScanReversed(Relu(x) + v);
        var deep = slow.Scan(fast.Scan(x) + there);
        return Blend(First(back) + Last(there), Mean(deep) + W * v, s) + First(deep) - Last(back);
    }

    Scalar Loss(Seq<Feature> x, Vec<Feature> v, Scalar s, Vec<Hidden> y) => MeanSquaredError(Predict(x, v, s), y) + 0.01 * Sum(Square(v)) * s;
}

/// <summary>Forward only, so that it streams: stacked layers, a mean, a first and a last value, a vector given with each example.</summary>
[Model]
public partial class Summary : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    [Size(5)] class Out : Dim;

    Gru<Feature, Hidden> lower;
    LayerNormLstm<Hidden, Hidden> upper;
    LayerNorm<Hidden> norm;
    Linear<Hidden, Out> head;
    Vec<Hidden> scale;

    Vec<Out> Predict(Seq<Feature> x, Vec<Hidden> context)
    {
        var deep = norm.Map(upper.Scan(lower.Scan(x) * (1 + scale)));
        return Softmax(head.Map(Mean(deep) + First(deep) * context + Tanh(Last(deep))));
    }

    Seq<Out> Every(Seq<Feature> x) => head.Map(upper.Scan(lower.Scan(x))) - head.Map(Mean(lower.Scan(x)));
}

/// <summary>A loss within the sweep of a scan in reverse.</summary>
[Model]
public partial class ReversedTagger : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Tag : Dim;

    Gru<Feature, Hidden> forward, backward;
    Linear<Cat<Hidden, Hidden>, Tag> head;

    Scalar Loss(Seq<Feature> x, Seq<Tag> y) => MeanSquaredError(head.Map(Concat(forward.Scan(x), backward.ScanReversed(x))), y);
}
