using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

internal class AnyWord : Dim;
internal class AnyHidden : Dim;
[Size(3)] internal class AnyTag : Dim;

/// <summary>A tagger over any cell, with dimensions that stand outside, private methods and words as numbers.</summary>
internal abstract partial class TaggerOf<TCell> : Model where TCell : Cell<AnyWord, AnyHidden>
{
    TCell cell;
    Linear<AnyHidden, AnyTag> head;
    Mat<AnyTag, AnyHidden> shortcut;
    [Count(2)] Vec<AnyTag>[] bias;

    protected Seq<AnyHidden> Known([OneHot] Seq<AnyWord> x) => cell.Scan(x);

    Seq<AnyTag> Scores([OneHot] Seq<AnyWord> x) => head.Map(Known(x)) + bias[0] + shortcut * Known(x);

    Scalar Loss([OneHot] Seq<AnyWord> x, [OneHot] Seq<AnyTag> y) => CrossEntropy(Scores(x), y) + 0.01 * Sum(Square(bias[1]));
}

[Model] internal partial class LstmTagger : TaggerOf<Lstm<AnyWord, AnyHidden>>;

[Model] internal partial class GruTagger : TaggerOf<Gru<AnyWord, AnyHidden>>;

/// <summary>Over a cell of the project, with a field and methods of its own beside those of the abstract model.</summary>
[Model]
internal partial class LeakyTagger : TaggerOf<Leaky<AnyWord, AnyHidden>>
{
    class Summary : Dim;

    Linear<AnyHidden, Summary> summary;
    Scalar gain;

    Vec<Summary> Summarized([OneHot] Seq<AnyWord> x) => gain * Last(summary.Map(Known(x)));

    Scalar Distance([OneHot] Seq<AnyWord> x, Vec<Summary> y) => MeanSquaredError(Summarized(x), y);
}

/// <summary>Over a stack of cells and its dimensions; a state is taken, and scans start from what others leave.</summary>
internal abstract partial class StackOf<TFirst, TNext, In, Hid> : Model where TFirst : Cell<In, Hid> where TNext : Cell<Hid, Hid>
{
    protected TFirst first;
    [Count(2)] protected TNext[] deep;
    TNext other;
    [Count(2)] Gru<Hid, Hid>[] last;
    internal class Inner : Dim;
    Mat<Inner, Hid> W;

    protected Seq<Hid> Stacked(Seq<In> x)
    {
        var h = first.Scan(x);
        foreach (var layer in deep)
            h = h + layer.Scan(h);
        return h;
    }

    protected Seq<Inner> Continued(Seq<In> x, Seq<Hid> y)
    {
        var end = deep[0].End(first.Scan(x));
        return W * (deep[1].Scan(y, end) + Again(other, y, x) + last[0].Scan(y, Start(end.Vector<Hid>(0))) + last[1].Scan(y, last[0].EndReversed(y)));
    }

    Seq<Hid> Again(TNext cell, Seq<Hid> y, Seq<In> x) => cell.ScanReversed(y, Start(Last(first.Scan(x))));

    Scalar Loss(Seq<In> x, Seq<Hid> y, Seq<Inner> z) => MeanSquaredError(Continued(x, y), z) + MeanSquaredError(Stacked(x), y);
}

[Model]
internal partial class LstmStack : StackOf<Gru<LstmStack.From, LstmStack.To>, Lstm<LstmStack.To, LstmStack.To>, LstmStack.From, LstmStack.To>
{
    internal class From : Dim;
    internal class To : Dim;
}

/// <summary>A base of a base: one of two cells is chosen in between.</summary>
internal abstract partial class HalfStack<TNext, Hid> : StackOf<MinGru<Cat<Hid, Hid>, Hid>, TNext, Cat<Hid, Hid>, Hid> where TNext : Cell<Hid, Hid>
{
    protected Vec<Hid> own;

    protected Seq<Hid> Own(Seq<Cat<Hid, Hid>> x) => Stacked(x) * own;

    Scalar OwnLoss(Seq<Cat<Hid, Hid>> x, Seq<Hid> y) => MeanSquaredError(Own(x), y);
}

[Model]
internal partial class ElmanStack<D> : HalfStack<Elman<D, D>, D>
{
    public Seq<D> Doubled(Seq<Cat<D, D>> x) => 2 * (Own(x) + own);
}

/// <summary>Abstract models as layers, of the library and of the project, in one another and in arrays.</summary>
[Model]
internal partial class AnyLayers : Model
{
    internal class Feature : Dim;
    internal class Hidden : Dim;

    BiOf<Feature, Hidden, ProjectedLstm<Feature, Feature, Hidden>> both;
    [Count(2)] BiOf<Cat<Hidden, Hidden>, Hidden, CoupledPeephole<Cat<Hidden, Hidden>, Hidden>>[] deep;
    TwiceGru<Hidden> closed;
    Twice<Lmu<Hidden, AnyTag, Hidden>, Hidden> twice;

    Seq<Hidden> Steps(Seq<Feature> x)
    {
        var h = both.Run(x);
        foreach (var layer in deep)
            h = h + layer.Run(h);
        return closed.Doubled(Left(h)) + twice.Of(Left(h));
    }

    Vec<Cat<Hidden, Hidden>> Whole(Seq<Feature> x) => both.Ends(x) + deep[1].Ends(deep[0].Run(both.Run(x)));

    Scalar Loss(Seq<Feature> x, Seq<Hidden> y) => MeanSquaredError(Steps(x), y) + MeanOverSteps(Sum(Square(both.Run(x))));
}

internal abstract partial class Twice<TCell, D> : Model where TCell : Cell<D, D>
{
    BiOf<D, D, TCell> both;
    internal TCell third;

    public Seq<D> Of(Seq<D> x) => third.Scan(Left(both.Run(x)) - Right(both.Run(x)));
}

/// <summary>A closed model that is a layer of others, since its dimensions are type parameters.</summary>
[Model]
internal partial class TwiceGru<D> : Twice<Gru<D, D>, D>
{
    Vec<D> own;

    public Seq<D> Doubled(Seq<D> x) => 2 * (Of(x) + own);
}

/// <summary>A translator over a cell that looks into a memory, which may start from what its encoder leaves, over another cell.</summary>
internal abstract partial class LookingOf<TEncoder, TDecoder> : Model where TEncoder : Cell<AnyWord, AnyHidden> where TDecoder : Cell<AnyTag, AnyHidden, AnyHidden>
{
    internal TEncoder encoder;
    internal TDecoder decoder;
    Linear<AnyHidden, AnyTag> head;

    internal Seq<AnyTag> Logits(Seq<AnyWord> x, Seq<AnyTag> y) => head.Map(decoder.Scan(Previous(y), encoder.Scan(x), encoder.End(x)));

    Scalar Loss(Seq<AnyWord> x, Seq<AnyTag> y) => CrossEntropy(Logits(x, y), y);
}

[Model] internal partial class LookingGru : LookingOf<Gru<AnyWord, AnyHidden>, AttentiveGru<AnyTag, AnyHidden, AnyHidden>>;
