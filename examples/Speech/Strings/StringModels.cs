using static RnnDsl.Ops;

namespace RnnDsl.Examples.Speech;

/// <summary>What models of strings have in common: their dimensions.</summary>
public abstract partial class StringModel : Model
{
    protected class Feature : Dim;
    protected class Hidden : Dim;
    protected class Symbol : Dim;
}

/// <summary>Hears a whole string from both ends.</summary>
[Model]
public partial class WholeStringModel : StringModel
{
    BiGru<Feature, Hidden> lower;
    BiGru<Cat<Hidden, Hidden>, Hidden> upper;
    Linear<Cat<Hidden, Hidden>, Symbol> head;
    Ctc<Symbol> ctc;

    Seq<Symbol> Logits(Seq<Feature> x) => head.Map(Dropout(upper.Run(Dropout(lower.Run(x), 0.2)), 0.2));

    Scalar Loss(Seq<Feature> x, [OneHot] Seq<Symbol> letters) => ctc.NegativeLogLikelihood(Logits(x), letters);
}

/// <summary>Hears from the first step to the last alone, so that it answers while one speaks.</summary>
[Model]
public partial class LiveStringModel : StringModel
{
    Gru<Feature, Hidden> lower;
    Gru<Hidden, Hidden> upper;
    Linear<Hidden, Symbol> head;
    Ctc<Symbol> ctc;

    Seq<Symbol> Logits(Seq<Feature> x) => head.Map(Dropout(upper.Scan(Dropout(lower.Scan(x), 0.2)), 0.2));

    Scalar Loss(Seq<Feature> x, [OneHot] Seq<Symbol> letters) => ctc.NegativeLogLikelihood(Logits(x), letters);
}
