using System.Text;

namespace RnnDsl.Text.Tests;

/// <summary>Files with a word on each line: formats, what is found out, what is wrong with broken ones.</summary>
public sealed class ConllTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    static TaggedCorpus Read(string text, ConllOptions? options = null) => ConllFile.Read(new StringReader(text), options);

    [Theory]
    [InlineData("Anna\tB-PER\nruns\tO\n\nLima\tB-LOC\n")]
    [InlineData("Anna B-PER\nruns O\n\nLima B-LOC")]
    [InlineData("Anna\tB-PER\r\nruns\tO\r\n   \r\n\r\nLima\tB-LOC\r\n\r\n")]
    [InlineData("-DOCSTART- -X- O O\n\nAnna NNP - B-PER\nruns VBZ - O\n\n-DOCSTART- -X- O O\n\nLima NNP - B-LOC\n")]
    [InlineData("# sent_id = 1\n# text = Anna runs\n1\tAnna\tB-PER\t-\t-\n2\truns\tO\t-\t-\n\n# sent_id = 2\n1\tLima\tB-LOC\t-\t-\n")]
    [InlineData("\uFEFFAnna\tB-PER\nruns\tO\n\n\nLima\tB-LOC\n")]
    public void The_usual_layouts_of_columns_are_found(string text)
    {
        TaggedCorpus corpus = Read(text);
        Assert.Equal(["Anna/B-PER runs/O", "Lima/B-LOC"], corpus.Select(s => s.ToString()));
        Assert.Equal(TagScheme.Iob2, corpus.Scheme);
    }

    [Fact]
    public void Words_may_begin_with_a_hash()
    {
        TaggedCorpus corpus = Read("#\tO\n#fun\tO\nLima\tB-LOC\n\n#win\tO\n");
        Assert.Equal(["#/O #fun/O Lima/B-LOC", "#win/O"], corpus.Select(s => s.ToString()));
    }

    const string Universal = """
        # newdoc id = 1
        # text = Don't go to (eat) here
        1-2	Don't	_	_	_	_	_	_	_	_
        1	Do	do	AUX	VB	Mood=Imp	3	aux	3:aux	_
        2	n't	not	PART	RB	_	3	advmod	3:advmod	_
        3	go	go	VERB	VB	_	0	root	0:root	_
        3.1	eat	eat	VERB	VB	_	_	_	3:conj	_
        4	here	here	ADV	RB	_	3	advmod	3:advmod	_

        """;

    [Fact]
    public void Of_universal_dependencies_ranges_and_empty_nodes_are_passed_over()
    {
        Assert.Equal("Do/AUX n't/PART go/VERB here/ADV", Read(Universal).Single().ToString());
        Assert.Equal("do/VB not/RB go/VB here/RB", Read(Universal, new ConllOptions { WordColumn = "lemma", TagColumn = "XPOS" }).Single().ToString());
        Assert.Contains("DEPREL", Assert.Throws<ArgumentException>(() => Read(Universal, new ConllOptions { TagColumn = "DEPRL" })).Message);
    }

    [Fact]
    public void Columns_count_from_either_end()
    {
        Assert.Equal("a/1", Read("a 1 2 B-X\n", new ConllOptions { TagColumn = "1" }).Single().ToString());
        Assert.Equal("a/2", Read("a 1 2 B-X\n", new ConllOptions { TagColumn = "-2" }).Single().ToString());
        Assert.Contains("columns, from 0 to 3", Assert.Throws<ArgumentException>(() => Read("a 1 2 B-X\n", new ConllOptions { TagColumn = "4" })).Message);
    }

    [Fact]
    public void Broken_tags_are_mended_and_told()
    {
        TaggedCorpus corpus = Read("a B-X\nb I-Y\nc O\nd I-X\ne I-X\n\nf B-X\ng I-X\n\nh B-X\n");
        Assert.Equal(["B-X", "B-Y", "O", "B-X", "I-X"], corpus[0].Tags);
        Assert.Contains("2 tags break the scheme Iob2, first near line 2 (I-Y behind B-X)", Assert.Single(corpus.Findings));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("\n\n\n", "has no line with a word")]
    [InlineData("word\nword\n", "is one column")]
    [InlineData("a\tO\nb\n", "line 2: 1 column where other lines have 2")]
    [InlineData("a\tO\n\nb\t\n", "line 3: the tag is empty")]
    [InlineData("a\tO\n\t O\n", "line 2: the word is empty")]
    public void What_is_wrong_is_said_with_its_line(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(text)).Message);

    [Fact]
    public void Packed_files_are_read_and_broken_ones_refused()
    {
        Assert.Equal("Lima/B-LOC", ConllFile.Read(files.Write("a.conll.gz", "Lima\tB-LOC\n")).Single().ToString());
        string packed = files.Write("b.gz", string.Concat(Enumerable.Range(0, 5000).Select(i => $"word{i}\tO\n")));
        byte[] bytes = File.ReadAllBytes(packed);
        File.WriteAllBytes(packed, bytes[..(bytes.Length / 2)]);
        Assert.Contains("gzip data are broken", Assert.Throws<InvalidDataException>(() => ConllFile.Read(packed)).Message);
        string latin = files.Write("c.conll", [.. Encoding.UTF8.GetBytes("Anna\tO\n"), .. Encoding.Latin1.GetBytes("Zürich\tB-LOC\n")]);
        string message = Assert.Throws<InvalidDataException>(() => ConllFile.Read(latin)).Message;
        Assert.Contains("line 2: the bytes are no UTF-8", message);
        Assert.Contains("TextOptions.Encoding", message);
        Assert.Equal("Zürich", ConllFile.Read(latin, new ConllOptions { Text = new TextOptions { Encoding = Encoding.Latin1 } })[0].Words[1]);
        Assert.Throws<FileNotFoundException>(() => ConllFile.Read(files.Named("none.conll")));
    }

    [Fact]
    public void Lines_are_read_in_bounded_memory()
    {
        TextLine[] lines = [.. TextFile.ReadLines(new StringReader("a\r\nb\u0085c\n\nd"))];
        Assert.Equal([new(1, "a"), new(2, "b\u0085c"), new(3, ""), new(4, "d")], lines);
        string wide = new('x', 100_000);
        Assert.Equal([wide, "y"], TextFile.ReadLines(new StringReader(wide + "\ny")).Select(l => l.Text));
        Assert.Contains("line 1: it has more than 1000 characters",
            Assert.Throws<InvalidDataException>(() => TextFile.ReadLines(new StringReader(wide), new TextOptions { MaximumLine = 1000 }).Count()).Message);
    }

    static string FourColumns(string oddTag) => string.Concat(Enumerable.Range(0, 20).Select(i => $"Anna NNP I-NP {(i == 7 ? oddTag : "B-PER")}\nruns VBZ O O\n\n"));

    [Theory]
    [InlineData("0", "O")]
    [InlineData("X-PER", "B-PER")]
    public void One_mistyped_tag_is_mended_and_chooses_no_other_column(string odd, string mended)
    {
        TaggedCorpus corpus = Read(FourColumns(odd));
        Assert.Equal($"Anna/{mended} runs/O", corpus[7].ToString());
        Assert.Equal("Anna/B-PER runs/O", corpus[8].ToString());
        Assert.Contains(corpus.Findings, finding => finding.Contains($"1 of 40 tags is of no scheme, first '{odd}' near line 22", StringComparison.Ordinal));
        Assert.Equal(TagScheme.Iob2, corpus.Scheme);
    }

    [Fact]
    public void Many_tags_of_no_scheme_make_classes()
    {
        string text = string.Concat(Enumerable.Range(0, 20).Select(i => $"Anna {(i % 7 == 0 ? "X-PER" : "B-PER")}\nruns O\n\n"));
        TaggedCorpus corpus = Read(text);
        Assert.Contains("3 of 40 tags are of no scheme, first 'X-PER' near line 1", Assert.Single(corpus.Findings));
        Assert.Null(corpus.Scheme);
        Assert.Equal("Anna/X-PER runs/O", corpus[0].ToString());
    }

    [Theory]
    [InlineData("#\thttp://a.b [2009-10-17]\n1\tAnna\tB-PER\tO\n2\truns\tO\tO\n\n#\tc\n1\tTom\tB-PER\tO\n2\truns\tO\tO\n", "Anna/B-PER runs/O | Tom/B-PER runs/O", "2")]
    [InlineData("# id 0\tdomain=train\nAnna _ _ B-PER\nruns _ _ O\n\n# id 1\tdomain=train\nTom _ _ B-PER\nruns _ _ O\n", "Anna/B-PER runs/O | Tom/B-PER runs/O", null)]
    [InlineData("# Anna and more\nAnna B-PER\nruns O\n\n# B-TAG\nfun O\n", "Anna/B-PER runs/O | #/B-TAG fun/O", null)]
    public void Comments_are_lines_with_other_columns_before_the_words(string text, string expected, string? tag) =>
        Assert.Equal(expected, string.Join(" | ", Read(text, new ConllOptions { TagColumn = tag })));

    [Fact]
    public void Words_are_not_sought_in_columns_that_say_the_same_on_each_line()
    {
        TaggedCorpus corpus = Read("#begin document (x); part 000\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"bc/x 0 0 Anna NNP B-PER\nbc/x 0 1 runs VBZ O\n\n")));
        Assert.Equal("Anna/B-PER runs/O", corpus[0].ToString());
        Assert.Contains("Words are read from column 3", Assert.Single(corpus.Findings));
    }

    [Fact]
    public void Lines_with_further_columns_and_tags_in_another_spelling_are_told()
    {
        Assert.Contains("1 line has more than 2 columns, first line 2", Assert.Single(Read("Anna B-PER\nBerg I-PER more\nruns O\n").Findings));
        foreach (string tags in new[] { "B_PER I_PER O", "PER-B PER-I O", "b-per i-per o" })
            Assert.Contains($"Tags such as '{tags.Split(' ')[0]}' are taken as classes", Assert.Single(Read(string.Concat(tags.Split(' ').Select(t => $"word {t}\n"))).Findings));
        Assert.Contains("carriage return", Assert.Throws<InvalidDataException>(() => Read("Anna B-PER\rBerg I-PER\r")).Message);
    }

    [Fact]
    public void Bilou_is_read_as_bioes()
    {
        TaggedCorpus corpus = Read("Anna U-PER\nin O\nNew B-LOC\nYork I-LOC\nCity L-LOC\n");
        Assert.Equal(TagScheme.Bioes, corpus.Scheme);
        Assert.Equal(["S-PER", "O", "B-LOC", "I-LOC", "E-LOC"], corpus[0].Tags);
        Assert.Empty(corpus.Findings);
    }

    /// <summary>A small test file without entities would by itself be read by the column of the chunks.</summary>
    [Fact]
    public void Other_files_are_read_by_the_columns_of_the_training_file()
    {
        TaggedCorpus train = Read(FourColumns("B-PER"));
        const string test = "Lima NNP I-NP O\nfell VBD O O\n";
        Assert.Equal("Lima/I-NP fell/O", Read(test).Single().ToString());
        Assert.Equal("Lima/O fell/O", Read(test, train.Columns).Single().ToString());
        Assert.Equal(train.Columns, train.Split(0.5).First.Columns);
        Assert.Equal(train.Columns, train.Convert(TagScheme.Bioes).Columns);
        Assert.Contains("has 2 columns, from 0 to 1", Assert.Throws<ArgumentException>(() => Read("Lima O\n", train.Columns)).Message);
    }
}
