using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>A neural Turing machine with one head (Graves, Wayne &amp; Danihelka 2014): a controller that writes into a matrix and reads from it, by what stands there and by where it looked before.</summary>
[Cell]
public partial class TuringMachine<Input, Hidden, Slot, Word> : Cell<Input, Hidden>
{
    Mat<Hidden, Input> Wx;
    Mat<Hidden, Word> Wr;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;
    Mat<Word, Hidden> key, erase, add;
    Vec<Word> be, ba;
    Vec<Hidden> strength, gate, sharpness, stay, left, right;
    [Fixed(nameof(Ring))] Mat<Slot, Slot> ring;                      // each slot's neighbor
    [Init(nameof(Blank))] Mat<Slot, Word> blank;

    [State] Vec<Hidden> h;
    [State] Mat<Slot, Word> M;
    [State] Vec<Slot> w;
    [State] Vec<Word> r;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        h = Tanh(Wx * x + Wr * r + U * h + b);
        var memory = M + blank;
        var k = key * h;
        var likeness = memory * k / (Sqrt(SumOverColumns(Square(memory)) + 1e-3) * Sqrt(Sum(Square(k)) + 1e-3));
        var content = Softmax(Softplus(Dot(strength, h)) * likeness);
        var g = Sigmoid(Dot(gate, h));
        var before = g * content + (1 - g) * w;
        var (s, l, t) = (Exp(Dot(stay, h)), Exp(Dot(left, h)), Exp(Dot(right, h)));
        var moved = (s * before + l * (ring * before) + t * (Transpose(ring) * before)) / (s + l + t);
        var sharp = Exp((1 + Softplus(Dot(sharpness, h))) * Log(Abs(moved) + 1e-4));
        w = sharp / Sum(sharp);
        M = M - Hadamard(Outer(w, Sigmoid(erase * h + be)), memory) + Outer(w, Tanh(add * h + ba));
        r = Transpose(M + blank) * w;
        return h + Transpose(key) * r;
    }

    static double Ring(int row, int column, int size) => column == (row + 1) % size ? 1 : 0;

    static double Blank(int row, int column) => 0.1 + 0.01 * ((3 * row + 5 * column) % 7);
}

/// <summary>A document of sentences of words, with attention over the words of a sentence and over the sentences (Yang et al. 2016).</summary>
[Model]
public partial class HierarchicalAttention : Model
{
    internal class Word : Dim;
    internal class Vector : Dim;
    internal class Hidden : Dim;
    internal class Topic : Dim;

    Embedding<Word, Vector> words;
    BiGru<Vector, Hidden> inSentence;
    BiGru<Cat<Hidden, Hidden>, Hidden> inDocument;
    Linear<Cat<Hidden, Hidden>, Cat<Hidden, Hidden>> wordKeys, sentenceKeys;
    Vec<Cat<Hidden, Hidden>> wordQuery, sentenceQuery;
    Linear<Cat<Hidden, Hidden>, Topic> head;

    Vec<Cat<Hidden, Hidden>> Sentence(Seq<Word> sentence)
    {
        var h = inSentence.Run(words.Map(sentence));
        return SumOverSteps(SoftmaxOverSteps(Dot(Tanh(wordKeys.Map(h)), wordQuery)) * h);
    }

    internal Vec<Topic> Scores([OneHot] Seqs<Word> x)
    {
        var h = inDocument.Run(Each(x, Sentence));
        return head.Map(SumOverSteps(SoftmaxOverSteps(Dot(Tanh(sentenceKeys.Map(h)), sentenceQuery)) * h));
    }

    internal Scalar Loss([OneHot] Seqs<Word> x, [OneHot] Vec<Topic> y) => CrossEntropy(Scores(x), y);
}

/// <summary>Named entities (Lample et al. 2016): letters beside words, two layers in both directions, a conditional random field.</summary>
[Model]
public partial class EntityTagger : Model
{
    internal class Word : Dim;
    internal class Letter : Dim;
    internal class Vector : Dim;
    internal class Spelling : Dim;
    internal class Hidden : Dim;
    internal class Tag : Dim;

    Embedding<Word, Vector> words;
    Embedding<Letter, Vector> letters;
    BiLstm<Vector, Spelling> spelling;
    BiLstm<Cat<Vector, Cat<Spelling, Spelling>>, Hidden> first;
    BiLstm<Cat<Hidden, Hidden>, Hidden> second;
    Linear<Cat<Hidden, Hidden>, Tag> head;
    LinearChain<Tag> chain;

    Vec<Cat<Spelling, Spelling>> Spell(Seq<Letter> word) => spelling.Ends(letters.Map(word));

    internal Seq<Tag> Scores([OneHot] Seq<Word> x, [OneHot] Seqs<Letter> spelled)
    {
        var h = first.Run(Concat(words.Map(x), Each(spelled, Spell)));
        return head.Map(h + second.Run(h));
    }

    internal Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seqs<Letter> spelled, [OneHot] Seq<Tag> y) => chain.NegativeLogLikelihood(Scores(x, spelled), y);
}

