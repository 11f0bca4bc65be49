using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>A translator: an encoder in both directions, attention, input feeding, and a start from the encoder's end.</summary>
[Model]
public partial class StreamedTranslator : Model
{
    internal class Source : Dim;
    internal class Target : Dim;
    internal class Vector : Dim;
    internal class Hidden : Dim;

    Embedding<Source, Vector> source;
    Embedding<Target, Vector> target;
    BiGru<Vector, Hidden> encoder;
    Gru<Vector, Cat<Hidden, Hidden>> decoder;
    AttentiveGru<Cat<Hidden, Hidden>, Hidden, Cat<Hidden, Hidden>> second;
    Linear<Cat<Cat<Hidden, Hidden>, Cat<Hidden, Hidden>>, Target> head;
    Linear<Hidden, Target> other;

    internal Seq<Target> Logits([OneHot] Seq<Source> x, [OneHot] Seq<Target> y)
    {
        var memory = encoder.Run(source.Map(x));
        var h = Dropout(decoder.Scan(target.Map(Previous(y)), Start(encoder.Ends(source.Map(x)))), 0.2);
        return head.Map(Concat(h, Each(h, q => Attend(q, memory, memory)))) + other.Map(second.Scan(h, memory));
    }

    internal Scalar Loss([OneHot] Seq<Source> x, [OneHot] Seq<Target> y) => CrossEntropy(Logits(x, y), y);
}

/// <summary>Looks where it has not looked yet (Tu et al. 2016), with a state for each step of the memory, and one that is a vector for each.</summary>
[Cell]
public partial class Covering<TIn, TOut, TMemory> : Cell<TIn, TOut, TMemory>
{
    Mat<TOut, TIn> W;
    Mat<TOut, TOut> U, Wa;
    Mat<TOut, TMemory> Ua, C;
    Vec<TOut> v, b;
    [State] Vec<TOut> h;
    [State, Init(0.1)] Seq coverage;
    [State] Seq<TMemory> written;
    [State] Mat<TOut, TOut> fast;

    protected override Vec<TOut> Step(Vec<TIn> x, Seq<TMemory> memory)
    {
        var scores = Dot(v, Tanh(Ua * memory + Wa * h)) - coverage + Previous(coverage) * 0.1;
        var weights = SoftmaxOverSteps(scores);
        coverage += weights;
        written = 0.5 * written + weights * (memory + Transpose(C) * h);
        fast = 0.5 * fast + 0.1 * Outer(h, Tanh(W * x));
        return h = Tanh(W * x + U * h + fast * h + C * SumOverSteps(weights * memory + 0.1 * written) + b);
    }
}

/// <summary>Conditions of several kinds: several sequences of one axis and of several, vectors and scalars of the example, sequences at every step; memories of all kinds.</summary>
[Model]
public partial class ConditionalForms : Model
{
    internal class Feature : Dim;
    internal class Hidden : Dim;

    Lstm<Feature, Hidden> encoder, another;
    Gru<Feature, Hidden> decoder, letters;
    Covering<Feature, Hidden, Hidden> covering;
    Linear<Hidden, Feature> head;
    Mat<Hidden, Hidden> Wa;
    Scalar share;

    internal Seq<Feature> Cover(Seq<Feature> x, Seq<Feature> y) => head.Map(covering.Scan(Previous(y), encoder.Scan(x), Start(encoder.End(x).Vector<Hidden>(0))));

    internal Scalar CoverLoss(Seq<Feature> x, Seq<Feature> y) => MeanSquaredError(Cover(x, y), y);

    /// <summary>The streamed sequence comes first, and is two inputs; the condition is of two axes, with a vector and a scalar beside.</summary>
    internal Seq<Hidden> Several(Seq<Feature> y, Seq<Feature> a, Vec<Hidden> c, Seq<Feature> b, Scalar s, Seq z)
    {
        var first = encoder.Scan(a);
        var second = another.Scan(b);
        var h = decoder.Scan(y) * z + s * c;
        return Each(h, q => Attend(q, first, first) + Attend(Wa * q, second, second) * Mean(Last(second))) + MeanOverSteps(h) + Last(first);
    }

