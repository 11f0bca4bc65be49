using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Two sequences of lengths of their own, read by one encoder and compared.</summary>
[Model]
public partial class Siamese : Model
{
    public class Feature : Dim;
    public class Hidden : Dim;

    Gru<Feature, Hidden> encoder;
    Linear<Hidden, Hidden> head;

    Vec<Hidden> Encode(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)) + Mean(encoder.ScanReversed(x)));

    public Scalar Similarity(Seq<Feature> a, Seq<Feature> b) => Dot(Encode(a), Encode(b));

    public Scalar Loss(Seq<Feature> a, Seq<Feature> b, Scalar y) => MeanSquaredError(Similarity(a, b), y) + 0.1 * Sum(Square(Last(encoder.Scan(b)) * First(encoder.Scan(a))));
}

/// <summary>A summary of one sequence beside every step of another; the answer is a sequence of the second's length.</summary>
[Model]
public partial class Conditioned : Model
{
    public class Source : Dim;
    public class Target : Dim;
    public class Hidden : Dim;

    Lstm<Source, Hidden> reader, back;
    Elman<Target, Hidden> writer;
    Linear<Hidden, Hidden> bridge;
    Mat<Hidden, Source> W;
    Linear<Hidden, Target> head;

    Vec<Hidden> Memory(Seq<Source> s) => bridge.Map(Last(reader.Scan(s)) + First(back.ScanReversed(s)) + Mean(W * s));

    public Seq<Target> Predict(Seq<Source> s, Seq<Target> t) => head.Map(Tanh(writer.Scan(t) + Memory(s)) * Sigmoid(Memory(s)));

    public Scalar Loss(Seq<Source> s, Seq<Target> t, Seq<Target> y, Vec<Hidden> z) =>
        MeanSquaredError(Predict(s, t), y) + MeanAbsoluteError(Memory(s), z) + 0.3 * Mean(Square(Mean(writer.Scan(t)) - Last(reader.Scan(s))));
}