/// <summary>An LSTM that is fed what it found at the step before (Luong et al. 2015) and remembers where it has looked (See et al. 2017).</summary>
[Cell]
public partial class CoveringLstm<Input, Hidden, Memory> : Cell<Input, Hidden, Memory>
{
    Lstm4<Cat<Input, Hidden>, Hidden> gates;
    Mat<Hidden, Memory> keys, found;
    Mat<Hidden, Hidden> queries, own;
    Vec<Hidden> v, wc, b;
    [State] Vec<Hidden> h, c, fed;
    [State] Seq coverage;

    protected override Vec<Hidden> Step(Vec<Input> x, Seq<Memory> memory)
    {
        var z = Concat(Concat(x, fed), h);
        c = Sigmoid(gates.Forget(z)) * c + Sigmoid(gates.In(z)) * Tanh(gates.Candidate(z));
        h = Sigmoid(gates.Out(z)) * Tanh(c);
        var weights = SoftmaxOverSteps(Dot(v, Tanh(keys * memory + queries * h + coverage * wc + b)));
        coverage += weights;
        return fed = Tanh(found * SumOverSteps(weights * memory) + own * h);
    }
}

/// <summary>The products of an LSTM's gates, as a layer of cells.</summary>
[Model]
public partial class Lstm4<Input, Hidden> : Model
{
    Linear<Cat<Input, Hidden>, Hidden> i, f, o, g;

    public Vec<Hidden> In(Vec<Cat<Input, Hidden>> z) => i.Map(z);
    public Vec<Hidden> Forget(Vec<Cat<Input, Hidden>> z) => f.Map(z);
    public Vec<Hidden> Out(Vec<Cat<Input, Hidden>> z) => o.Map(z);
    public Vec<Hidden> Candidate(Vec<Cat<Input, Hidden>> z) => g.Map(z);
}

/// <summary>A translator whose decoder covers what it reads.</summary>
[Model]
public partial class CoveringTranslator : Model
{
    internal class Source : Dim;
    internal class Target : Dim;
    internal class Vector : Dim;
    internal class Hidden : Dim;

    Embedding<Source, Vector> source;
    Embedding<Target, Vector> target;
    BiLstm<Vector, Hidden> encoder;
    Linear<Cat<Hidden, Hidden>, Hidden> bridge;
    CoveringLstm<Vector, Hidden, Cat<Hidden, Hidden>> decoder;
    Linear<Hidden, Target> head;

    internal Seq<Target> Logits([OneHot] Seq<Source> x, [OneHot] Seq<Target> y)
    {
        var s = source.Map(x);
        return head.Map(decoder.Scan(target.Map(Previous(y)), encoder.Run(s), Start(Tanh(bridge.Map(encoder.Ends(s))))));
    }

    internal Scalar Loss([OneHot] Seq<Source> x, [OneHot] Seq<Target> y) => CrossEntropy(Logits(x, y), y);
}

/// <summary>Whether two texts of any lengths mean the same (Mueller &amp; Thyagarajan 2016).</summary>
[Model]
public partial class WordSiamese : Model
{
    internal class Word : Dim;
    internal class Hidden : Dim;

    Embedding<Word, Hidden> words;
    Lstm<Hidden, Hidden> encoder;

    Vec<Hidden> Encode(Seq<Word> x) => Last(encoder.Scan(words.Map(x)));

    internal Scalar Likeness([OneHot] Seq<Word> a, [OneHot] Seq<Word> b) => Exp(-Sum(Abs(Encode(a) - Encode(b))));

    internal Scalar Loss([OneHot] Seq<Word> a, [OneHot] Seq<Word> b, Scalar y) => Square(Likeness(a, b) - y);
}

/// <summary>A language model whose table of words is also its output layer (Press &amp; Wolf 2017).</summary>
[Model]
public partial class TiedLanguageModel : Model
{
    internal class Word : Dim;
    internal class Hidden : Dim;

    Mat<Word, Hidden> table;
    Vec<Word> b;
    [Count(2)] Gru<Hidden, Hidden>[] layers;

    internal Seq<Word> Scores([OneHot] Seq<Word> x)
    {
        var h = Transpose(table) * x;
        foreach (var layer in layers)
            h = h + layer.Scan(h);
        return table * h + b;
    }

    internal Scalar Loss([OneHot] Seq<Word> x) => CrossEntropy(Scores(Previous(x)), x);
}

/// <summary>The library's pointer network, in the order of Vinyals et al. 2015: points, and the places of those that were chosen. Numbers between places point at the nearest.</summary>
[Model]
public partial class PointerModel : Model
{
    internal class Point : Dim;
    internal class Hidden : Dim;

    PointerNetwork<Point, Hidden> network;

    internal Scalar Loss(Seq<Point> x, Seq<Point> chosen, Seq places) => network.NegativeLogLikelihood(x, chosen, Floor(0.5 * places));

    internal Seq Choices(Seq<Point> x, Seq<Point> chosen) => network.Places(x, chosen);

    /// <summary>Each of two sequences at once, of every kind.</summary>
    internal Seq<Point> Beside(Seq<Point> x, Seq<Point> y, Seq n) => Each(x, y, (a, b) => a * b + MeanOverSteps(Tanh(x * b))) * Each(x, y, (a, b) => Dot(a, b)) + Each(y, n, (b, k) => k * b) * Each(y, n, (b, k) => k * SumOverSteps(Dot(x, b)));
}
