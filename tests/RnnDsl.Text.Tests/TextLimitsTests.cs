using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace RnnDsl.Text.Tests;

/// <summary>What a file may cost its reader: bytes, lines and columns are bounded, and a refusal names the file, the limit and the option that raises it.</summary>
public sealed class TextLimitsTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    static readonly Dictionary<string, Func<string, TextOptions, object>> readers = new()
    {
        ["conll"] = (path, text) => ConllFile.Read(path, new ConllOptions { Text = text }),
        ["conllu"] = (path, text) => ConllFile.Read(path, new ConllOptions { Text = text }),
        ["tsv"] = (path, text) => LabeledTextFile.Read(path, new LabeledTextOptions { Text = text }),
        ["csv"] = (path, text) => LabeledTextFile.Read(path, new LabeledTextOptions { Text = text }),
        ["jsonl"] = (path, text) => LabeledTextFile.Read(path, new LabeledTextOptions { Text = text }),
        ["json"] = (path, text) => LabeledTextFile.Read(path, new LabeledTextOptions { Text = text }),
        ["pairs"] = (path, text) => ParallelTextFile.Read(path, new ParallelTextOptions { Text = text }),
        ["moses"] = (path, text) => ParallelTextFile.Read(path, path, new ParallelTextOptions { Text = text }),
        ["vec"] = (path, text) => WordVectors.Read(path, new WordVectorOptions { Text = text }),
    };

    static string Line(string kind, int i) => kind switch
    {
        "conll" => "a O\n",
        "conllu" => "1\ta\ta\tNOUN\t_\t_\t0\troot\t_\t_\n\n",
        "csv" => i == 0 ? "text,label\n" : "a b,x\n",
        "jsonl" => """{"text":"a b","label":"x"}""" + "\n",
        "json" => (i == 0 ? "[" : ",") + """["a b","x"]""",
        "vec" => $"word{i} 1 2\n",
        _ => "a b\tx\n",
    };

    string Packed(string kind, int lines, string end = "")
    {
        string path = files.Named($"data.{kind}.gz");
        using var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest), new UTF8Encoding(false));
        for (int i = 0; i < lines; i++)
            writer.Write(Line(kind, i));
        writer.Write(end.Length > 0 ? end : kind == "json" ? "]" : "");
        return path;
    }

    public static TheoryData<string> Kinds => [.. readers.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void More_bytes_or_lines_than_the_options_allow_are_refused(string kind)
    {
        string path = Packed(kind, 1000);
        readers[kind](path, new TextOptions { MaximumLines = 2000 });
        string message = Assert.Throws<InvalidDataException>(() => readers[kind](path, new TextOptions { MaximumLines = 999 })).Message;
        Assert.Contains(path, message);
        Assert.Matches("has more than 999 (lines|elements): cut it, or raise TextOptions.MaximumLines", message);
        message = Assert.Throws<InvalidDataException>(() => readers[kind](path, new TextOptions { MaximumBytes = 3000 })).Message;
        Assert.Contains(path, message);
        Assert.Matches("has more than 3000 bytes( when unpacked)?: cut it, or raise TextOptions.MaximumBytes", message);
    }

    [Theory]
    [InlineData("conll", "a O X\n")]
    [InlineData("tsv", "a b\tx\t1\n")]
    [InlineData("csv", "a b,x,1\n")]
    [InlineData("jsonl", """{"text":"a b","label":"x","id":1}""")]
    [InlineData("json", """,["a b","x",1]]""")]
    [InlineData("vec", "")]
    public void More_columns_than_the_options_allow_are_refused(string kind, string wide)
    {
        string message = Assert.Throws<InvalidDataException>(() => readers[kind](Packed(kind, 10, wide), new TextOptions { MaximumColumns = 2 })).Message;
        Assert.Contains("more than 2 columns. Raise TextOptions.MaximumColumns", message);
    }

    /// <summary>Some 10 kB of gzip that become 2.5 million words: refused before they have filled the memory. The default is ten times as many.</summary>
    [Fact]
    public void A_packed_file_of_millions_of_words_ends_in_bounded_memory()
    {
        string path = files.Named("bomb.conll.gz");
        using (var packed = new GZipStream(File.Create(path), CompressionLevel.Optimal))
        {
            byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a O\n", 1 << 14)));
            for (int i = 0; i < 153; i++)
                packed.Write(block);
        }
        Assert.InRange(new FileInfo(path).Length, 5_000, 100_000);
        long before = Process.GetCurrentProcess().PeakWorkingSet64;
        Assert.Equal(20_000_000, new TextOptions().MaximumLines);
        var options = new ConllOptions { Text = new TextOptions { MaximumLines = 2_000_000 } };
        Assert.Contains("more than 2000000 lines", Assert.Throws<InvalidDataException>(() => ConllFile.Read(path, options)).Message);
        Assert.InRange(Process.GetCurrentProcess().PeakWorkingSet64 - before, 0, 256 << 20);
    }

    [Fact]
    public void A_stream_that_nothing_keeps_has_no_limit_of_lines() =>
        Assert.Equal(1000, TextFile.ReadLines(Packed("tsv", 1000), new TextOptions { MaximumLines = 10 }).Count());
}
