using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Examples.EdgePredictor;

/// <summary>After every value, the next twelve. The sizes are known when the program is built, so the step is compiled for them.</summary>
[Model]
public partial class Forecaster : Model
{
    [Size(1)] class Value : Dim;
    [Size(32)] class Hidden : Dim;
    [Size(12)] class Horizon : Dim;

    Lstm<Value, Hidden> encoder;
    Linear<Hidden, Horizon> head;

    Seq<Horizon> Predict(Seq<Value> x) => head.Map(encoder.Scan(x));

    Scalar Loss(Seq<Value> x, Seq<Horizon> y) => MeanSquaredError(Predict(x), y);
}
