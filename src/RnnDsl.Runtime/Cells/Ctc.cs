using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>
/// The weights of all ways to spell labels with some steps each and blanks between, in logarithms: the forward recursion of connectionist temporal classification. <see cref="Ctc{Symbol}"/>
/// uses it; by itself it is of little use.
/// </summary>
/// <remarks>
/// Graves et al. 2006, equations 6 and 7. Of each label the state holds the weight of the ways that end in it and of those that end in the blank behind it; a way goes from label to label
/// without a blank only where the two differ.
/// </remarks>
[Cell]
internal partial class CtcPaths<Symbol> : Cell<Symbol, CtcPaths<Symbol>.Weight, Symbol>
{
    /// <summary>One number.</summary>
    [Size(1)]
    public class Weight : Dim;

    /// <summary>The logarithm of no weight at all. It stays a number, so that differences do.</summary>
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
/// Connectionist temporal classification (Graves et al. 2006): a loss over logits and labels of which nobody knows at which steps they stand, as letters in speech. The first symbol, number 0, is
/// the blank. <see cref="Prediction.CtcDecoder"/> reads labels off logits.
/// </summary>
[Model]
public partial class Ctc<Symbol> : Model
{
    CtcPaths<Symbol> paths;

    /// <summary>
    /// −log of the probability of the labels, summed over all ways to spell them. Labels that the steps cannot spell, because they are more than the steps (and a blank between any two that are
    /// equal), have the loss 1e30 and no gradient.
    /// </summary>
    /// <param name="logits">Of each step the unnormalized log-probability of each symbol.</param>
    /// <param name="labels">One-hot, from 1: no blank, and none without a label. Their length has nothing to do with that of the logits.</param>
    public Scalar NegativeLogLikelihood(Seq<Symbol> logits, Seq<Symbol> labels) => -Sum(Last(paths.Scan(LogSoftmax(logits), labels)));
}
