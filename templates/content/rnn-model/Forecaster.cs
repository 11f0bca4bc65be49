namespace RnnModelNamespace;

using RnnDsl;
using static RnnDsl.Ops;

/// <summary>Reads a window of a series and says its next values.</summary>
[Model]
public partial class Forecaster : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    GatedCell<Feature, Hidden> encoder;
    Linear<Hidden, Horizon> head;

    Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)));

    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);
}
