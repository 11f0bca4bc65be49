using static RnnDsl.Ops;

namespace RnnDsl.Examples.Classification;

/// <summary>Reads a sequence of rows, from both ends, and says of which class it is.</summary>
[Model]
public partial class Classifier : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Class : Dim;

    BiGru<Feature, Hidden> encoder;
    Linear<Cat<Hidden, Hidden>, Class> head;

    Vec<Class> Scores(Seq<Feature> x) => head.Map(Dropout(encoder.Ends(x), 0.2));

    /// <summary>How probable each class is.</summary>
    Vec<Class> Predict(Seq<Feature> x) => Softmax(Scores(x));

    Scalar Loss(Seq<Feature> x, [OneHot] Vec<Class> y) => CrossEntropy(Scores(x), y);
}
