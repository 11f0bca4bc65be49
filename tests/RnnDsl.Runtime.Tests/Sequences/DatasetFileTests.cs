using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Runtime.Tests.Sequences;

/// <summary>Data sets in files: what comes back, what is refused, and what happens to those who still read a file that was closed.</summary>
public sealed class DatasetFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    string File => folder.File("data.safetensors");

    public void Dispose() => folder.Dispose();

    static Dataset EveryKind() => new(
        Column.Scalars("a", 1, 2, 3), Column.Vectors("b", [1, 2], [3, 4], [5, 6]), Column.Sequences("c", 2, [1, 2, 3, 4], [5, 6], [7, 8, 9, 10, 11, 12]), Column.OneHot("d", 5, [1, -1], [4], [0, 3, 2]),
        Column.OneHot("e", 4, [3, 0, -1]), Column.Sequences("f", 2, [[[1, 2], [3, 4, 5, 6]], [[7, 8]], [[9, 10], [11, 12]]]), Column.OneHot("g", 6, [[[1], [2, 3]], [[5]], [[-1, 0], [4]]]));

    static void Same(Dataset expected, Dataset actual)
    {
        Assert.Equal(expected.ToString(), actual.ToString());
        for (int c = 0; c < expected.Columns.Count; c++)
        {
            (Column before, Column after) = (expected.Columns[c], actual.Columns[c]);
            Assert.Equal((before.Name, before.Kind, before.Width, before.Stride, before.Units, before.Parts is null), (after.Name, after.Kind, after.Width, after.Stride, after.Units, after.Parts is null));
            Assert.Equal(before.ToArray(), after.ToArray());
            Assert.Equal(before.Lengths, after.Lengths);
            for (int i = 0; before.Parts is not null && i < before.Count; i++)
                for (int step = 0; step < before.Lengths[i]; step++)
                    Assert.Equal(before.Parts.Lengths[before.Starts[i] + step], after.Parts!.Lengths[after.Starts[i] + step]);
        }
    }

    [Fact]
    public void EveryKindOfColumnComesBack()
    {
        DatasetFile.Write(File, EveryKind());
        using DatasetFile file = DatasetFile.Open(File);
        Same(EveryKind(), file.Data);
    }

    [Fact]
    public void PartsBecomeOneDataSetAndAreEnumeratedOnce()
    {
        int enumerated = 0;
        IEnumerable<Dataset> Parts()
        {
            for (int i = 0; i < 3; i++, enumerated++)
                yield return EveryKind().Select([i]);
            yield return EveryKind().Select([2, 0]);
        }
        DatasetFile.Write(File, Parts());
        Assert.Equal(3, enumerated);
        using DatasetFile file = DatasetFile.Open(File);
        Same(Dataset.Join(EveryKind(), EveryKind().Select([2, 0])), file.Data);
    }

    [Theory]
    [InlineData(1), InlineData(7)]
    public void WindowsStillShareOneBuffer(int parts)
    {
        var series = new TimeSeries(["load"], [.. Enumerable.Range(0, 1000).Select(i => (float)i)]);
        Dataset windows = Windows.Create(series, new WindowOptions { Length = 100, Horizon = 1, Targets = ["load"], TargetPerStep = true });
        // Whoever has one buffer for both, as where the scales of input and target are equal.
        Column x = windows["x"], y = windows["y"];
        windows = new Dataset(x, new Column { Name = "y", Kind = y.Kind, Width = 1, Stride = 1, Values = x.Values, Starts = y.Starts, Lengths = y.Lengths });
        int each = (windows.Count + parts - 1) / parts;
        DatasetFile.Write(File, Enumerable.Range(0, parts).Select(p => windows.Range(p * each, Math.Min(each, windows.Count - p * each))));
        using DatasetFile file = DatasetFile.Open(File);
        Same(windows, file.Data);
        Assert.True(file.Data["x"].Values.Equals(file.Data["y"].Values));
        Assert.InRange(file.Data["x"].Values.Length, 1000, 1000 + (parts - 1) * 101);
    }

    [Fact]
    public void OnlyUsedValuesAreWritten()
    {
        Dataset large = new(Column.Sequences("x", 3, [.. Enumerable.Range(0, 500).Select(i => Enumerable.Repeat((float)i, 30).ToArray())]));
        DatasetFile.Write(File, large.Select([400, 7, 400]));
        using DatasetFile file = DatasetFile.Open(File);
        Same(large.Select([400, 7, 400]), file.Data);
        Assert.Equal(60, file.Data["x"].Values.Length);
    }

    [Fact]
    public void OtherProgramsFindTensorsThatAreAligned()
    {
        DatasetFile.Write(File, EveryKind());
        using SafetensorsFile file = SafetensorsFile.Open(File);
        Assert.Equal([3, 2], file.Find("b.values")!.Shape);
        Assert.Equal(("I32", 3L), (file.Find("c.starts")!.DType, file.Find("c.starts")!.Length));
        Assert.NotNull(file.Find("f.parts.lengths"));
        Assert.All(file.Tensors, tensor => Assert.Equal(0, (file.DataStart + tensor.Begin) % 4));
    }

    [Fact]
    public void WhatCannotBeWrittenIsRefusedAndTheOldFileStays()
    {
        DatasetFile.Write(File, EveryKind());
        byte[] before = System.IO.File.ReadAllBytes(File);
        Column Of(int start, int length) => new() { Name = "x", Kind = ValueKind.Sequence, Width = 2, Stride = 2, Values = new float[10], Starts = [start], Lengths = [length] };
        foreach ((IEnumerable<Dataset> data, string message) in new (IEnumerable<Dataset>, string)[]
            {
                ([], "There are no examples"), ([EveryKind().Select([])], "There are no examples"), ([new Dataset(Of(4, 4))], "Sequence 0 of column 'x' begins at 4 and has 4 steps"), ([new Dataset(Of(-1, 1))], "begins at -1"),
                ([new Dataset(Of(0, 0))], "Example 0 of column 'x' has no steps"), ([EveryKind(), new Dataset(Column.Scalars("a", 1))], "has no column 'b'"),
                ([new Dataset(Column.Scalars("a", 1)), new Dataset(Column.Vectors("a", [1, 2]))], "Column 'a' has scalars in the first data set and vectors of 2 values in another: make the columns alike."),
                ([new Dataset(Of(0, 2)), new Dataset(Column.OneHot("x", 3, [[0, 2]]))], "Column 'x' has sequences of 2 values in the first data set and one-hot sequences of 3 units in another"),
            })
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => DatasetFile.Write(File, data)).Message);
        IEnumerable<Dataset> Failing()
        {
            yield return EveryKind();
            throw new TimeoutException();
        }
        Assert.Throws<TimeoutException>(() => DatasetFile.Write(File, Failing()));
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
        Assert.Equal([File], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void AColumnOfMoreThanAnArrayCanHoldIsRefused()
    {
        using var writer = new DatasetFileWriter(folder.Path) { MostFloats = 5 };
        writer.Add(new Dataset(Column.Scalars("a", 1, 2, 3)));
        Assert.Contains("write several files", Assert.Throws<ArgumentException>(() => writer.Add(new Dataset(Column.Scalars("a", 1, 2, 3)))).Message);
    }

    [Fact]
    public void WhatIsNoDataSetIsRefused()
    {
        Assert.Throws<FileNotFoundException>(() => DatasetFile.Open(File));
        DatasetFile.Write(File, EveryKind());
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.StartsWith(File, Refused(), StringComparison.Ordinal);
        }
        using (FileStream stream = System.IO.File.Create(File))
            SafetensorsFile.Write(stream, [("x", [2])], _ => [1f, 2], []);
        Assert.Contains("This is no data set", Refused());
        foreach ((string text, string other, string message) in new[]
            {
                ("\\\"version\\\":1", "\\\"version\\\":7", "version 7"), ("vector", "tensor", "unknown kind 'tensor'"), ("\\\"width\\\":2", "\\\"width\\\":0", "cannot have 0 values a step"), ("\\\"d.values\\\"", "\\\"q.values\\\"", "'q.values' is missing"),
            })
        {
            string latin = System.Text.Encoding.Latin1.GetString(whole);
            Assert.Contains(text, latin);
            System.IO.File.WriteAllBytes(File, System.Text.Encoding.Latin1.GetBytes(latin.Replace(text, other, StringComparison.Ordinal)));
            Assert.Contains(message, Refused());
        }
        string Refused() => Assert.Throws<InvalidDataException>(() => DatasetFile.Open(File)).Message;
    }

    [Theory]
    [InlineData("c.starts", 100), InlineData("c.starts", -1), InlineData("c.starts", int.MaxValue), InlineData("c.lengths", 0), InlineData("c.lengths", int.MaxValue), InlineData("b.lengths", 2), InlineData("f.starts", 5),
     InlineData("f.lengths", 6), InlineData("f.parts.starts", 11)]
    public void ASequenceBeyondItsValuesIsRefused(string tensor, int number)
    {
        DatasetFile.Write(File, EveryKind());
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        using (SafetensorsFile file = SafetensorsFile.Open(File))
            BitConverter.TryWriteBytes(bytes.AsSpan((int)(file.DataStart + file.Find(tensor)!.End - 4)), number);
        System.IO.File.WriteAllBytes(File, bytes);
        string message = Assert.Throws<InvalidDataException>(() => DatasetFile.Open(File)).Message;
        Assert.Contains($"Column '{tensor[0]}': sequence ", message);
    }

    [Fact]
    public void ADamagedFileIsRefusedOrRead()
    {
        DatasetFile.Write(File, EveryKind());
        byte[] whole = System.IO.File.ReadAllBytes(File);
        var random = new Random(3);
        int refused = 0;
        for (int trial = 0; trial < 1000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            System.IO.File.WriteAllBytes(File, damaged);
            try
            {
                using DatasetFile file = DatasetFile.Open(File);
                foreach (Column column in file.Data.Columns)
                    column.ToArray();
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 500, 999);
    }

    [Fact]
    public void AfterDisposeEveryUseIsAnException()
    {
        DatasetFile.Write(File, EveryKind());
        DatasetFile file = DatasetFile.Open(File);
        Dataset data = file.Data;
        using System.Buffers.MemoryHandle pinned = data["b"].Values.Pin();
        file.Dispose();
        file.Dispose();
        Assert.Contains("disposed", Assert.Throws<ObjectDisposedException>(() => data["b"].Step(1, 0).ToArray()).Message);
        Assert.Throws<ObjectDisposedException>(() => data["b"].Values.Pin());
        Assert.Throws<ObjectDisposedException>(() => data["f"].ToArray());
        unsafe
        {
            // Who had begun to read may finish.
            Assert.Equal(6, ((float*)pinned.Pointer)[5]);
        }
    }

    [Fact]
    public void AFileMayBeDeletedAndReplacedWhileItIsRead()
    {
        if (OperatingSystem.IsWindows())
            return;
        DatasetFile.Write(File, EveryKind());
        using DatasetFile file = DatasetFile.Open(File);
        DatasetFile.Write(File, new Dataset(Column.Scalars("other", 1)));
        System.IO.File.Delete(File);
        Same(EveryKind(), file.Data);
    }

    [Fact]
    public void PagesStayMappedAsLongAsAColumnLives()
    {
        if (!OperatingSystem.IsLinux())
            return;
        DatasetFile.Write(File, EveryKind());
        Dataset? data = Opened();
        Collect();
        Assert.True(IsMapped());
        GC.KeepAlive(data);
        data = null;
        for (int i = 0; i < 10 && IsMapped(); i++)
            Collect();
        Assert.False(IsMapped());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        Dataset Opened()
        {
            using DatasetFile file = DatasetFile.Open(File);
            return file.Data;
        }

        bool IsMapped() => System.IO.File.ReadLines("/proc/self/maps").Any(line => line.Contains(File, StringComparison.Ordinal));

        static void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
