using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Connectionist temporal classification over logits that are given.</summary>
[Model]
public partial class CtcModel : Model
{
    internal class Symbol : Dim;

    Ctc<Symbol> ctc;

    internal Scalar Loss(Seq<Symbol> logits, [OneHot] Seq<Symbol> labels) => ctc.NegativeLogLikelihood(logits, labels);
}

/// <summary>The same over a table with logits for each step.</summary>
[Model]
public partial class CtcTable : Model
{
    internal class Symbol : Dim;
    internal class Step : Dim;

    Mat<Symbol, Step> W;
    Ctc<Symbol> ctc;

    internal Scalar Loss([OneHot] Seq<Step> x, [OneHot] Seq<Symbol> labels) => ctc.NegativeLogLikelihood(W * x, labels);
}

/// <summary>From frames to letters of which nobody knows where they stand.</summary>
[Model]
public partial class Spotter : Model
{
    internal class Frame : Dim;
    internal class Hidden : Dim;
    internal class Symbol : Dim;

    BiGru<Frame, Hidden> encoder;
    Linear<Cat<Hidden, Hidden>, Symbol> head;
    Ctc<Symbol> ctc;

    internal Seq<Symbol> Logits(Seq<Frame> x) => head.Map(encoder.Run(x));

    internal Scalar Loss(Seq<Frame> x, [OneHot] Seq<Symbol> labels) => ctc.NegativeLogLikelihood(Logits(x), labels);
}

/// <summary>A decoder that remembers where it has looked (coverage: Tu et al. 2016; See et al. 2017), and what it has made of each step of the memory.</summary>
[Cell]
public partial class CoverageCell<TIn, TOut, TMemory> : Cell<TIn, TOut, TMemory>
{
    Mat<TOut, TIn> W;
    Mat<TOut, TOut> U, Wa;
    Mat<TOut, TMemory> Ua, C;
    Vec<TOut> v, w, b;
    Scalar keep;
    [State] Vec<TOut> h;
    [State] Seq coverage;
    [State, Init(0.5)] Seq<TMemory> notes;

    protected override Vec<TOut> Step(Vec<TIn> x, Seq<TMemory> memory)
    {
        var scores = Dot(v, Tanh(Ua * memory + Wa * h + coverage * w)) + 0.3 * Previous(coverage, Mean(h)) - 0.2 * Next(coverage);
        var weights = SoftmaxOverSteps(scores);
        var found = SumOverSteps(weights * (memory + Tanh(notes)));
        coverage = coverage + weights;
        notes = keep * notes + weights * (memory * (Transpose(C) * h)) + 0.1 * Previous(notes);
        h = Tanh(W * x + U * h + C * (found + Last(notes) - 0.5 * First(notes)) + b);
        return h + 0.1 * Max(h) * MeanOverSteps(coverage);
    }
}
