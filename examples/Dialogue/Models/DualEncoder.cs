using static RnnDsl.Ops;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Makes a vector of what is asked and a vector of a past exchange, a question with its answer, so that those that belong together have a large cosine (Huang
/// et al. 2013; Henderson et al. 2017). The parameters are the same for both, so that texts with common words are near each other from the beginning.
/// </summary>
/// <remarks>
/// An example of the training is a group of pairs: the texts of a group are the steps of two sequences of sequences. Each question is compared with all
/// exchanges of its group, and the loss is that of choosing its own one. So the other exchanges are the negatives, as in a batch of other frameworks. The
/// groups are drawn anew for each epoch.
/// </remarks>
[Model]
public partial class DualEncoder : Model
{
    class Piece : Dim;
    class Gram : Dim;
    class Vector : Dim;
    class Hidden : Dim;
    class Meaning : Dim;

    /// <summary>Cosines are between −1 and 1; times this they can be the scores of a softmax.</summary>
    const double Sharpness = 16;

    Embedding<Piece, Vector> pieces;
    Embedding<Gram, Vector> grams;
    BiGru<Vector, Hidden> context;
    Linear<Cat<Cat<Cat<Hidden, Hidden>, Vector>, Vector>, Meaning> meaning;

    /// <summary>What a text says: the pieces of its words in their order, and the mean of their vectors.</summary>
    Vec<Cat<Cat<Hidden, Hidden>, Vector>> Read([OneHot] Seq<Piece> text)
    {
        var vectors = Dropout(pieces.Map(text), 0.2);
        return Concat(MaxOverSteps(context.Run(vectors)), MeanOverSteps(vectors));
    }

    /// <summary>Of what letters a text consists: the mean of the vectors of all strings of two and three letters. A mistyped word keeps some of them.</summary>
    Vec<Vector> Spell([OneHot] Seq<Gram> text) => MeanOverSteps(grams.Map(text));

    static Vec<D> Unit<D>(Vec<D> v) where D : Dim => 1 / Sqrt(Sum(Square(v)) + 1e-6) * v;

    static Seq<D> Unit<D>(Seq<D> v) where D : Dim => 1 / Sqrt(Sum(Square(v)) + 1e-6) * v;

    Vec<Meaning> Encode([OneHot] Seq<Piece> pieces, [OneHot] Seq<Gram> grams) => Unit(meaning.Map(Concat(Read(pieces), Spell(grams))));

    Scalar Loss([OneHot] Seqs<Piece> questions, [OneHot] Seqs<Gram> questionGrams, [OneHot] Seqs<Piece> exchanges, [OneHot] Seqs<Gram> exchangeGrams)
    {
        var asks = Unit(meaning.Map(Dropout(Concat(Each(questions, Read), Each(questionGrams, Spell)), 0.2)));
        var tells = Unit(meaning.Map(Dropout(Concat(Each(exchanges, Read), Each(exchangeGrams, Spell)), 0.2)));
        return MeanOverSteps(Each(asks, ask => LogSumExpOverSteps(Sharpness * Dot(tells, ask))) - Sharpness * Dot(asks, tells));
    }
}
