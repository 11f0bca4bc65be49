using static RnnDsl.Ops;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Makes a vector of what is asked and a vector of a past exchange, a question with its answer, so that those that belong together have a large cosine (Huang et al. 2013; Henderson et al. 2017).
/// </summary>
/// <remarks>
/// An example of the training is a group of pairs: the texts of a group are the steps of two sequences of sequences. Each question is compared with all exchanges of its group, and the loss is that of choosing its own one. So
/// the other exchanges are the negatives, as in a batch of other frameworks. The groups are drawn anew for each epoch.
/// </remarks>
[Model]
public partial class DualEncoder : Model
{
    class Piece : Dim;
    class Vector : Dim;
    class Hidden : Dim;
    class Meaning : Dim;

    /// <summary>Cosines are between −1 and 1; times this they can be the scores of a softmax.</summary>
    const double Sharpness = 16;

    Embedding<Piece, Vector> pieces;
    BiGru<Vector, Hidden> context;
    Linear<Cat<Cat<Hidden, Hidden>, Vector>, Meaning> asked, told;

    Vec<Cat<Cat<Hidden, Hidden>, Vector>> Read([OneHot] Seq<Piece> text)
    {
        var vectors = Dropout(pieces.Map(text), 0.2);
        return Concat(MaxOverSteps(context.Run(vectors)), MeanOverSteps(vectors));
    }

    static Vec<D> Unit<D>(Vec<D> v) where D : Dim => v / Sqrt(Sum(Square(v)) + 1e-6);

    Vec<Meaning> Ask([OneHot] Seq<Piece> question) => Unit(asked.Map(Dropout(Read(question), 0.2)));

    Vec<Meaning> Tell([OneHot] Seq<Piece> exchange) => Unit(told.Map(Dropout(Read(exchange), 0.2)));

    Scalar Loss([OneHot] Seqs<Piece> questions, [OneHot] Seqs<Piece> exchanges)
    {
        var asks = Each(questions, Ask);
        var tells = Each(exchanges, Tell);
        return MeanOverSteps(Each(asks, ask => LogSumExpOverSteps(Sharpness * Dot(tells, ask))) - Sharpness * Dot(asks, tells));
    }
}
