using System.Diagnostics;
using Google.Protobuf;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Tests;

/// <summary>A file that is damaged or hostile is one clear error, soon and without much memory.</summary>
public class MalformedTests
{
    static byte[] Field(int number, byte[] content)
    {
        using var buffer = new MemoryStream();
        var output = new CodedOutputStream(buffer);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return buffer.ToArray();
    }

    static void Refused(byte[] bytes, string? word = null, OnnxMap? map = null)
    {
        var model = new TwoLayers(3, 5, 4);
        float[] before = model.Parameters.Snapshot();
        var error = Assert.Throws<InvalidDataException>(() => OnnxImport.Load(model, bytes, map));
        Assert.DoesNotContain('\n', error.Message);
        if (word is not null)
            Assert.Contains(word, error.Message);
        Assert.Equal(before, model.Parameters.Snapshot());
    }

    [Fact]
    public void Other_files_are_recognized()
    {
        Refused([], "no nodes");
        Refused("this is not a model"u8.ToArray());
        Refused([0x3a, 0xff, 0xff, 0xff, 0xff, 0x07], "damaged");
        Refused([0x3d, 1, 2, 3, 4], "of another type");
        Refused(Field(7, Field(1, Field(4, "LSTM"u8.ToArray()))), "do not pair up");
    }

    [Fact]
    public void Files_without_a_length_are_not_opened_and_those_of_PyTorch_are_named()
    {
        var model = new TwoLayers(3, 5, 4);
        if (File.Exists("/dev/zero"))
        {
            Assert.Contains("a pipe or a device", Assert.Throws<InvalidDataException>(() => OnnxImport.Load(model, "/dev/zero")).Message);
            Assert.Contains("a pipe or a device", Assert.Throws<InvalidDataException>(() => OnnxTensor.Read("/dev/zero")).Message);
        }
        string path = Path.GetTempFileName();
        try
        {
            foreach (byte[] begin in new byte[][] { [(byte)'P', (byte)'K', 3, 4], [0x80, 2] })
            {
                File.WriteAllBytes(path, [.. begin, .. Enumerable.Repeat<byte>(97, 60)]);
                Assert.Contains("safetensors.torch.save_file", Assert.Throws<InvalidDataException>(() => PyTorchWeights.Load(model, path)).Message);
            }
            File.WriteAllBytes(path, [.. Enumerable.Repeat<byte>(97, 60)]);
            Assert.Contains("not a safetensors file", Assert.Throws<InvalidDataException>(() => PyTorchWeights.Load(model, path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Hostile_files_cost_little()
    {
        var clock = Stopwatch.StartNew();
        // An attribute that holds a graph, that holds a node, that holds an attribute…
        byte[] deep = Field(1, []);
        for (int i = 0; i < 40; i++)
            deep = Field(1, Field(5, Field(6, deep)));
        Refused(Field(7, deep), "nested deeper");
        Refused(Field(7, [.. Enumerable.Repeat<byte[]>([0x0a, 0x00], ProtoReader.MaximumMessages + 10).SelectMany(b => b)]), "parts");

        // Shapes whose product overflows, or is more than there is.
        foreach (long[] shape in new long[][] { [1L << 62, 4, 0], [-1, 4], [1 << 20, 1 << 10], [3, 4, 1] })
        {
            var model = new OnnxModel();
            model.Graph.Initializer.Add(TensorProto.Of("W", new float[8], shape));
            model.Node("LSTM", "m", [model.Input("x"), "W", "W"], ["y"]);
            Refused(model.ToBytes(), "'W'", new() { ["first"] = "m" });
        }

        // A value that is made of itself, and one that doubles a hundred times.
        var cycle = new OnnxModel();
        cycle.Node("Concat", "a", ["p", "p"], ["q"], AttributeProto.Of("axis", 0));
        cycle.Node("Concat", "b", ["q", "q"], ["p"], AttributeProto.Of("axis", 0));
        cycle.Node("MatMul", "m", [cycle.Input("x"), "p"], ["y"]);
        Refused(cycle.ToBytes(), "do not pair up");
        var doubling = new OnnxModel();
        doubling.Tensor("v0", new float[1000], 10, 100);
        for (int i = 0; i < 60; i++)
            doubling.Node("Concat", $"c{i}", [$"v{i}", $"v{i}", $"v{i}", $"v{i}"], [$"v{i + 1}"], AttributeProto.Of("axis", 0));
        doubling.Node("MatMul", "m", [doubling.Input("x"), "v60"], ["y"]);
        Refused(doubling.ToBytes());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public void Damaged_files_are_one_clear_error()
    {
        var random = new Random(8);
        byte[][] sources = [OnnxExport.ToBytes(new TwoLayers(3, 5, 4)), OnnxGraphTests.Chain("MatMul").ToBytes()];
        var model = new TwoLayers(3, 5, 4);
        float[] before = model.Parameters.Snapshot();
        int failures = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] whole = sources[i % 2];
            byte[] damaged = random.Next(4) == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int n = 1 + random.Next(6); n > 0 && damaged.Length > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (Record.Exception(() => OnnxImport.Load(model, damaged, i % 2 == 0 ? null : new() { ["first"] = "/lstm/LSTM" })) is not { } error)
                continue;
            failures++;
            Assert.True(error is InvalidDataException && !error.Message.Contains('\n') && error.Message.Length < 2000, error.ToString());
            model.Parameters.Restore(before);
        }
        Assert.True(failures > 300, $"{failures} of 2000 were refused.");
    }

    [Fact]
    public void A_long_name_around_many_graphs_costs_little()
    {
        byte[] Named(int field, string text) => Field(field, System.Text.Encoding.UTF8.GetBytes(text));
        byte[] layer = Field(1, [.. Named(2, "y"), .. Named(4, "LSTM")]), attribute = Field(5, [.. Named(1, "then_branch"), .. Field(6, layer)]);
        byte[] bytes = Field(7, Field(1, [.. Named(3, new string('n', 1 << 20)), .. Named(4, "If"), .. Enumerable.Repeat(attribute, 10_000).SelectMany(a => a)]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(bytes, "layers 'y'", new() { ["first"] = "y" });
        Refused(bytes, "do not pair up");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256L << 20);
    }

    [Fact]
    public void A_name_that_no_file_can_hold_is_not_changed_but_refused() => Assert.Contains("half of a surrogate pair", Assert.Throws<ArgumentException>(() =>
        OnnxExport.ToBytes(new TwoLayers(3, 5, 4), new() { OutputName = "y" + (char)0xD83D })).Message);

    [Fact]
    public void A_file_is_named_and_replaced_as_a_whole()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl").FullName;
        try
        {
            string path = Path.Combine(folder, "model.onnx");
            var model = new TwoLayers(3, 5, 4);
            Assert.Throws<FileNotFoundException>(() => OnnxImport.Load(model, path));
            OnnxExport.Save(model, path);
            byte[] written = File.ReadAllBytes(path);
            Assert.Equal(OnnxExport.ToBytes(model), written);
            OnnxImport.Load(model, path);
            model.Parameters["head.b"][0] = float.NaN;
            Assert.Contains("'head.b'", Assert.Throws<InvalidOperationException>(() => OnnxExport.Save(model, path)).Message);
            Assert.Equal(written, File.ReadAllBytes(path));
            File.WriteAllText(path, "no model");
            Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => OnnxImport.Load(model, path)).Message);
            Assert.Single(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
