using static RnnDsl.Ops;

namespace RnnDsl.Benchmarks;

/// <summary>Words in, a tag for each.</summary>
[Model]
public partial class TaggerTask : Model
{
    class Word : Dim; class Vector : Dim; class Hidden : Dim; class Tag : Dim;

    Embedding<Word, Vector> words;
    Lstm<Vector, Hidden> forward, backward;
    Linear<Cat<Hidden, Hidden>, Tag> head;

    Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seq<Tag> y)
    {
        var v = words.Map(x);
        return CrossEntropy(head.Map(Concat(forward.Scan(v), backward.ScanReversed(v))), y);
    }
}

/// <summary>The same with the letters of each word, read in both directions, beside the word.</summary>
[Model]
public partial class LetterTask : Model
{
    class Word : Dim; class Letter : Dim; class Vector : Dim; class LetterVector : Dim; class Spelling : Dim; class Hidden : Dim; class Tag : Dim;

    Embedding<Word, Vector> words;
    Embedding<Letter, LetterVector> letters;
    BiLstm<LetterVector, Spelling> spelling;
    BiLstm<Cat<Vector, Cat<Spelling, Spelling>>, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Tag> head;

    Vec<Cat<Spelling, Spelling>> Spell(Seq<Letter> word) => spelling.Ends(letters.Map(word));

    Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seqs<Letter> spelled, [OneHot] Seq<Tag> y) => CrossEntropy(head.Map(context.Run(Concat(words.Map(x), Each(spelled, Spell)))), y);
}

/// <summary>Words in, one class for all, from the mean of what is read in both directions.</summary>
[Model]
public partial class ClassifierTask : Model
{
    class Word : Dim; class Vector : Dim; class Hidden : Dim; class Tag : Dim;

    Embedding<Word, Vector> words;
    Gru<Vector, Hidden> forward, backward;
    Linear<Cat<Hidden, Hidden>, Tag> head;

    Scalar Loss([OneHot] Seq<Word> x, [OneHot] Vec<Tag> y)
    {
        var v = words.Map(x);
        return CrossEntropy(head.Map(Concat(Mean(forward.Scan(v)), Mean(backward.ScanReversed(v)))), y);
    }
}

/// <summary>Letters in, the next letter out.</summary>
[Model]
public partial class CharacterTask : Model
{
    class Letter : Dim; class Vector : Dim; class Hidden : Dim;

    Embedding<Letter, Vector> letters;
    Lstm<Vector, Hidden> lstm;
    Linear<Hidden, Letter> head;

    Scalar Loss([OneHot] Seq<Letter> x, [OneHot] Seq<Letter> y) => CrossEntropy(head.Map(lstm.Scan(letters.Map(x))), y);
}

/// <summary>Items in, the next item out.</summary>
[Model]
public partial class SessionTask : Model
{
    class Item : Dim; class Vector : Dim; class Hidden : Dim;

    Embedding<Item, Vector> items;
    Gru<Vector, Hidden> gru;
    Linear<Hidden, Item> head;

    Scalar Loss([OneHot] Seq<Item> x, [OneHot] Seq<Item> y) => CrossEntropy(head.Map(gru.Scan(items.Map(x))), y);
}

/// <summary>A sentence in, read in both directions; another out, each of whose words looks into the first.</summary>
[Model]
public partial class TranslatorTask : Model
{
    class Source : Dim; class Vector : Dim; class Half : Dim; class Target : Dim; class Joint : Dim;

    Embedding<Source, Vector> source;
    BiLstm<Vector, Half> encoder;
    Embedding<Target, Vector> target;
    Lstm<Vector, Cat<Half, Half>> decoder;
    Linear<Cat<Cat<Half, Half>, Cat<Half, Half>>, Joint> join;
    Linear<Joint, Target> head;

    Scalar Loss([OneHot] Seq<Source> x, [OneHot] Seq<Target> y, [OneHot] Seq<Target> z)
    {
        var memory = encoder.Run(source.Map(x));
        var h = decoder.Scan(target.Map(y));
        return CrossEntropy(head.Map(Tanh(join.Map(Concat(h, Each(h, q => Attend(q, memory, memory)))))), z);
    }
}

/// <summary>From every step of one sequence a look into another, and a number of what is found.</summary>
[Model]
public partial class AttentionTask : Model
{
    class Frame : Dim; class Key : Dim; class Answer : Dim;

    Linear<Frame, Key> keys, values;
    Linear<Answer, Key> queries;
    Linear<Key, Answer> head;

    Seq<Answer> Answers(Seq<Frame> x, Seq<Answer> y)
    {
        var k = keys.Map(x);
        var v = values.Map(x);
        return head.Map(Each(queries.Map(y), q => Attend(q, k, v)));
    }

    Scalar Loss(Seq<Frame> x, Seq<Answer> y) => MeanSquaredError(Answers(x, y), y);
}

/// <summary>Frames in, digits out, of which nobody says where they stand.</summary>
[Model]
public partial class SpeechTask : Model
{
    class Frame : Dim; class Hidden : Dim; class Symbol : Dim;

    BiGru<Frame, Hidden> encoder;
    Linear<Cat<Hidden, Hidden>, Symbol> head;
    Ctc<Symbol> ctc;

    Scalar Loss(Seq<Frame> x, [OneHot] Seq<Symbol> y) => ctc.NegativeLogLikelihood(head.Map(encoder.Run(x)), y);
}
