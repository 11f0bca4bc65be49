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
