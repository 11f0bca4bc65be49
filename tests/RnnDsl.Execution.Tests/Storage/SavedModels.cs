using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Storage;

// The classes whose files lie in Saved/. They stay as they are: their files were written by earlier versions and must load. New ones are added at the end.

/// <summary>A cell with a layer inside, a helper, a dropout, a scalar state and numbers of which some take all digits.</summary>
[Cell]
public partial class SavedCell<Input, Hidden> : Cell<Input, Cat<Hidden, Input>>
{
    const double Third = 1.0 / 3;

    [State] Vec<Hidden> h;
    [State] [Init(0.25)] Scalar level;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Mat<Input, Hidden> V;
    LayerNorm<Hidden> norm;
    Vec<Hidden> b, decay;
    [Init(2)] Scalar gain;

    Vec<Hidden> Gate(Vec<Hidden> z) => Sigmoid(z + decay);

    protected override Vec<Cat<Hidden, Input>> Step(Vec<Input> x)
    {
        var z = norm.Map(W * x + U * Dropout(h, 0.1)) + b;
        var f = Gate(z);
        level = 0.9 * level + 0.1 * Mean(z);
        h = f * h + (1 - f) * Tanh(gain * z - Third * level);
        return Concat(h, Transpose(W) * h + V * Max(h, 1e-7) - StopGradient(x));
    }
}

/// <summary>Layers of the library and the cell above, parameters of the model's own, several losses.</summary>
[Model]
public partial class SavedForecaster : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    [Size(2)] class Horizon : Dim;

    Lstm<Feature, Hidden> encoder;
    SavedCell<Hidden, Hidden> mixer;
    Linear<Cat<Hidden, Hidden>, Horizon> head;
    Mat<Horizon, Feature> shortcut;
    Vec<Horizon> offset;

    Seq<Horizon> All(Seq<Feature> x) => head.Map(mixer.Scan(Dropout(encoder.Scan(x), 0.2))) + shortcut * x;
    Vec<Horizon> Predict(Seq<Feature> x) => Last(All(x)) + offset;
    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y) + 0.001 * Sum(Square(offset));
    Scalar Robust(Seq<Feature> x, Vec<Horizon> y) => Huber(Predict(x), y, 0.7);
}

/// <summary>Both directions and classes.</summary>
[Model]
public partial class SavedTagger : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Tag : Dim;

    Gru<Feature, Hidden> forward, backward;
    Linear<Cat<Hidden, Hidden>, Tag> head;

    Seq<Tag> Logits(Seq<Feature> x) => head.Map(Concat(forward.Scan(x), backward.ScanReversed(x)));
    Seq<Tag> Predict(Seq<Feature> x) => Softmax(Logits(x));
    Scalar Loss(Seq<Feature> x, Seq<Tag> y) => CrossEntropy(Logits(x), y);
}
