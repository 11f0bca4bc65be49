using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>
/// The logarithms of the weights of all paths of tags through a sequence: the recursions of a linear-chain conditional random field. <see cref="LinearChain{Tag}"/> uses it; by
/// itself it is of little use.
/// </summary>
/// <remarks>
/// With scores e, transitions A, start a and end b (Lafferty et al. 2001; Sutton and McCallum 2012, section 4.1):
/// <code>
/// α₁ = a + e₁,  αₜ(j) = log Σᵢ exp(αₜ₋₁(i) + A(i, j)) + eₜ(j)     scanned forward
/// γ_T = b + e_T, γₜ(i) = log Σⱼ exp(A(i, j) + γₜ₊₁(j)) + eₜ(i)    scanned in reverse
/// </code>
/// A step returns α, α + b, γ and γ + a. The values that a scan does not use are not computed.
/// </remarks>
[Cell]
internal partial class LogPaths<Tag> : Cell<Tag, Cat<Cat<Tag, Tag>, Cat<Tag, Tag>>>
{
    [Init(0)] Mat<Tag, Tag> transitions;
    Vec<Tag> start, end;
    [Fixed, Init(0)] Mat<Tag, Tag> barred;
    [Fixed, Init(0)] Vec<Tag> barredStart, barredEnd;
    [State] Vec<Tag> alpha, gamma;

    protected override Vec<Cat<Cat<Tag, Tag>, Cat<Tag, Tag>>> Step(Vec<Tag> e)
    {
        var A = transitions + barred;
        var first = start + barredStart;
        var last = end + barredEnd;
        var later = Where(StepNumber > 0.5, 1, 0);
        alpha = later * LogSumExpOverRows(A + OuterSum(alpha, e)) + (1 - later) * (first + e);
        gamma = later * LogSumExpOverColumns(A + OuterSum(e, gamma)) + (1 - later) * (last + e);
        return Concat(Concat(alpha, alpha + last), Concat(gamma, gamma + first));
    }
}

/// <summary>
/// A linear-chain conditional random field over the scores of a tagger (Lafferty et al. 2001; Lample et al. 2016): the weight of a sequence of tags consists of the tags' scores
/// and of the transitions from tag to tag. A model trains on <see cref="NegativeLogLikelihood(Seq{Tag}, Seq{Tag})"/>; <see cref="Prediction.TagDecoder"/> finds the best sequences
/// and can forbid transitions.
/// </summary>
[Model]
public partial class LinearChain<Tag> : Model
{
    /// <summary>Subtracted from the scores of tags that differ from the label: in single precision, paths through them have no weight left.</summary>
    const double Impossible = 1e4;

    LogPaths<Tag> paths;

    /// <summary>The logarithm of the summed weights of all sequences of tags.</summary>
    /// <param name="scores">For each step the score of each tag.</param>
    public Scalar LogPartition(Seq<Tag> scores) => LogSumExp(Right(Left(Last(paths.Scan(scores)))));

    /// <summary>
    /// −log of the probability of the labels, summed over a whole sequence. A step without a label (one-hot −1) may have any tag: the loss is then that of all sequences that agree
    /// with the given labels.
    /// </summary>
    /// <param name="scores">For each step the score of each tag.</param>
    /// <param name="labels">One-hot.</param>
    public Scalar NegativeLogLikelihood(Seq<Tag> scores, Seq<Tag> labels) => LogPartition(scores) - LogPartition(scores + Impossible * (labels - Sum(labels)));

    /// <summary>The probability of each tag at each step.</summary>
    /// <param name="scores">For each step the score of each tag.</param>
    public Seq<Tag> Marginals(Seq<Tag> scores) => Softmax(Left(Left(paths.Scan(scores))) + Left(Right(paths.ScanReversed(scores))) - scores);
}
