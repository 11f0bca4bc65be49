using static RnnDsl.Ops;

namespace RnnDsl.Examples.ContinualLearning;

/// <summary>Foresees the next steps of a series. Learning without forgetting compares its answers with old ones by <c>Distill</c>.</summary>
[Model]
public partial class SeriesModel : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    Gru<Feature, Hidden> encoder;
    Linear<Hidden, Horizon> head;

    Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)));

    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);

    Scalar Distill(Seq<Feature> x, Vec<Horizon> taught) => MeanSquaredError(Predict(x), taught);
}

/// <summary>Tells what a sentence wants. Old answers are compared at a temperature of 2 (Hinton et al. 2015).</summary>
[Model]
public partial class SentenceModel : Model
{
    class Word : Dim;
    class Vector : Dim;
    class Hidden : Dim;
    class Label : Dim;

    Embedding<Word, Vector> vectors;
    BiGru<Vector, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Label> head;

    Vec<Label> Scores([OneHot] Seq<Word> words) => head.Map(MaxOverSteps(context.Run(vectors.Map(words))));

    Vec<Label> Predict([OneHot] Seq<Word> words) => Softmax(0.5 * Scores(words));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Vec<Label> label) => CrossEntropy(Scores(words), label);

    Scalar Distill([OneHot] Seq<Word> words, Vec<Label> taught) => CrossEntropy(0.5 * Scores(words), taught);
}

/// <summary>Tells the class of a sequence: which word a clip is, which state a machine is in.</summary>
[Model]
public partial class SequenceModel : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Label : Dim;

    BiGru<Feature, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Label> head;

    Vec<Label> Scores(Seq<Feature> x)
    {
        var heard = context.Run(x);
        return head.Map(MeanOverSteps(heard) + MaxOverSteps(heard));
    }

    Vec<Label> Predict(Seq<Feature> x) => Softmax(0.5 * Scores(x));

    Scalar Loss(Seq<Feature> x, [OneHot] Vec<Label> y) => CrossEntropy(Scores(x), y);

    Scalar Distill(Seq<Feature> x, Vec<Label> taught) => CrossEntropy(0.5 * Scores(x), taught);
}
