using static RnnDsl.Ops;

namespace RnnDsl.Fuzz.Tests;

/// <summary>What the files hold.</summary>
[Model]
public partial class Tagger : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Tag : Dim;

    Gru<Feature, Hidden> encoder;
    Linear<Hidden, Tag> head;

    Seq<Tag> Predict(Seq<Feature> x) => head.Map(encoder.Scan(x));

    Scalar Loss(Seq<Feature> x, Seq<Tag> y) => MeanSquaredError(Predict(x), y);
}
