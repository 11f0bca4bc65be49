namespace RnnDsl.Text.Tests;

/// <summary>Files of texts and their labels.</summary>
public sealed class LabeledTextTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    static string Shown(LabeledCorpus corpus) => string.Join(" | ", corpus.Select(t => $"{t.Text}: {string.Join('+', t.Labels)}"));

    const string Expected = "I like it: good | this, too: good | bad, \"very\" bad: bad";

    [Theory]
    [InlineData("a.csv", "text,category\nI like it,good\n\"this, too\",good\n\"bad, \"\"very\"\" bad\",bad\n")]
    [InlineData("a.csv.gz", "label;sentence\ngood;I like it\ngood;this, too\nbad;\"bad, \"\"very\"\" bad\"\n")]
    [InlineData("a.tsv", "good\tI like it\ngood\tthis, too\nbad\tbad, \"very\" bad\n")]
    [InlineData("a.txt", "I like it\tgood\nthis, too\tgood\r\nbad, \"very\" bad\tbad\n\n")]
    [InlineData("SMSCollection", "good\tI like it\ngood\tthis, too\nbad\tbad, \"very\" bad")]
    [InlineData("a.jsonl", "{\"text\":\"I like it\",\"label\":\"good\"}\n{\"label\":\"good\",\"text\":\"this, too\"}\n\n{\"text\":\"bad, \\\"very\\\" bad\",\"label\":\"bad\"}\n")]
    [InlineData("a.json", "[[\"I like it\",\"good\"],[\"this, too\",\"good\"],[\"bad, \\\"very\\\" bad\",\"bad\"]]")]
    [InlineData("a.json.gz", "[{\"id\":1,\"intent\":\"good\",\"utterance\":\"I like it\"},{\"id\":2,\"intent\":\"good\",\"utterance\":\"this, too\"},{\"id\":3,\"intent\":\"bad\",\"utterance\":\"bad, \\\"very\\\" bad\"}]")]
    public void Each_form_is_read(string name, string text) => Assert.Equal(Expected, Shown(LabeledTextFile.Read(files.Write(name, text))));

    [Fact]
    public void Columns_and_parts_are_named()
    {
        string csv = files.Write("b.csv", "id,title,body,kind\n1,short,a long text of many words,x\n2,small,another long text,y\n");
        Assert.Equal("a long text of many words: x | another long text: y", Shown(LabeledTextFile.Read(csv, new LabeledTextOptions { TextColumn = "body", LabelColumn = "kind" })));
        Assert.Equal("1: x | 2: y", Shown(LabeledTextFile.Read(csv, new LabeledTextOptions { TextColumn = "0", LabelColumn = "3" })));
        Assert.Contains("no column 'bdy'. Did you mean 'body'?", Assert.Throws<ArgumentException>(() => LabeledTextFile.Read(csv, new LabeledTextOptions { TextColumn = "bdy" })).Message);
        string json = files.Write("b.json", "{\"train\":[[\"hello\",\"x\"],[\"hello you\",\"y\"]],\"test\":[[\"bye\",\"y\"],[\"bye bye\",\"x\"]]}");
        Assert.Equal("bye: y | bye bye: x", Shown(LabeledTextFile.Read(json, new LabeledTextOptions { Part = "test" })));
        Assert.Contains("train, test", Assert.Throws<InvalidDataException>(() => LabeledTextFile.Read(json)).Message);
    }

    [Theory]
    [InlineData("e.csv", "text,label\nhello,x\nbye,y\n")]
    [InlineData("e.tsv", "text\tlabel\nhello\tx\nbye\ty\n")]
    [InlineData("e.jsonl", "{\"text\":\"hello\",\"label\":\"x\"}\n{\"text\":\"bye\",\"label\":\"y\"}\n")]
    [InlineData("e.json", "[[\"hello\",\"x\"],[\"bye\",\"y\"]]")]
    public void A_part_that_a_file_does_not_have_is_refused(string name, string text)
    {
        string path = files.Write(name, text);
        foreach (Func<string, LabeledTextOptions, LabeledCorpus> read in new Func<string, LabeledTextOptions, LabeledCorpus>[] { LabeledTextFile.Read, LabeledTextFile.ReadTexts })
            Assert.StartsWith($"{path} has no part 'zz'", Assert.Throws<InvalidDataException>(() => read(path, new LabeledTextOptions { Part = "zz" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f.csv", "text\nhello you\n\"bye, bye\"\n", "'text'")]
    [InlineData("f.csv.gz", "hello you\n\"bye, bye\"\n", "")]
    [InlineData("f.tsv", "Message\nhello you\nbye, bye\n", "'Message'")]
    [InlineData("f.jsonl", "{\"text\":\"hello you\"}\n{\"text\":\"bye, bye\"}\n", "'text'")]
    [InlineData("f.json", "[{\"said\":\"hello you\"},{\"said\":\"bye, bye\"}]", "'said'")]
    public void Texts_that_need_no_labels_may_be_the_only_column(string name, string text, string column)
    {
        string path = files.Write(name, text);
        LabeledCorpus corpus = LabeledTextFile.ReadTexts(path);
        Assert.Equal("hello you:  | bye, bye: ", Shown(corpus));
        Assert.Contains($"the only column {column}".TrimEnd() + ";", Assert.Single(corpus.Findings), StringComparison.Ordinal);
        Assert.Contains("at least two", Assert.Throws<InvalidDataException>(() => LabeledTextFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("has no column 'x'", Assert.Throws<ArgumentException>(() => LabeledTextFile.ReadTexts(path, new LabeledTextOptions { TextColumn = "x" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_may_have_several_labels()
    {
        LabeledCorpus corpus = LabeledTextFile.Read(files.Write("c.tsv", "a first text\t3,10\tid1\na second text\t7\tid2\na third text\t7\tid3\n"), new LabeledTextOptions { LabelColumn = "1", LabelSeparator = ',' });
        Assert.Equal("a first text: 3+10 | a second text: 7 | a third text: 7", Shown(corpus));
        Assert.True(corpus.HasSeveralLabels);
        Assert.Equal("ha: x+y | ho: x", Shown(LabeledTextFile.Read(files.Write("c.jsonl", "{\"text\":\"ha\",\"labels\":[\"x\",\"y\"]}\n{\"text\":\"ho\",\"labels\":[\"x\"]}"))));
        TextEncoder encoder = TextEncoder.Fit(corpus);
        Assert.Equal([1f, 1f, 0f, 0f, 0f, 1f, 0f, 0f, 1f], encoder.Encode(corpus)["labels"].ToArray());
    }

    [Theory]
    [InlineData("d.csv", "", "is empty")]
    [InlineData("d.csv", "text,label\n", "has a header but no texts")]
    [InlineData("d.json", "[{\"text\":null,\"label\":null}]", "has no texts: the text of its row is empty")]
    [InlineData("d.csv", "text,label\n,x\n,y\n", "has no texts: the text of each of its 2 rows is empty")]
    [InlineData("d.csv", "text,label\nhello,x\nbye\n", "line 3: 1 field where the header has 2")]
    [InlineData("d.csv", "text,label\nhi, how are you,greeting\n", "line 2: 3 fields where the header has 2. In a .csv file, a text with the separator in it stands in quotes")]
    [InlineData("d.csv", "text,label\n\"a\nb\",x\na,b,c,d\n", "line 4: 4 fields where the header has 2")]
    [InlineData("d.tsv", "one text\tx\nanother\ttext\ty\n", "line 2: 3 fields where the first row has 2")]
    [InlineData("d.json", "[[\"a text\",\"b\"],[\"c\",\"b\",\"d\"]]", "element 1: 3 fields where the first row has 2")]
    [InlineData("d.csv", "text,label\n\"hello,x\nbye,y\n", "quote that is not closed")]
    [InlineData("d.txt", "hello\nbye\n", "a text and its label are at least two")]
    [InlineData("d.jsonl", "{\"text\":\"a\",\"label\":\"b\"}\n{\"text\":\"a\"}\n", "line 2: there is no property 'label'")]
    [InlineData("d.jsonl", "{\"text\":\"a\",\"label\":\"b\"}\n{\"text\n", "line 2: this is no JSON")]
    [InlineData("d.json", "5", "neither an array nor an object of arrays")]
    [InlineData("d.jsonl", "{\"text\":\"a\",\"label\":\"b\"}\n{\"text\":{\"en\":\"hello\"},\"label\":\"b\"}\n", "line 2: the text is a JSON object, or an array with one, not a text: '{\"en\":\"hello\"}'. LabeledTextOptions.TextColumn")]
    [InlineData("d.jsonl", "{\"text\":[\"a\",\"b\"],\"label\":\"b\"}\n", "line 1: the text is a JSON array, not a text: 'a b'")]
    [InlineData("d.json", "[[\"a\",\"b\"],[\"c\",[[\"b\"]]]]", "element 1: the label is a JSON object, or an array with one")]
    [InlineData("d.json", "[{\"text\":\"a\",\"label\":{\"name\":\"b\"}}]", "element 0: the label is a JSON object")]
    public void What_is_wrong_is_said_with_its_line(string name, string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => LabeledTextFile.Read(files.Write(name, text))).Message);

    [Fact]
    public void A_word_has_at_least_two_letters_and_an_ending_one() =>
        Assert.All(new Action[] { () => _ = new TextEncoderOptions { MaxLetters = 1 }, () => _ = new TextEncoderOptions { SuffixLetters = 0 } }, set => Assert.Throws<ArgumentOutOfRangeException>(set));

    [Theory]
    [InlineData("e.csv", "text,label\nhello,\nbye,x\nwell,  \n,x\n", 2)]
    [InlineData("e.tsv", "text\tlabel\nhello\t\nbye\tx\nwell\t \n \tx\n", 2)]
    [InlineData("e.jsonl", "{\"text\":\"hello\",\"label\":null}\n{\"text\":\"bye\",\"label\":[\"x\"]}\n{\"text\":\"well\",\"label\":[]}\n{\"text\":null,\"label\":\"x\"}\n", 1)]
    public void Texts_without_a_label_are_kept_and_named(string name, string text, int first)
    {
        LabeledCorpus corpus = LabeledTextFile.Read(files.Write(name, text));
        Assert.Equal("hello:  | bye: x | well: ", Shown(corpus));
        Assert.Contains(corpus.Findings, f => f.StartsWith($"2 texts have no label, first line {first}.", StringComparison.Ordinal));
        Assert.Contains(corpus.Findings, f => f.StartsWith("1 row without a text was left out, first line ", StringComparison.Ordinal));
    }

    [Fact]
    public void Columns_that_are_found_are_no_objects() => Assert.Equal("hello: x",
        Shown(LabeledTextFile.Read(files.Write("f.jsonl", "{\"origin\":{\"where\":\"a long description of no use\"},\"said\":\"hello\",\"mood\":\"x\"}"))));

    [Fact]
    public void Splits_keep_the_shares_of_labels()
    {
        LabeledCorpus corpus = new("texts", [.. Enumerable.Range(0, 100).Select(i => new LabeledText($"text {i}", i % 10 == 0 ? "rare" : "usual"))]);
        (LabeledCorpus first, LabeledCorpus second) = corpus.Split(0.8, seed: 1);
        Assert.Equal((80, 20, 8, 2), (first.Count, second.Count, first.Count(t => t.Labels[0] == "rare"), second.Count(t => t.Labels[0] == "rare")));
        Assert.Equal("text 30", corpus.SplitAt(30).Second[0].Text);
        Assert.Throws<ArgumentException>(() => corpus.SplitAt(100));
        Assert.Throws<ArgumentException>(() => corpus.Split(1));
    }

    [Fact]
    public void Folds_have_each_text_once_and_keep_the_shares_of_labels()
    {
        LabeledCorpus corpus = new("texts", [.. Enumerable.Range(0, 103).Select(i => new LabeledText($"text {i}", i % 10 == 0 ? "rare" : "usual"))]);
        IReadOnlyList<(LabeledCorpus Train, LabeledCorpus Test)> folds = corpus.Folds(10, seed: 1);
        Assert.Equal(corpus.Select(t => t.Text).Order(), folds.SelectMany(f => f.Test).Select(t => t.Text).Order());
        foreach ((LabeledCorpus train, LabeledCorpus test) in folds)
        {
            Assert.Equal(corpus.Select(t => t.Text).Order(), train.Concat(test).Select(t => t.Text).Order());
            Assert.InRange(test.Count, 10, 11);
            Assert.InRange(test.Count(t => t.Labels[0] == "rare"), 1, 2);
        }
        Assert.Equal(folds[3].Test.Select(t => t.Text), corpus.Folds(10, seed: 1)[3].Test.Select(t => t.Text));
        Assert.NotEqual(folds[3].Test.Select(t => t.Text), corpus.Folds(10, seed: 2)[3].Test.Select(t => t.Text));
        Assert.Throws<ArgumentException>(() => corpus.Folds(1));
        Assert.Throws<ArgumentException>(() => corpus.Folds(104));
    }

    [Fact]
    public void A_stream_of_bytes_is_read_line_by_line_and_what_is_no_text_is_named()
    {
        Assert.Equal(["one", "zwölf", ""], TextFile.ReadLines(new MemoryStream([.. "\uFEFFone\r\nzwölf\n\n"u8])).Select(l => l.Text));
        var broken = new MemoryStream([.. "one\ntwo "u8, 0xFF, (byte)'\n']);
        var answered = new List<string>();
        string message = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (TextLine line in TextFile.ReadLines(broken, name: "standard input"))
                answered.Add(line.Text);
        }).Message;
        Assert.StartsWith("standard input, line 2: the bytes are no UTF-8. The text must be converted first", message);
        Assert.DoesNotContain("TextOptions", message);
        Assert.Equal(["one"], answered);
        Assert.EndsWith("line 1: it has more than 3 characters. Break it into lines.", Assert.Throws<InvalidDataException>(() => TextFile.ReadLines(new MemoryStream([.. "abcde"u8]), new TextOptions { MaximumLine = 3 }).ToList()).Message);
    }

    [Theory]
    [InlineData("text,label\n\"where is it\n said \"\"he\"\", then; left\",good\n\"and; then\",bad\n", "where is it\n said \"he\", then; left: good | and; then: bad")]
    [InlineData("label,text\ngood,\"one; two\"\nbad,\"three; four\"\n", "one; two: good | three; four: bad")]
    [InlineData("label;text\ngood;\"one, two\"\nbad;\"three, four\"\n", "one, two: good | three, four: bad")]
    [InlineData("text,label\none; two,good\nthree; four,bad\n", "one; two: good | three; four: bad")]
    [InlineData("text;label\na screen of 12,\";good\na screen of 13,\";bad\n", "a screen of 12,\": good | a screen of 13,\": bad")]
    public void The_separator_is_found_outside_of_quotes(string text, string expected) =>
        Assert.Equal(expected, Shown(LabeledTextFile.Read(files.Write("g.csv", text))));

    [Theory]
    [InlineData("h.csv", "id,stars,comment\n0,1,\"where is it\"\n1,3,\"hello, you\"\n2,1,why\n", "where is it: 1 | hello, you: 3 | why: 1")]
    [InlineData("h.tsv", "remark\tpoints\nwhere is it\t1\nhello\t2\n", "where is it: 1 | hello: 2")]
    [InlineData("h.tsv", "remark\tkind\twhen\nwhere is it now\ta\t2024-01-01\nhello to you\tb\t2024-01-02\nwhy is that so\ta\t2024-01-03\n", "where is it now: a | hello to you: b | why is that so: a")]
    [InlineData("h.tsv", "good one\tx\nbad two\ty\n", "good one: x | bad two: y")]
    public void Names_above_numbers_or_times_are_a_header(string name, string text, string expected) =>
        Assert.Equal(expected, Shown(LabeledTextFile.Read(files.Write(name, text))));

    [Theory]
    [InlineData("text,label\nI like it,good\nthis too,good\nit is bad,bad\n", "0", "1")]
    [InlineData("text,label\nI like it,good\nthis too,good\nit is bad,bad\n", "0", null)]
    [InlineData("text,label\nI like it,good\nthis too,good\nit is bad,bad\n", null, "1")]
    [InlineData("remark,label\nI like it,good\nthis too,good\nit is bad,bad\n", "0", "1")]
    [InlineData("I like it,good\nthis too,good\nit is bad,bad\n", "0", "1")]
    [InlineData("I like it,good\nthis too,good\nit is bad,bad\n", null, null)]
    public void A_header_is_one_also_where_columns_have_numbers(string text, string? texts, string? labels) => Assert.Equal("I like it: good | this too: good | it is bad: bad",
        Shown(LabeledTextFile.Read(files.Write("j.csv", text), new LabeledTextOptions { TextColumn = texts, LabelColumn = labels })));

    [Fact]
    public void A_label_column_that_is_found_has_more_than_one_value()
    {
        LabeledCorpus corpus = LabeledTextFile.Read(files.Write("l.csv", "id,comment_text,toxic,severe\n1,one long text,0,0\n2,another long text,1,0\n3,a third long text,0,0\n"));
        Assert.Equal(["0", "1", "0"], corpus.Select(t => Assert.Single(t.Labels)));
        Assert.Contains("nothing can be learnt from one label", string.Join(' ', LabeledTextFile.Read(files.Write("m.csv", "text,label\none,x\ntwo,x\n")).Findings));
        Assert.Contains(".jsonl", Assert.Throws<InvalidDataException>(() => LabeledTextFile.Read(files.Write("n.json", "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b\", \"label\": 2}\n"))).Message);
    }

    [Fact]
    public void Texts_without_labels_are_lines_or_rows_and_texts_with_one_label_measure()
    {
        Assert.Equal(["one two", "three"], LabeledTextFile.ReadTexts(files.Write("o.txt", "one two\n\nthree\n")).Select(t => t.Text));
        Assert.Equal(["one", "two"], LabeledTextFile.ReadTexts(files.Write("o.tsv", "text\tlabel\none\tx\ntwo\ty\n")).Select(t => t.Text));
        Assert.Throws<InvalidDataException>(() => LabeledTextFile.ReadTexts(files.Write("p.txt", "\n")));
        Assert.Equal("two", Assert.Single(new LabeledCorpus("c", [new("one"), new("two", "x")]).WithOneLabel()).Text);
        Assert.Contains("'two' has 2 labels", Assert.Throws<InvalidDataException>(() => new LabeledCorpus("c", [new("two", "x", "y")]).WithOneLabel()).Message);
        Assert.Contains("no text has a label", Assert.Throws<InvalidDataException>(() => new LabeledCorpus("c", [new("one")]).WithOneLabel()).Message);
    }

    [Fact]
    public void Labels_that_differ_in_case_alone_are_found() =>
        Assert.Contains("'Good' and 'good' differ in the case of letters alone", string.Join(' ', LabeledTextFile.Read(files.Write("k.csv", "text,label\none,Good\ntwo,good\nthree,bad\n")).Findings));

    [Fact]
    public void Empty_fields_at_the_end_may_be_more_and_without_a_name_may_be_fewer()
    {
        Assert.Equal("one: x | two: y", Shown(LabeledTextFile.Read(files.Write("i.csv", "text,label\none,x,,\ntwo,y\n"))));
        Assert.Equal("one: x | two: y", Shown(LabeledTextFile.Read(files.Write("i.csv", "text,label,,\none,x,,\ntwo,y\n"))));
    }
}
