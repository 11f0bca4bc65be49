using System.Text;

namespace RnnDsl.Text.Tests;

/// <summary>Files of sentences and their translations.</summary>
public sealed class ParallelTextTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    static string Shown(ParallelCorpus corpus) => string.Join(" | ", corpus.Select(p => $"{p.Source} = {p.Target}"));

    const string Expected = "Good day! = Guten Tag! | It rains. = Es regnet.";

    [Theory]
    [InlineData("a.en", "a.de", "Good day!\nIt rains.\n", "Guten Tag!\nEs regnet.")]
    [InlineData("a.en.gz", "a.de", "\uFEFFGood day!\r\nIt rains.\r\n", " Guten Tag!\t\nEs regnet.\n")]
    public void Two_files_are_read_line_by_line(string source, string target, string first, string second) =>
        Assert.Equal(Expected, Shown(ParallelTextFile.Read(files.Write(source, first), files.Write(target, second))));

    [Theory]
    [InlineData("a.tsv", "Good day!\tGuten Tag!\tTatoeba 1\nIt rains.\tEs regnet.\tTatoeba 2\n", "0", "1")]
    [InlineData("a.tsv.gz", "1\tGuten Tag!\tGood day!\r\n\r\n2\tEs regnet.\tIt rains.", "2", "1")]
    [InlineData("a.txt", "de\ten\nGuten Tag!\tGood day!\nEs regnet.\tIt rains.\n", "EN", "de")]
    [InlineData("a.txt", "de\ten\nGuten Tag!\tGood day!\nEs regnet.\tIt rains.\n", "1", "de")]
    public void One_file_is_read_by_its_columns(string name, string text, string source, string target) =>
        Assert.Equal(Expected, Shown(ParallelTextFile.Read(files.Write(name, text), new ParallelTextOptions { SourceColumn = source, TargetColumn = target })));

    [Fact]
    public void Findings_count_what_is_empty_and_what_repeats()
    {
        ParallelCorpus corpus = ParallelTextFile.Read(files.Write("b.en", "a\n\nb\na\na\n \n"), files.Write("b.de", "x\ny\n\nx\nz\n\n"));
        Assert.Equal("a = x | a = x | a = z", Shown(corpus));
        Assert.Equal(["3 pairs with an empty side were left out, first line 2.", "1 pair repeats an earlier one word for word, first line 4. They are kept; Distinct() leaves them out."], corpus.Findings);
        Assert.Equal("a = x | a = z", Shown(corpus.Distinct()));
        Assert.Equal("x = a | x = a | z = a", Shown(corpus.Reverse()));
    }

    [Fact]
    public void Unequal_numbers_of_lines_are_an_error_that_names_both_and_the_first_without_partner()
    {
        string three = files.Write("c.en", "a\nb\nc\n"), five = files.Write("c.de", "x\ny\nz\nlonely\nv\n");
        foreach ((string source, string target) in new[] { (three, five), (five, three) })
        {
            string message = Assert.Throws<InvalidDataException>(() => ParallelTextFile.Read(source, target)).Message;
            Assert.Contains($"{five} has 5 lines and {three} has 3: line 4 of {five} has no partner ('lonely')", message);
        }
    }

    [Theory]
    [InlineData("d.tsv", "", "no pair of sentences")]
    [InlineData("d.tsv", "a\t\n\tb\n", "only 2 of which one side is empty")]
    [InlineData("d.tsv", "a\tb\nc\n", "line 2: 1 column, but")]
    public void What_is_wrong_is_said_with_its_line(string name, string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ParallelTextFile.Read(files.Write(name, text))).Message);

    [Fact]
    public void Other_bytes_long_lines_and_wrong_columns_are_errors()
    {
        string latin = files.Write("e.tsv", Encoding.Latin1.GetBytes("caf\u00e9\tKaffee\n"));
        Assert.Contains("line 1: the bytes are no UTF-8", Assert.Throws<InvalidDataException>(() => ParallelTextFile.Read(latin)).Message);
        Assert.Equal("café = Kaffee", Shown(ParallelTextFile.Read(latin, new ParallelTextOptions { Text = new TextOptions { Encoding = Encoding.Latin1 } })));
        string wide = files.Write("f.tsv", $"a\tb\n{new string('x', 40_000)}\ty\n");
        Assert.Contains("line 2", Assert.Throws<InvalidDataException>(() => ParallelTextFile.Read(wide, new ParallelTextOptions { Text = new TextOptions { MaximumLine = 10_000 } })).Message);
        string good = files.Write("g.tsv", "en\tde\na\tb\n");
        Assert.Contains("no column 'ed'", Assert.Throws<ArgumentException>(() => ParallelTextFile.Read(good, new ParallelTextOptions { SourceColumn = "ed" })).Message);
        Assert.Contains("no column 2", Assert.Throws<ArgumentException>(() => ParallelTextFile.Read(good, new ParallelTextOptions { TargetColumn = "2" })).Message);
        Assert.Contains("both stand in column 1", Assert.Throws<ArgumentException>(() => ParallelTextFile.Read(good, new ParallelTextOptions { SourceColumn = "1" })).Message);
        Assert.Equal("a\0b = c", Shown(ParallelTextFile.Read(files.Write("h.tsv", "a\0b\tc\n"))));
    }

    [Fact]
    public void No_source_sentence_is_in_both_parts()
    {
        SentencePair[] pairs = [.. Enumerable.Range(0, 1000).Select(i => new SentencePair((i % 3) switch { 0 => $"Sentence {i / 6}", 1 => $"sentence  {i / 6}", _ => $"SENTENCE {i / 6} " }, $"Satz {i}"))];
        var corpus = new ParallelCorpus("pairs", pairs);
        (ParallelCorpus first, ParallelCorpus second) = corpus.Split(0.9, seed: 4);
        Assert.Empty(Keys(first).Intersect(Keys(second)));
        Assert.InRange(second.Count, 90, 100);
        Assert.Equal(pairs.Select(p => p.Target).Order(), first.Concat(second).Select(p => p.Target).Order());
        Assert.Equal(second.Targets, corpus.Split(0.9, seed: 4).Second.Targets);
        Assert.NotEqual(second.Targets, corpus.Split(0.9, seed: 5).Second.Targets);
        (ParallelCorpus rest, ParallelCorpus held) = corpus.HoldOut(60, seed: 1);
        Assert.Equal((940, 60), (rest.Count, held.Count));
        Assert.Empty(Keys(rest).Intersect(Keys(held)));
        Assert.Throws<ArgumentException>(() => corpus.Split(1));
        Assert.Throws<ArgumentException>(() => corpus.HoldOut(1000));

        static IEnumerable<string> Keys(ParallelCorpus part) => part.Sources.Select(s => string.Join(' ', s.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>Both ways to write é look the same; files from macOS have two characters. Another letter is another sentence.</summary>
    [Theory]
    [InlineData("caf\u00e9 na\u00efve", "cafe\u0301 nai\u0308ve", "cafe naive")]
    [InlineData("CAF\u00c9", "cafe\u0301", "caf\u00e8")]
    [InlineData("Vi\u1ec7t", "Vie\u0323\u0302t", "Vi\u00eat")]
    [InlineData("\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud558\uae00")]
    [InlineData("\u304c", "\u304b\u3099", "\u304b")]
    [InlineData("\u0439 \u1f04", "\u0438\u0306 \u03b1\u0313\u0301", "\u0438 \u03b1")]
    [InlineData("x\u0301 \u0301 \ud83d", "X\u0301 \u0301  \ud83d", "x \ud83d")]
    public void Composed_letters_make_no_other_sentence(string one, string same, string another)
    {
        var corpus = new ParallelCorpus("pairs", [.. Enumerable.Range(0, 40).SelectMany(i => new[] { new SentencePair($"{one} {i}", $"{i}"), new SentencePair($"{same} {i}", $"{i}") })]);
        (ParallelCorpus train, ParallelCorpus held) = corpus.HoldOut(20, seed: 3);
        Assert.Equal((60, 20), (train.Count, held.Count));
        Assert.Empty(train.Targets.Intersect(held.Targets));
        Assert.Equal(1, new ParallelCorpus("pairs", [new SentencePair(one, ""), new SentencePair(another, "")]).HoldOut(1).HeldOut.Count);
        Assert.Equal(another, Assert.Single(new ParallelCorpus("pairs", [new SentencePair(one, ""), new SentencePair(another, "")]).Without([same])).Source);
    }
}
