using static RnnDsl.Ops;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Writes an answer to what was said, piece by piece (Vinyals &amp; Le 2015): a bidirectional GRU reads the message, and a GRU writes, which looks at each step
/// at what was read (Bahdanau et al. 2015). Small talk has few words, so one matrix holds the vectors of what is read and of what is written, and scores the
/// piece that comes next (Press &amp; Wolf 2017).
/// </summary>
[Model]
public partial class SmallTalkModel : Model
{
    class Piece : Dim;
    class Vector : Dim;
    class Direction : Dim;
    class Hidden : Dim;

    const double Smoothing = 0.1;

    [Init(Initial.Normal, 0.1)] Mat<Piece, Vector> pieces;
    BiGru<Vector, Direction> encoder;
    Linear<Cat<Cat<Direction, Direction>, Vector>, Hidden> start;
    AttentiveGru<Vector, Hidden, Cat<Direction, Direction>> decoder;
    Linear<Hidden, Vector> next;
    Vec<Piece> frequency;
    [Fixed(nameof(Alike))] Vec<Piece> alike;

    static double Alike(int piece, int all) => 1.0 / all;

    /// <summary>The scores of each piece of the answer, of which the ones before it are known.</summary>
    Seq<Piece> Scores([OneHot] Seq<Piece> message, [OneHot] Seq<Piece> before)
    {
        var vectors = Dropout(Transpose(pieces) * message, 0.3);
        var whole = Tanh(start.Map(Concat(encoder.Ends(vectors), MeanOverSteps(vectors))));
        var written = decoder.Scan(Dropout(Transpose(pieces) * before, 0.3), Dropout(encoder.Run(vectors), 0.3), Start(whole));
        return pieces * Dropout(next.Map(Dropout(written, 0.3)), 0.2) + frequency;
    }

    /// <summary>
    /// Mean of −ln p(piece), smoothed: a tenth of the probability is to be shared by all pieces alike (Szegedy et al. 2016). A model that knows its few
    /// examples by heart is then less sure of what it has never read.
    /// </summary>
    Scalar Loss([OneHot] Seq<Piece> message, [OneHot] Seq<Piece> before, [OneHot] Seq<Piece> answer)
    {
        var scores = Scores(message, before);
        return (1 - Smoothing) * CrossEntropy(scores, answer) + Smoothing * MeanOverSteps(LogSumExp(scores) - Dot(alike, scores));
    }

    /// <summary>Mean of −ln p(piece).</summary>
    Scalar Surprise([OneHot] Seq<Piece> message, [OneHot] Seq<Piece> before, [OneHot] Seq<Piece> answer) => CrossEntropy(Scores(message, before), answer);
}
