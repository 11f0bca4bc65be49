using static RnnDsl.Ops;

namespace RnnDsl.Onnx.Tests;

/// <summary>States that do not depend on the input, one of them on nothing but parameters; the input is not read inside of the loop.</summary>
[Cell]
public partial class Clockless<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> phase, constant;
    [State] [Init(1)] Scalar count;
    Mat<Hidden, Input> W;
    Vec<Hidden> speed;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        phase = Tanh(phase + speed) / count + 0.1 * constant;
        constant = Sigmoid(speed);
        count = count + 1;
        return W * x;
    }
}

/// <summary>The input of the step before: the state is the input, and no parameter.</summary>
[Cell]
public partial class Echo<D> : Cell<D, D>
{
    [State] [Init(0.25)] Vec<D> before;

    protected override Vec<D> Step(Vec<D> x)
    {
        var y = before;
        before = x;
        return y;
    }
}

/// <summary>The library's cell, written by a user.</summary>
[Cell]
public partial class MyLstm<Features, Units> : Cell<Features, Units>
{
    [State] Vec<Units> h, c;
    Mat<Units, Features> Wi, Wf, Wg, Wo;
    Mat<Units, Units> Ui, Uf, Ug, Uo;
    Vec<Units> bi;
    [Init(2)] Vec<Units> bf;
    Vec<Units> bg, bo;

    protected override Vec<Units> Step(Vec<Features> x)
    {
        var input = Sigmoid(Wi * x + Ui * h + bi);
        var forget = Sigmoid(Wf * x + Uf * h + bf);
        var g = Tanh(Wg * x + Ug * h + bg);
        var o = Sigmoid(Wo * x + Uo * h + bo);
        c = forget * c + input * g;
        return h = o * Tanh(c);
    }
}

/// <summary>Two layers in both directions, a head for the end and one for every step.</summary>
[Model]
public partial class Stacked : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    Lstm<Feature, Hidden> forward, backward;
    Gru<Cat<Hidden, Hidden>, Hidden> top, back;
    Linear<Cat<Hidden, Hidden>, Horizon> head;

    Seq<Cat<Hidden, Hidden>> Encode(Seq<Feature> x)
    {
        var both = Concat(forward.Scan(x), backward.ScanReversed(x));
        return Concat(top.Scan(both), back.ScanReversed(both));
    }

    Vec<Horizon> Predict(Seq<Feature> x)
    {
        var z = Encode(x);
        return head.Map(Concat(Left(Last(z)), Right(First(z))));
    }

    Seq<Horizon> Smooth(Seq<Feature> x) => Softmax(head.Map(Encode(x)));
    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);
}

/// <summary>One layer three times.</summary>
[Model]
public partial class Thrice : Model
{
    class Feature : Dim;

    Elman<Feature, Feature> layer;

    Seq<Feature> Predict(Seq<Feature> x) => layer.Scan(layer.ScanReversed(layer.Scan(x)));
}

/// <summary>Inputs with the names of a parameter and of the output, a state of one unit, a result of one unit.</summary>
[Model]
public partial class Levels : Model
{
    class Feature : Dim;
    [Size(1)] class One : Dim;

    RnnDsl.Execution.Tests.Cells.Leaky<Feature, One> layer;
    Vec<One> b;

    Vec<One> Level(Seq<Feature> x, Vec<One> b, Vec<One> output) => Last(layer.Scan(x)) * Mean(Mean(x)) + this.b * output - b;
}

/// <summary>Two layers and a head.</summary>
[Model]
public partial class TwoLayers : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    Lstm<Feature, Hidden> first;
    Lstm<Hidden, Hidden> second;
    Linear<Hidden, Horizon> head;

    Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(second.Scan(first.Scan(x))));
}

/// <summary>Two predictions, one of them of nothing.</summary>
[Model]
public partial class Undecided : Model
{
    class Feature : Dim;

    Vec<Feature> b;

    Seq<Feature> Up(Seq<Feature> x) => x + b;
    Vec<Feature> Around(Vec<Feature> x) => x + b;
    Vec<Feature> Down() => 2 * b;
}

/// <summary>Words as numbers: a table, matrices of a cell and unit by unit work read them.</summary>
[Model]
public partial class Words : Model
{
    class Word : Dim;
    class Vector : Dim;
    class Hidden : Dim;

    Embedding<Word, Vector> words;
    Gru<Word, Hidden> letters;
    Elman<Vector, Hidden> reader;
    Linear<Hidden, Word> head;

    Seq<Word> Predict([OneHot] Seq<Word> x, [OneHot] Vec<Word> z) => head.Map(reader.Scan(words.Map(Previous(x))) + letters.Scan(x)) * (1 + z);

    Scalar Similarity(Seq<Vector> a, Seq<Vector> b) => Dot(Last(reader.Scan(a)), Last(reader.Scan(b)));
}

/// <summary>A scan that starts from a learnt vector.</summary>
[Model]
public partial class LearntStart : Model
{
    class Feature : Dim;
    class Hidden : Dim;

    Gru<Feature, Hidden> gru;
    PeepholeLstm<Feature, Hidden> lstm;
    LayerNormLstm<Feature, Hidden> other;
    Vec<Hidden> first;

    Seq<Hidden> Predict(Seq<Feature> x) => gru.Scan(x, Start(first));

    Vec<Hidden> Continued(Seq<Feature> x) => other.EndReversed(x, lstm.End(x, Start(gru.End(x).Vector<Hidden>(0)))).Vector<Hidden>(1);

    (Seq<Hidden> Steps, Vec<Hidden> Whole) Both(Seq<Feature> x)
    {
        var h = gru.Scan(x);
        return (h, Last(h));
    }
}

/// <summary>A pyramid over steps: neighbors are joined, and some steps are taken.</summary>
[Model]
public partial class Hearing : Model
{
    class Sound : Dim;
    class Hidden : Dim;
    class Symbol : Dim;

    Lstm<Sound, Hidden> below;
    Gru<Cat<Hidden, Hidden>, Hidden> above;
    Linear<Hidden, Symbol> head;

    Seq<Symbol> Scores(Seq<Sound> x) => head.Map(above.Scan(JoinPairs(below.Scan(x))) + MeanOverSteps(Every(below.Scan(x), 3)));

    Scalar Loss(Seq<Sound> x, Seq<Symbol> y) => MeanSquaredError(Scores(x), y) + 0.1 * Mean(Square(Last(Every(y, 2))));

    Seq<Hidden> Looks(Seq<Sound> x)
    {
        var h = below.Scan(x);
        return Each(h, q => Attend(q, Every(h, 2), Every(h, 2)));
    }
}
