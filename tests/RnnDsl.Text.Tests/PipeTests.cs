using System.IO.Compression;
using System.IO.Pipes;
using System.Text;
using RnnDsl.Data;

namespace RnnDsl.Text.Tests;

/// <summary>Files that are pipes, as <c>&lt;(…)</c> of a shell and <c>/dev/stdin</c>: nobody can go back in them, and they have no length.</summary>
public sealed class PipeTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    static byte[] Packed(string text)
    {
        var bytes = new MemoryStream();
        using (var stream = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    /// <summary>What a reader makes of a pipe. The bytes come in two portions, of which the first may end within what tells the format.</summary>
    T Read<T>(byte[] bytes, int first, string name, Func<string, T> read)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        Task writing = Task.Run(() =>
        {
            try
            {
                pipe.Write(bytes, 0, Math.Min(first, bytes.Length));
                pipe.Write(bytes.AsSpan(Math.Min(first, bytes.Length)));
            }
            catch (IOException)
            {
                // The reader has refused the rest.
            }
            finally
            {
                // The end of the reader stays open: by it the pipe has its name.
                pipe.SafePipeHandle.Dispose();
            }
        });
        // The name tells some readers the format.
        string link = files.Named(name);
        File.Delete(link);
        File.CreateSymbolicLink(link, $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}");
        T result = read(link);
        pipe.DisposeLocalCopyOfClientHandle();
        writing.Wait();
        return result;
    }

    static readonly Dictionary<string, (string Text, Func<string, string> Read)> readers = new()
    {
        ["a.conll"] = ("Anna B-PER\nruns O\n\nLima B-LOC\n", path => string.Join(" | ", ConllFile.Read(path))),
        ["a.csv"] = ("text,label\n\"one, two\",a\nthree,b\n", path => string.Join(" | ", LabeledTextFile.Read(path).Select(t => t.Text + t.Labels[0]))),
        ["a.tsv"] = ("one two\ta\nthree\tb\n", path => string.Join(" | ", LabeledTextFile.Read(path).Select(t => t.Text + t.Labels[0]))),
        ["a.jsonl"] = ("{\"text\":\"one\",\"label\":\"a\"}\n", path => string.Join(" | ", LabeledTextFile.Read(path).Select(t => t.Text + t.Labels[0]))),
        ["a.json"] = ("[[\"one\",\"a\"]]", path => string.Join(" | ", LabeledTextFile.Read(path).Select(t => t.Text + t.Labels[0]))),
        ["a.txt"] = ("one\tuno\ntwo\tdos\n", path => string.Join(" | ", ParallelTextFile.Read(path))),
        ["a.vec"] = ("one 1 2\ntwo 3 4\n", path => WordVectors.Read(path).ToString()!),
        ["b.csv"] = ("a,b\n1,2\n3,4\n", path => string.Join(" | ", CsvSeries.Read(path).Values.ToArray())),
    };

    public static TheoryData<string> Names => [.. readers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Pipes_are_read_as_files_are(string name)
    {
        if (!OperatingSystem.IsLinux())
            return; // Elsewhere an anonymous pipe has no name.
        (string text, Func<string, string> read) = readers[name];
        string expected = read(files.Write(name, text));
        foreach (int first in new[] { 1, 3, 1000 })
        {
            Assert.Equal(expected, Read(Encoding.UTF8.GetBytes(text), first, name, read));
            Assert.Equal(expected, Read(Packed(text), first, name, read));
            Assert.Equal(expected, Read([.. Packed(text[..5]), .. Packed(text[5..])], first, name, read));
        }
    }

    [Fact]
    public void Broken_pipes_are_refused_as_broken_files_are()
    {
        if (!OperatingSystem.IsLinux())
            return; // Elsewhere an anonymous pipe has no name.
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"word{i}\tO\n"));
        byte[] packed = Packed(text);
        Assert.Contains("gzip data are broken or cut short", Message(packed[..(packed.Length / 2)], new ConllOptions()));
        var small = new ConllOptions { Text = new TextOptions { MaximumBytes = 100_000 } };
        Assert.Contains("has more than 100000 bytes when unpacked: cut it", Message(packed, small));
        Assert.Contains("has more than 100000 bytes: cut it", Message(Encoding.UTF8.GetBytes(text), small));
        Assert.Contains("has no line with a word: it is empty", Message([], small));

        string Message(byte[] bytes, ConllOptions options) =>
            Read(bytes, 2, "c.conll", path => Assert.Throws<InvalidDataException>(() => ConllFile.Read(path, options)).Message);
    }
}