    /// <summary>What is pointed at is copied (Vinyals et al. 2015): a distribution over the steps of the source, mixed with one over features.</summary>
    internal Seq<Feature> Point(Seq<Feature> x, Seq<Feature> y)
    {
        var memory = encoder.Scan(x);
        var h = decoder.Scan(y);
        var copied = Each(h, q => SumOverSteps(SoftmaxOverSteps(Dot(memory, Wa * q)) * x));
        return Sigmoid(share) * copied + (1 - Sigmoid(share)) * Softmax(head.Map(h));
    }

    /// <summary>The memory is of words, each of them a sequence of letters.</summary>
    internal Seq<Hidden> Spelled(Seqs<Feature> words, Seq<Feature> y)
    {
        var memory = Each(words, w => Last(letters.Scan(w)));
        return Each(decoder.Scan(y, Start(Last(memory))), q => Attend(q, memory, memory));
    }

    /// <summary>A vector of the steps so far, of two sequences, each of which may come step by step.</summary>
    internal Vec<Hidden> Both(Seq<Feature> x, Seq<Feature> y) => Last(encoder.Scan(x)) * MeanOverSteps(decoder.Scan(y)) + MaxOverSteps(another.Scan(x)) + First(decoder.Scan(y));

    /// <summary>How long the memory is matters, and how long the stream is.</summary>
    internal Seq<Hidden> Counted(Seq<Feature> x, Seq<Feature> y) => MeanOverSteps(encoder.Scan(x)) * decoder.Scan(y) + MeanOverSteps(decoder.Scan(Next(x)));

    /// <summary>One length, and a vector beside it.</summary>
    internal Seq<Hidden> Beside(Vec<Hidden> c, Seq<Feature> y, Scalar s, Seq<Feature> z) => decoder.Scan(y + s * z, Start(Tanh(c)));

    internal Seq<Hidden> Backward(Seq<Feature> x, Seq<Feature> y)
    {
        var memory = encoder.Scan(x);
        return Each(decoder.ScanReversed(y), q => Attend(q, memory, memory));
    }

    internal Seq<Hidden> Forward(Seq<Feature> x, Seq<Feature> y) => decoder.Scan(Next(y)) + Last(encoder.Scan(x));

    /// <summary>The condition has a step for every second step that comes.</summary>
    internal Vec<Hidden> Halved(Seq<Feature> x, Seq<Feature> y) => Last(encoder.Scan(x)) + Last(decoder.Scan(y)) + 0 * Mean(MeanOverSteps(x + Every(y, 2)));

    internal Seq<Hidden> Whole(Seq<Feature> x, Seq<Feature> y)
    {
        var h = decoder.Scan(y);
        return Each(h, q => Attend(q, h, h)) + Last(encoder.Scan(x));
    }

    internal Vec<Hidden> Anew(Seq<Feature> x, Seq<Feature> y) => SumOverSteps(encoder.Scan(x) * Last(decoder.Scan(y)));
}

/// <summary>Listens to a sound and spells what it heard (Chan et al. 2016): the memory has half the steps of the sound, so its length is that of no input.</summary>
[Model]
public partial class Speller : Model
{
    internal class Sound : Dim;
    internal class Hidden : Dim;
    internal class Symbol : Dim;

    Gru<Sound, Hidden> below;
    BiGru<Cat<Hidden, Hidden>, Hidden> above;
    AttentiveGru<Symbol, Hidden, Cat<Hidden, Hidden>> decoder;
    Linear<Hidden, Symbol> head;

    internal Seq<Symbol> Logits(Seq<Sound> x, [OneHot] Seq<Symbol> before) => head.Map(decoder.Scan(before, above.Run(JoinPairs(below.Scan(x)))));

    /// <summary>Every third step is what is asked for, under the whole of another sequence.</summary>
    internal Seq<Hidden> Some(Seq<Sound> x, Seq<Sound> y) => Each(below.Scan(y), q => Attend(q, Every(below.Scan(x), 3), Every(below.Scan(x), 3)));
}
