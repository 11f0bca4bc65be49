namespace RnnDsl.Text.Tests;

/// <summary>Entities of the training data as an input of taggers.</summary>
public class GazetteerTests
{
    static TaggedSentence Sentence(string text)
    {
        string[][] parts = [.. text.Split(' ').Select(word => word.Split('/'))];
        return new TaggedSentence([.. parts.Select(p => p[0])], [.. parts.Select(p => p.Length > 1 ? p[1] : "O")]);
    }

    static readonly TaggedCorpus corpus = new("a test",
    [
        Sentence("New/B-LOC Haven/I-LOC is near New/B-LOC York/I-LOC"), Sentence("Jordan/B-PER met May/B-PER in May"), Sentence("Jordan/B-LOC is far"), Sentence("in May it rains in New/B-LOC York/I-LOC City/I-LOC"),
        Sentence("Jordan/B-PER left New/B-LOC York/I-LOC in May"), Sentence("nobody met anybody"),
    ], TagScheme.Iob2);

    /// <summary>The number of a word: its type, the grade of its phrase, and whether it is the first word of it.</summary>
    static int Number(int type, int grade, bool first = true) => 1 + (type * 3 + grade) * 2 + (first ? 0 : 1);

    [Fact]
    public void The_longest_phrase_counts_with_the_share_of_its_type()
    {
        Gazetteer gazetteer = Gazetteer.Fit(corpus);
        Assert.Equal((5, "5 phrases of 2 types"), (gazetteer.Count, gazetteer.ToString()));
        Assert.Equal(["LOC", "PER"], gazetteer.Types);
        Assert.Equal(13, gazetteer.Size);
        // Jordan is a person two times of three, May one of four; "New York" is part of a longer phrase once.
        Assert.Equal([Number(1, 1), 0, Number(1, 0)], gazetteer.Numbers(["Jordan", "met", "May"]));
        Assert.Equal([Number(0, 1), Number(0, 1, false), 0], gazetteer.Numbers(["New", "York", "is"]));
        Assert.Equal([Number(0, 2), Number(0, 2, false), Number(0, 2, false), Number(0, 2), Number(0, 2, false)], gazetteer.Numbers(["New", "York", "City", "New", "Haven"]));
        Assert.Equal([0, 0, 0], gazetteer.Numbers(["New", "jordan", "York"]));
        Assert.Empty(gazetteer.Numbers([]));
    }

    [Fact]
    public void A_training_sentence_knows_what_other_parts_have()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus, new TextEncoderOptions { Gazetteer = true });
        int[] own = Numbers(encoder.Encode(corpus)), apart = Numbers(encoder.EncodeTraining(corpus, parts: 3));
        Assert.Equal(own.Length, apart.Length);
        // "New Haven" stands in the first part alone; "New York" in all three.
        Assert.Equal([Number(0, 2), Number(0, 2, false)], own[..2]);
        Assert.Equal([0, 0], apart[..2]);
        Assert.Equal([Number(0, 1), Number(0, 1, false)], apart[4..6]);
        // Of the others one marks Jordan as a person and one as a place.
        Assert.Equal((Number(1, 1), Number(0, 1)), (own[6], apart[6]));
        IReadOnlyList<Gazetteer> lists = Gazetteer.FitParts(corpus, 3);
        Assert.Equal(corpus.Count, lists.Count);
        Assert.Same(lists[0], lists[1]);
        Assert.NotSame(lists[1], lists[2]);

        static int[] Numbers(RnnDsl.Sequences.Dataset data) => [.. data["phrases"].Values.ToArray().Select(value => (int)value)];
    }

    [Fact]
    public void It_travels_with_the_encoder()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus, new TextEncoderOptions { Gazetteer = true }), again = TextEncoder.FromJson(encoder.ToJson());
        Assert.Equal(encoder.ToJson(), again.ToJson());
        Assert.Equal(13, again.Size("Phrase"));
        foreach (TaggedSentence sentence in corpus)
            Assert.Equal(encoder.Gazetteer!.Numbers(sentence.Words), again.Gazetteer!.Numbers(sentence.Words));
        Assert.Null(TextEncoder.FromJson(TextEncoder.Fit(corpus).ToJson()).Gazetteer);
        string json = encoder.ToJson();
        foreach ((string from, string to) in new[] { ("[0,2,\"New\",\"Haven\"]", "[2,2,\"New\",\"Haven\"]"), ("[0,2,\"New\",\"Haven\"]", "[0,3,\"New\",\"Haven\"]"), ("[0,2,\"New\",\"Haven\"]", "[0,2]"), ("[0,2,\"New\",\"Haven\"]", "[0]"), ("[0,2,\"New\",\"Haven\"]", "[0,2,null]"), ("[0,2,\"New\",\"Haven\"]", "7") })
        {
            Assert.Contains(from, json, StringComparison.Ordinal);
            Assert.Throws<InvalidDataException>(() => TextEncoder.FromJson(json.Replace(from, to, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        TextEncoder without = TextEncoder.Fit(corpus);
        Assert.Contains("TextEncoderOptions.Gazetteer", Assert.Throws<ArgumentException>(() => without.EncodeTraining(corpus)).Message);
        Assert.Contains("TextEncoderOptions.Gazetteer", Assert.Throws<ArgumentException>(() => without.Size("Phrase")).Message);
        Assert.Contains("TextEncoderOptions.Gazetteer", Assert.Throws<ArgumentException>(() => without.Encode([["a"]], ["phrases"])).Message);
        TextEncoder encoder = TextEncoder.Fit(corpus, new TextEncoderOptions { Gazetteer = true });
        Assert.Contains("6 sentences", Assert.Throws<ArgumentException>(() => encoder.EncodeTraining(corpus)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Gazetteer.FitParts(corpus, 1));
        Assert.Contains("mark no entities", Assert.Throws<ArgumentException>(() => Gazetteer.Fit(new TaggedCorpus("parts of speech", [Sentence("it/PRON rains/VERB")]))).Message);
    }

    [Fact]
    public void Phrases_of_any_length_cost_no_more_than_twenty_words()
    {
        string[] words = [.. Enumerable.Repeat("a", 200_000)];
        TaggedSentence Of(int length) => new(words[..length], ["B-X", .. Enumerable.Repeat("I-X", length - 1)]);
        Gazetteer gazetteer = Gazetteer.Fit(new TaggedCorpus("long", [Of(200_000), Of(20), Of(21)], TagScheme.Iob2));
        Assert.Equal(1, gazetteer.Count);
        int[] numbers = gazetteer.Numbers(words);
        Assert.Equal((Number(0, 0), Number(0, 0, false), Number(0, 0)), (numbers[0], numbers[19], numbers[20]));
    }
}
