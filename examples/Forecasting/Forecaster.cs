using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Examples.Forecasting;

/// <summary>Reads a window of the past and says the next values of the target: how much they will differ from the last one.</summary>
[Model]
public partial class Forecaster : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    Lstm<Feature, Hidden> encoder;
    Linear<Hidden, Horizon> head;
    Linear<Feature, Horizon> last;

    Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x))) + last.Map(Last(x));

    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);
}
