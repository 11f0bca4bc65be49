using System.Buffers.Binary;
using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Runtime.Tests.Storage;

/// <summary>Parameters that are stored in 16 bits.</summary>
public sealed class PrecisionTests : IDisposable
{
    const int Values = 4000;

    sealed class Plain : Module
    {
        protected override ModuleInfo Describe() =>
            new("Plain", [new("hidden", Values)], [new("w", 1, Values, 1, Initial.Xavier, 1), new("gain", 0, 1, 1, Initial.Constant, 1)], [], "5eed");
    }

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static Plain Model()
    {
        var model = new Plain();
        var random = new Random(3);
        foreach (ref float value in model.Parameters["w"])
            value = (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-140, 120)));
        model.Parameters["gain"][0] = 1;
        return model;
    }

    [Fact]
    public void Sixteen_bits_come_back_to_the_nearest_and_take_half_the_room()
    {
        Plain saved = Model(), loaded = new();
        string narrow = folder.File("narrow"), wide = folder.File("wide");
        ModelFile.Save(wide, saved);
        ModelFile.Save(narrow, saved, precision: StoredPrecision.BFloat16);
        ModelFileInfo info = ModelFile.Load(narrow, loaded);
        Assert.Equal(("BF16", "BF16"), (info.Precision, info.Parameters[0].DType));
        Assert.Equal("F32", ModelFile.ReadInfo(wide).Precision);
        for (int i = 0; i < Values; i++)
            Assert.Equal(saved.Parameters["w"][i], loaded.Parameters["w"][i], Math.Max(Math.Abs(saved.Parameters["w"][i]) / 256.0, 4.6e-41));
        Assert.Equal(1, loaded.Parameters["gain"][0]);
        Assert.InRange(new FileInfo(narrow).Length, 2 * Values, 2 * Values + 500);
        // What has been rounded stays: saved once more, the file has the same bytes.
        ModelFile.Save(wide, loaded, precision: StoredPrecision.BFloat16);
        Assert.Equal(File.ReadAllBytes(narrow), File.ReadAllBytes(wide));
    }

    [Fact]
    public void Floats_are_the_default_and_keep_every_bit()
    {
        Plain saved = Model(), loaded = new();
        ModelFile.Save(folder.File("wide"), saved);
        Assert.Equal("F32", ModelFile.Load(folder.File("wide"), loaded).Precision);
        Assert.Equal(saved.Parameters["w"].ToArray(), loaded.Parameters["w"].ToArray());
        Assert.DoesNotContain("precision", System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(folder.File("wide"))));
    }

    [Theory]
    [InlineData(0x3F808000u, 0x3F80)]   // halfway: to the even one below
    [InlineData(0x3F818000u, 0x3F82)]   // halfway: to the even one above
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x3FFFFFFFu, 0x4000)]   // into the next power of two
    [InlineData(0x80000000u, 0x8000)]
    [InlineData(0x00008001u, 0x0001)]
    [InlineData(0x7F7F7FFFu, 0x7F7F)]
    [InlineData(0x7F7F8000u, 0x7F80)]   // too large
    public void Ties_go_to_even(uint bits, int rounded) => Assert.Equal(rounded, BFloat16.Round(BitConverter.UInt32BitsToSingle(bits)));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3.4e38f)]
    public void What_has_no_value_in_sixteen_bits_is_refused(float value)
    {
        Plain model = Model();
        model.Parameters["w"][7] = value;
        Assert.Contains("Not saved as BF16: parameter 'w' is", Assert.Throws<InvalidOperationException>(() =>
            ModelFile.Save(folder.File("none"), model, precision: StoredPrecision.BFloat16)).Message);
        Assert.False(File.Exists(folder.File("none")));
    }

    [Fact]
    public void Damage_is_refused()
    {
        string path = folder.File("narrow");
        ModelFile.Save(path, Model(), precision: StoredPrecision.BFloat16);
        byte[] bytes = Unchecked.Read(path);
        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Contains("cut short", Assert.Throws<InvalidDataException>(() => ModelFile.Load(path, new Plain())).Message);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 4), 0x7FC0);
        File.WriteAllBytes(path, bytes);
        Plain model = Model();
        float[] before = model.Parameters["w"].ToArray();
        Assert.Contains("NaN", Assert.Throws<InvalidDataException>(() => ModelFile.Load(path, model)).Message);
        Assert.Equal(before, model.Parameters["w"].ToArray());
    }

    /// <summary>Matrices of odd sizes, and vectors and numbers beside them.</summary>
    sealed class Odd : Module
    {
        protected override ModuleInfo Describe() => new("Odd", [new("hidden", 5)],
        [
            new("a", 2, 3, 7, Initial.Xavier, 1), new("b", 1, 5, 1, Initial.Xavier, 1), new("c", 2, 5, 5, Initial.Xavier, 1), new("d", 0, 1, 1, Initial.Constant, 1),
            new("e", 2, 5, 3, Initial.Xavier, 1),
        ], [], "0dd5");
    }

    static Odd OddModel()
    {
        var model = new Odd();
        var random = new Random(5);
        foreach (Parameter parameter in model.Parameters.Slices)
            foreach (ref float value in model.Parameters.Of(parameter))
                value = random.NextSingle() - 0.5f;
        return model;
    }

    [Theory]
    [InlineData(StoredPrecision.Float32)]
    [InlineData(StoredPrecision.BFloat16)]
    [InlineData(StoredPrecision.Int8)]
    public void Every_tensor_of_a_file_begins_at_a_multiple_of_its_numbers_size(StoredPrecision precision)
    {
        string path = folder.File("aligned");
        ModelFile.Save(path, OddModel(), precision: precision, metadata: new Dictionary<string, string> { ["note"] = "x" });
        long start = 8 + BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(path));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Contains(file.Tensors, t => t.Length % 2 == 1 && t.DType == precision switch { StoredPrecision.Int8 => "I8", StoredPrecision.BFloat16 => "BF16", _ => "F32" });
        Assert.All(file.Tensors, tensor => Assert.Equal(0, (start + tensor.Begin) % Tensor.BytesOf(tensor.DType)));
    }

    [Fact]
    public void Files_of_bytes_in_the_order_of_the_parameters_are_still_read()
    {
        Odd saved = OddModel(), now = new(), then = new();
        string path = folder.File("bytes");
        ModelFile.Save(path, saved, precision: StoredPrecision.Int8);
        ModelFile.Load(path, now);
        // As earlier versions wrote it: each matrix, then its scales, then the next parameter.
        byte[] bytes = Unchecked.Read(path);
        File.WriteAllBytes(path, bytes);
        int start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        string metadata;
        List<byte> data = [];
        var header = new System.Text.StringBuilder();
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            metadata = System.Text.Json.JsonSerializer.Serialize(file.Metadata);
            foreach (Tensor tensor in file.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
            {
                header.Append($$""","{{tensor.Name}}":{"dtype":"{{tensor.DType}}","shape":[{{string.Join(',', tensor.Shape)}}],"data_offsets":[{{data.Count}},{{data.Count + tensor.End - tensor.Begin}}]}""");
                data.AddRange(bytes.AsSpan(start + (int)tensor.Begin, (int)(tensor.End - tensor.Begin)));
            }
        }
        Assert.Contains("\"a/scale\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[21,33]}", header.ToString());
        byte[] text = System.Text.Encoding.UTF8.GetBytes($$"""{"__metadata__":{{metadata}}{{header}} }""");
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        File.WriteAllBytes(path, [.. prefix, .. text, .. data]);
        ModelFile.Load(path, then);
        Assert.Equal(now.Parameters.Snapshot(), then.Parameters.Snapshot());
    }

    [Fact]
    public void Halves_widen()
    {
        const string Header = """{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""";
        byte[] bytes = [(byte)Header.Length, 0, 0, 0, 0, 0, 0, 0, .. System.Text.Encoding.UTF8.GetBytes(Header), 0x00, 0x3E, 0x00, 0xC0];
        using var file = new SafetensorsFile(new MemoryStream(bytes));
        var values = new float[2];
        file.Read(file.Find("w")!, values);
        Assert.Equal([1.5f, -2], values);
    }
}
