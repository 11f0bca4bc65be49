using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>A table, read by a layer; a recurrence over what it gives; labels that may be missing.</summary>
[Model]
public partial class WordTagger : Model
{
    public class Word : Dim;
    public class Feature : Dim;
    public class Hidden : Dim;
    public class Tag : Dim;

    Mat<Word, Feature> table;
    Lstm<Feature, Hidden> up, down;
    Linear<Cat<Hidden, Hidden>, Tag> head;

    public Seq<Tag> Scores([OneHot] Seq<Word> x)
    {
        var words = Transpose(table) * x;
        return head.Map(Concat(up.Scan(words), down.ScanReversed(words)));
    }

    public Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seq<Tag> y) => CrossEntropy(Scores(x), y);
}

/// <summary>The same over dense vectors.</summary>
[Model]
public partial class DenseWordTagger : Model
{
    public class Word : Dim;
    public class Feature : Dim;
    public class Hidden : Dim;
    public class Tag : Dim;

    Mat<Word, Feature> table;
    Lstm<Feature, Hidden> up, down;
    Linear<Cat<Hidden, Hidden>, Tag> head;

    public Seq<Tag> Scores(Seq<Word> x)
    {
        var words = Transpose(table) * x;
        return head.Map(Concat(up.Scan(words), down.ScanReversed(words)));
    }

    public Scalar Loss(Seq<Word> x, Seq<Tag> y) => CrossEntropy(Scores(x), y);
}

/// <summary>A cell that reads letters as they are; its matrices give up columns. One table reads letters and weighs them again at the end.</summary>
[Model]
public partial class LetterModel : Model
{
    public class Letter : Dim;
    public class Hidden : Dim;

    Lstm<Letter, Hidden> first;
    Mat<Letter, Hidden> table;
    Linear<Hidden, Letter> head;

    public Seq<Letter> Predict([OneHot] Seq<Letter> x) => table * Tanh(first.Scan(x) + Transpose(table) * x) + head.Map(Transpose(table) * x);

    public Scalar Loss([OneHot] Seq<Letter> x, [OneHot] Seq<Letter> y, [OneHot] Vec<Letter> z) =>
        CrossEntropy(Predict(x), y) + MeanSquaredError(Last(Predict(x)), z) + Dot(z, Softmax(First(Predict(x)))) + CrossEntropy(head.Map(Transpose(table) * z), z);

    /// <summary>Each letter is to be told from those before it.</summary>
    public Scalar Likelihood([OneHot] Seq<Letter> x) => CrossEntropy(Predict(Previous(x)), x) + 0.1 * Mean(Square(Mean(Transpose(table) * Next(x))));
}
