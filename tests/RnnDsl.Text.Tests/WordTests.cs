namespace RnnDsl.Text.Tests;

/// <summary>Words, letters, forms and vocabularies.</summary>
public class WordTests
{
    [Theory]
    [InlineData("Mr. Smith doesn't live in the U.S. anymore.", "Mr. Smith does n't live in the U.S. anymore .")]
    [InlineData("John's \"well-known\" price: $1,234.50 (up 3%)!", "John 's \" well-known \" price : $ 1,234.50 ( up 3% ) !")]
    [InlineData("see https://example.org/a?b=1. @user #tag a.b@c.de ...", "see https://example.org/a?b=1 . @user #tag a.b@c.de ...")]
    [InlineData("我爱北京。", "我 爱 北 京 。")]
    [InlineData("good 👍🏽👍🏽 :)", "good 👍🏽 👍🏽 :)")]
    [InlineData("ein Straßencafé in Zürich", "ein Straßencafé in Zürich")]
    [InlineData("on 2024-05-06 at 12:30", "on 2024-05-06 at 12:30")]
    [InlineData("naïve cafe\u0301", "naïve cafe\u0301")]
    [InlineData(" \t\r\n\u0000", "")]
    [InlineData("", "")]
    public void Raw_text_is_split_as_corpora_do(string text, string words)
    {
        Assert.Equal(words, string.Join(' ', WordTokenizer.Split(text)));
        foreach (Token token in WordTokenizer.Tokens(text))
            Assert.Equal(token.Word, text.Substring(token.Start, token.Word.Length));
    }

    [Fact]
    public void Any_text_is_split_in_time_and_nothing_but_spaces_is_lost()
    {
        var random = new Random(2);
        for (int round = 0; round < 300; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => random.Next(6) switch
            {
                0 => " ", 1 => char.ConvertFromUtf32(random.Next(0x20, 0x7f)), 2 => char.ConvertFromUtf32(random.Next(0xa1, 0xd7ff)), 3 => "👩‍👩‍👧", 4 => "a'", _ => char.ConvertFromUtf32(random.Next(0x4e00, 0x9fff)),
            }));
            string kept = string.Concat(text.Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c)));
            Assert.Equal(kept, string.Concat(string.Concat(WordTokenizer.Split(text)).Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c))));
        }
        foreach (string odd in new[] { new string('a', 100_000), new string('-', 100_000), new string('.', 100_000), string.Concat(Enumerable.Repeat("a-", 50_000)), string.Concat(Enumerable.Repeat("1,", 50_000)), string.Concat(Enumerable.Repeat("a.", 50_000)) })
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            Assert.NotEmpty(WordTokenizer.Split(odd));
            Assert.True(clock.Elapsed.TotalSeconds < 20, $"{odd[..4]}… took {clock.Elapsed.TotalSeconds:F1} s");
        }
    }

    [Fact]
    public void Letters_are_what_a_reader_sees()
    {
        Assert.Equal(["a", "b"], TextElements.Split("ab"));
        Assert.Equal(["👍🏽", "é", "e\u0301", "中"], TextElements.Split("👍🏽ée\u0301中"));
        Assert.Empty(TextElements.Split(""));
        string[] cut = TextElements.Split(new string('x', 5000) + new string('y', 5000), 32);
        Assert.Equal(new string('x', 16) + new string('y', 16), string.Concat(cut));
    }

    [Theory]
    [InlineData("house", 1)]
    [InlineData("House", 2)]
    [InlineData("HOUSE", 3)]
    [InlineData("I", 4)]
    [InlineData("iPhone", 5)]
    [InlineData("1,234", 6)]
    [InlineData("B2B", 7)]
    [InlineData("!?", 0)]
    [InlineData("中国", 0)]
    [InlineData("👍🏽", 0)]
    [InlineData("", 0)]
    public void Shapes(string word, int shape) => Assert.Equal(shape, WordForms.Shape(word));

    [Fact]
    public void Forms()
    {
        Assert.Equal("covid-00", WordForms.Folded("COVID-19"));
        Assert.Equal("ing", WordForms.Suffix("Running"));
        Assert.Equal("in", WordForms.Suffix("In"));
        Assert.Equal("y中👍🏽", WordForms.Suffix("xy中👍🏽"));
    }

    [Fact]
    public void Vocabularies_count_and_number()
    {
        Vocabulary words = Vocabulary.Count("b a b c b a".Split(' '), minCount: 2, also: ["z", "a"]);
        Assert.Equal([Vocabulary.Unknown, "b", "a", "z"], words.Entries);
        Assert.Equal([1, 2, 0, 3], words.Numbers(["b", "a", "c", "z"]));
        Assert.Equal([Vocabulary.Unknown, "b"], Vocabulary.Count("b a b c b a".Split(' '), maxCount: 1).Entries);
        Assert.Equal(0, words.Number(Vocabulary.Unknown));
        Vocabulary labels = Vocabulary.Closed(["no", "yes"]);
        Assert.Equal([1, -1], labels.Numbers(["yes", "maybe"]));
        Assert.Throws<ArgumentException>(() => Vocabulary.Closed([]));
        Assert.Equal([Vocabulary.Unknown, "a"], Vocabulary.Count(["a", "\ud83d", "b\ude00"]).Entries);
        Assert.Contains("half of a surrogate pair", Assert.Throws<ArgumentException>(() => Vocabulary.Closed(["\ud83d"])).Message);
        Assert.Contains("'a' stands twice", Assert.Throws<ArgumentException>(() => Vocabulary.Closed(["a", "a"])).Message);
    }

    [Fact]
    public void A_language_model_has_each_next_word_as_target()
    {
        string[][] texts = [["The", "bank", "rises"], ["The", "mill"], ["alone"], ["the", "bank", "rises", "2", "times"]];
        TextEncoder encoder = TextEncoder.Fit(texts);
        Assert.Equal(0, encoder.Labels.Size);
        RnnDsl.Sequences.Dataset data = encoder.EncodeNext(texts);
        Assert.Equal(3, data.Count);
        Assert.Equal([2, 1, 4], data["next"].Lengths);
        Assert.Equal([.. new[] { "the", "bank" }.Select(encoder.WordNumber), encoder.WordNumber("the"), .. new[] { "the", "bank", "rises" }.Select(encoder.WordNumber), 0], data["words"].ToArray().Select(v => (int)v));
        Assert.Equal([encoder.WordNumber("bank"), encoder.WordNumber("rises"), 0, encoder.WordNumber("bank"), encoder.WordNumber("rises"), 0, 0], data["next"].ToArray().Select(v => (int)v));
        Assert.Equal(encoder.ToJson(), TextEncoder.FromJson(encoder.ToJson()).ToJson());
        Assert.Throws<ArgumentException>(() => encoder.EncodeNext([["alone"], []]));
    }
}
