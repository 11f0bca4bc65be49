using System.IO.Compression;
using System.Text;

namespace RnnDsl.Examples.Tests;

/// <summary>What a program says, in a sentence, of what it cannot do or does in another way than its user may think.</summary>
public sealed class RefusalTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl-refusals-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>F stands for the file with the text.</summary>
    [Theory]
    [InlineData("Dialogue", "--conversations F --intent-column intent --pair-epochs 1", "question,answer,intent\nhello,hi,small talk\nbye,see you,small talk\nwhen,now,time\nwhere,here,place\n",
        "There are 2 different questions of small talk; at least 20 are needed. F has exchanges of the intent 'small talk', which is special")]
    [InlineData("Dialogue", "--conversations F --slots F", "question,answer\nhello,hi\nbye,see you\n", "F: the line 'question,answer' is one column.")]
    [InlineData("Dialogue", "--train F#zz", "text,intent\nwhen,time\nwhere,place\n", "F has no part 'zz'")]
    [InlineData("Speech", "strings --leave-out nobody", "", "There is no speaker 'nobody'; there are ")]
    [InlineData("Speech", "strings --leave-out all", "", "--leave-out all is for digits alone")]
    [InlineData("Speech", "--leave-out all", "", "--leave-out all is for digits alone")]
    [InlineData("Speech", "adapt --leave-out all", "", "There is no speaker 'all'; there are ")]
    public void It_names_the_file_and_the_way_out(string program, string line, string text, string part)
    {
        string file = Path.Combine(folder, "file.csv");
        File.WriteAllText(file, text);
        Ran ran = Ran.Of(program, [.. line.Split(' ').Select(argument => argument.Replace("F", file, StringComparison.Ordinal)), "--output", Path.Combine(folder, "out")]);
        Assert.Equal(2, ran.ExitCode);
        Assert.StartsWith(part.Replace("F", file, StringComparison.Ordinal), ran.Error, StringComparison.Ordinal);
        Assert.Single(ran.Error.TrimEnd().Split('\n'));
    }

    /// <summary>A transfer that broke off: half of a text would be learned as if it were all.</summary>
    [Fact]
    public void A_packed_text_that_was_cut_short_is_not_learned()
    {
        string file = Path.Combine(folder, "text.gz");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 4000).Select(i => $"line {i} {i * 7919L % 10007}"))));
        File.WriteAllBytes(file, packed.ToArray()[..((int)packed.Length / 2)]);
        Ran ran = Ran.Of("text-generation", ["--text", file, "--output", Path.Combine(folder, "out")]);
        Assert.Equal(2, ran.ExitCode);
        Assert.StartsWith($"{file}: the gzip data are broken or cut short (", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_in_one_of_several_threads_is_told_as_any_other()
    {
        TextWriter error = Console.Error;
        using var written = new StringWriter();
        try
        {
            Console.SetError(written);
            Assert.Equal(2, Failures.Guard(() => Parallel.For(0, 1, _ => throw new InvalidDataException("The file is broken."))));
            Assert.Throws<AggregateException>(() => Failures.Guard(() => Parallel.For(0, 1, _ => throw new NotSupportedException())));
        }
        finally
        {
            Console.SetError(error);
        }
        Assert.Equal("The file is broken.", written.ToString().TrimEnd());
    }

    [Fact]
    public void New_items_without_a_text_are_not_said_to_have_one()
    {
        string first = Path.Combine(folder, "first.csv"), other = Path.Combine(folder, "other.csv"), items = Path.Combine(folder, "items.csv"), model = Path.Combine(folder, "model.safetensors");
        File.WriteAllText(first, Sessions("A", "B", "C"));
        File.WriteAllText(other, Sessions("A", "X", "Y"));
        File.WriteAllText(items, "StockCode,Description\nA,mug\nX,bowl\nY,\n");
        string[] small = ["--epochs", "1", "--vector", "4", "--session-units", "4", "--user-units", "4", "--features", "4", "--validation", "0", "--threads", "1"];
        Assert.Equal("", Ran.Of("Recommendation", ["--data", first, "--output", model, "--no-test", .. small]).Error);
        string plain = Ran.Of("Recommendation", ["--load", model, "--data", other]).Output;
        Assert.DoesNotContain("knows by their texts", plain, StringComparison.Ordinal);
        Assert.Contains("New items without a text and attributes, which the model cannot tell apart: 2. --items names", plain, StringComparison.Ordinal);
        string described = Ran.Of("Recommendation", ["--load", model, "--data", other, "--items", items]).Output;
        Assert.Contains("by their texts and attributes: 1.", described, StringComparison.Ordinal);
        Assert.Contains("cannot tell apart: 1.", described, StringComparison.Ordinal);

        static string Sessions(string a, string b, string c) => "InvoiceDate,CustomerID,Items\n" + string.Concat(Enumerable.Range(1, 28).Select(day => $"2011-01-{day:00},,\"{a}, {b}, {c}\"\n"));
    }
}
