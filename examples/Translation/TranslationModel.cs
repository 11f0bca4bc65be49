using static RnnDsl.Ops;

namespace RnnDsl.Examples.Translation;

/// <summary>
/// Long short-term memory that looks into a memory at each step and is fed what it found there at the next one (Luong, Pham &amp; Manning 2015, sections 3.1, score "dot", and 3.3). It gives what it found, and behind it the state with
/// which it looked, so that a model can say where.
/// </summary>
[Cell]
public partial class InputFeedingLstm<Input, Hidden> : Cell<Input, Cat<Hidden, Hidden>, Hidden>
{
    [State] Vec<Hidden> h, c, a;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Fi, Ff, Fg, Fo;
    [Init(Initial.Orthogonal)] Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;
    Vec<Hidden> bg, bo;
    [Init(Initial.Xavier)] Mat<Hidden, Hidden> Wm, Wh;

    protected override Vec<Cat<Hidden, Hidden>> Step(Vec<Input> x, Seq<Hidden> memory)
    {
        var i = Sigmoid(Wi * x + Fi * a + Ui * h + bi);
        var f = Sigmoid(Wf * x + Ff * a + Uf * h + bf);
        var g = Tanh(Wg * x + Fg * a + Ug * h + bg);
        var o = Sigmoid(Wo * x + Fo * a + Uo * h + bo);
        c = f * c + i * g;
        h = o * Tanh(c);
        a = Tanh(Wm * Attend(h, memory, memory) + Wh * h);
        return Concat(a, h);
    }
}

/// <summary>A translator: reads a sentence in both directions, and writes another that looks at what it has read.</summary>
[Model]
public partial class TranslationModel : Model
{
    public class Source : Dim;
    public class Target : Dim;
    class Vector : Dim;
    class Direction : Dim;
    class Hidden : Dim;

    /// <summary>Attention says where it looks up to this length of a source sentence. Longer sentences are translated as well.</summary>
    [Size(TextTranslator.Positions)] public class Position : Dim;

    [Init(Initial.Normal, 0.1)] Mat<Vector, Source> source;

    /// <summary>The vectors of the symbols that are written. The same vectors score the symbol that comes next (Press &amp; Wolf 2017).</summary>
    [Init(Initial.Normal, 0.1)] Mat<Target, Vector> target;

    BiLstm<Vector, Direction> encoder;
    Linear<Cat<Direction, Direction>, Hidden> memory, startH, startC;
    InputFeedingLstm<Vector, Hidden> decoder;
    Linear<Hidden, Vector> toVector;
    Vec<Target> frequency;

    /// <summary>The part of the probability that the target gives to all symbols alike (Szegedy et al. 2016).</summary>
    [Fixed] Scalar smoothing;
    [Fixed(nameof(Alike))] Vec<Target> alike;

    static double Alike(int symbol, int symbols) => 1.0 / symbols;

    Seq<Cat<Hidden, Hidden>> Write(Seq<Hidden> read, Vec<Cat<Direction, Direction>> ends, [OneHot] Seq<Target> before) =>
        decoder.Scan(Dropout(Transpose(target) * before, 0.2), read, Start(Tanh(startH.Map(ends)), startC.Map(ends)));

    Seq<Target> Scores(Seq<Cat<Hidden, Hidden>> written) => target * Dropout(toVector.Map(Dropout(Left(written), 0.3)), 0.2) + frequency;

    Seq<Target> Logits([OneHot] Seq<Source> x, [OneHot] Seq<Target> before)
    {
        var vectors = Dropout(source * x, 0.2);
        return Scores(Write(memory.Map(Dropout(encoder.Run(vectors), 0.2)), encoder.Ends(vectors), before));
    }

    /// <summary>Mean of −ln p(symbol), smoothed.</summary>
    Scalar Loss([OneHot] Seq<Source> x, [OneHot] Seq<Target> before, [OneHot] Seq<Target> y)
    {
        var logits = Logits(x, before);
        return (1 - smoothing) * CrossEntropy(logits, y) + smoothing * MeanOverSteps(LogSumExp(logits) - Dot(alike, logits));
    }

    /// <summary>Mean of −ln p(symbol).</summary>
    Scalar Surprise([OneHot] Seq<Source> x, [OneHot] Seq<Target> before, [OneHot] Seq<Target> y) => CrossEntropy(Logits(x, before), y);

    /// <summary>The scores of the next symbol, and behind them where in the source sentence it looked.</summary>
    public Seq<Cat<Target, Position>> Next([OneHot] Seq<Source> x, [OneHot] Seq<Position> places, [OneHot] Seq<Target> before)
    {
        var vectors = source * x;
        var read = memory.Map(encoder.Run(vectors));
        var written = Write(read, encoder.Ends(vectors), before);
        return Concat(Scores(written), Each(Right(written), state => Attend(state, read, places)));
    }
}
