using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Losses whose targets have steps that count in many ways.</summary>
[Model]
public partial class WeighedTagger : Model
{
    public class Word : Dim;
    public class Hidden : Dim;

    Gru<Word, Hidden> layer;
    Linear<Hidden, Word> head;

    public Seq<Word> Scores([OneHot] Seq<Word> x) => head.Map(layer.Scan(x));

    public Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seq<Word> y) => CrossEntropy(Scores(x), y);

    public Scalar Ahead([OneHot] Seq<Word> x) => CrossEntropy(Scores(x), Next(Next(x)));

    public Scalar Behind([OneHot] Seq<Word> x) => CrossEntropy(Scores(x), Next(Previous(x)));

    public Scalar Squares([OneHot] Seq<Word> x, Seq<Word> y) => MeanSquaredError(Scores(x), y) + 0.1 * Mean(Square(Last(Scores(x))));

    public Scalar Pair([OneHot] Seq<Word> x, Seq<Word> y, [OneHot] Seq<Word> u, [OneHot] Seq<Word> v) => MeanSquaredError(Scores(x), y) + CrossEntropy(Scores(u), v);

    public Scalar Turned([OneHot] Seq<Word> x, Seq<Word> y, [OneHot] Seq<Word> u, [OneHot] Seq<Word> v) => CrossEntropy(Scores(u), v) + MeanSquaredError(Scores(x), y);

    public Scalar Single([OneHot] Seq<Word> x, Vec<Word> y) => MeanSquaredError(Last(Scores(x)), y);

    public Scalar Written([OneHot] Seq<Word> x, Seq<Word> y) => Mean(Mean(Square(Scores(x) - y)));
}
