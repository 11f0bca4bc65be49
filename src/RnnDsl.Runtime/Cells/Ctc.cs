using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>
/// The logarithms of the summed weights of all alignments of labels to steps, in which a label takes one or more steps and blanks may stand between labels: the forward recursion
/// of connectionist temporal classification. <see cref="Ctc{Symbol}"/> uses it; by itself it is of little use.
/// </summary>
/// <remarks>
/// Graves et al. 2006, equations 6 and 7. For each label the state holds the weight of the alignments that end in the label and of those that end in the blank after it. An
/// alignment goes from label to label without a blank only if the two differ.
/// </remarks>
[Cell]
internal partial class CtcPaths<Symbol> : Cell<Symbol, CtcPaths<Symbol>.Weight, Symbol>
{
    /// <summary>One number.</summary>
    [Size(1)]
    public class Weight : Dim;

    /// <summary>The logarithm of the weight zero. It is finite, so that differences are too.</summary>
    const double Never = -1e30;

    [Fixed(nameof(IsBlank))] Vec<Symbol> blank;
    [Fixed, Init(1)] Vec<Weight> one;
    [State, Init(Never)] Seq letters, blanks;
    [State] Scalar lead;

    static double IsBlank(int unit) => unit == 0 ? 1 : 0;

    static Seq LogAdd(Seq a, Seq b)
    {
        var most = StopGradient(Max(a, b));
        return most + Log(Exp(a - most) + Exp(b - most));
    }

    protected override Vec<Weight> Step(Vec<Symbol> logits, Seq<Symbol> labels)
    {
        var e = Dot(labels, logits);
        var silence = Dot(blank, logits);
        var repeats = Dot(labels, Previous(labels));
        var here = letters;
        var skipping = Where(repeats > 0.5, Never, Previous(here, Never));
        letters = e + LogAdd(LogAdd(here, Previous(blanks, lead)), skipping);
        blanks = silence + LogAdd(blanks, here);
        lead = lead + silence;
        return Last(LogAdd(letters, blanks)) * one;
    }
}

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006): a loss over logits and labels whose positions are unknown, such as letters in speech. The first symbol, number 0, is
/// the blank. <see cref="Prediction.CtcDecoder"/> decodes labels from logits.
/// </summary>
[Model]
public partial class Ctc<Symbol> : Model
{
    /// <summary>What is below it is the weight of no alignment at all, whatever the logits.</summary>
    const double NoPath = -1e29;

    CtcPaths<Symbol> paths;

    /// <summary>
    /// −log of the probability of the labels, summed over all alignments. If the steps are too few for the labels (and for a blank between any two equal ones), the loss is 1e30
    /// and there is no gradient.
    /// </summary>
    /// <param name="logits">For each step the unnormalized log-probability of each symbol.</param>
    /// <param name="labels">One-hot, from 1: without blanks, and with a label at every step. Their length is independent of that of the logits.</param>
    public Scalar NegativeLogLikelihood(Seq<Symbol> logits, Seq<Symbol> labels)
    {
        var weight = Sum(Last(paths.Scan(LogSoftmax(logits), labels)));
        return Where(weight > NoPath, -weight, 1e30);
    }
}
