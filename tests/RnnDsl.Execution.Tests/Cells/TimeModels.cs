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
