using static RnnDsl.Ops;

namespace RnnDsl.Text.Tests;

/// <summary>Reads from left to right.</summary>
[Model]
public partial class CausalTagger : Model
{
    class Word : Dim;  class Shape : Dim;  class Suffix : Dim;  class Tag : Dim;  class Vector : Dim;  class Hidden : Dim;

    Embedding<Word, Vector> words;
    Gru<Cat<Vector, Cat<Shape, Suffix>>, Hidden> context;
    Linear<Hidden, Tag> head;

    Seq<Tag> Scores([OneHot] Seq<Suffix> suffixes, [OneHot] Seq<Word> words, [OneHot] Seq<Shape> shapes) => head.Map(context.Scan(Concat(this.words.Map(words), Concat(shapes, suffixes))));
}

/// <summary>The same with a chain.</summary>
[Model]
public partial class CausalChainTagger : Model
{
    class Word : Dim;  class Tag : Dim;  class Vector : Dim;  class Hidden : Dim;

    Embedding<Word, Vector> words;
    Gru<Vector, Hidden> context;
    Linear<Hidden, Tag> head;
    LinearChain<Tag> chain;

    Seq<Tag> Scores([OneHot] Seq<Word> words) => head.Map(context.Scan(this.words.Map(words)));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seq<Tag> tags) => chain.NegativeLogLikelihood(Scores(words), tags);
}

/// <summary>Tags word by word.</summary>
public class TagStreamTests
{
    static readonly TaggedCorpus corpus = new("names", [.. Enumerable.Repeat(new TaggedSentence[]
    {
        new("Anna Berg lives in NEW Haven .".Split(' '), "B-PER I-PER O O B-LOC I-LOC O".Split(' ')), new("Tom Lee met 17 others".Split(' '), "B-PER I-PER O O O".Split(' ')),
        new("I love Lima Peru".Split(' '), "O O B-LOC B-LOC".Split(' ')),
    }, 3).SelectMany(s => s)], TagScheme.Iob2);

    static readonly string[] words = ["Anna", "berg", "LIVES", "1999", "中国👍🏽", "", "İstanbul", "x", "\ud83d", "Haven", new string('Q', 300), "e\u0301te\u0301", "17", "others"];

    static CausalTagger Model(TextEncoder encoder, int seed) => new(encoder.Size("Word"), encoder.Size("Shape"), encoder.Size("Suffix"), encoder.Size("Tag"), 6, 9, seed);

    [Theory]
    [InlineData(TagScheme.Iob1)]
    [InlineData(TagScheme.Iob2)]
    [InlineData(TagScheme.Bioes)]
    public void Each_answer_is_that_of_the_words_so_far(TagScheme scheme)
    {
        TextEncoder encoder = TextEncoder.Fit(corpus, new TextEncoderOptions { Scheme = scheme });
        for (int seed = 1; seed < 8; seed++)
        {
            using var tagger = new SequenceTagger(Model(encoder, seed), encoder);
            TagStream stream = tagger.Start();
            for (int round = 0; round < 2; round++, stream.Reset())
                for (int i = 0; i < words.Length; i++)
                    Assert.Equal(tagger.Tag([words[..(i + 1)]]).Single().Tags[^1], stream.Next(words[i]));
        }
    }

    [Fact]
    public void A_chain_answers_no_barred_transition()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        for (int seed = 1; seed < 8; seed++)
        {
            using var tagger = new SequenceTagger(new CausalChainTagger(encoder.Size("Word"), encoder.Size("Tag"), 6, 9, seed), encoder) { AnswerScheme = TagScheme.Bioes };
            tagger.BarBrokenTransitions();
            TagStream stream = tagger.Start();
            string? before = null;
            foreach (string word in Enumerable.Repeat(words, 5).SelectMany(w => w))
            {
                string tag = stream.Next(word);
                Assert.True(TagSchemes.CanFollow(before, tag, TagScheme.Bioes), $"{tag} behind {before}");
                Assert.Equal(encoder.Size("Tag"), stream.Scores.Length);
                before = tag;
            }
        }
    }

    [Fact]
    public void Words_allocate_nothing()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        using var tagger = new SequenceTagger(Model(encoder, 1), encoder);
        TagStream stream = tagger.Start();
        Read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            Read();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Read()
        {
            foreach (string word in words)
                stream.Next(word);
            stream.Reset();
        }
    }

    [Fact]
    public void What_cannot_stream_says_why()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus), plain = TextEncoder.Fit(corpus, new TextEncoderOptions { Scheme = TagScheme.Iob2 });
        using var letters = new SequenceTagger(new SmallTagger(encoder.Size("Word"), encoder.Size("Letter"), encoder.Size("Shape"), encoder.Size("Suffix"), encoder.Size("Tag"), 6, 3, 3, 1), encoder);
        Assert.Contains("reads 'letters'", Assert.Throws<InvalidOperationException>(letters.Start).Message);
        using var ends = new SequenceTagger(Model(plain, 1), plain) { AnswerScheme = TagScheme.Bioes };
        Assert.Contains("not known before the next word", Assert.Throws<InvalidOperationException>(ends.Start).Message);
    }
}
