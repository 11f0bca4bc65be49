using System.Buffers.Binary;
using System.Text;
using RnnDsl.Storage;

namespace RnnDsl.Runtime.Tests.Storage;

public class SafetensorsFileTests
{
    /// <summary>A file of this header and so many bytes of data.</summary>
    static byte[] File(string json, int dataBytes) => File(Encoding.UTF8.GetBytes(json), new byte[dataBytes]);

    static byte[] File(byte[] json, byte[] data)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        return [.. prefix, .. json, .. data];
    }

    static SafetensorsFile Open(byte[] bytes) => new(new MemoryStream(bytes));

    static byte[] Write(
        (string, long[])[] tensors, float[][] values, params (string, string)[] metadata)
    {
        var stream = new MemoryStream();
        SafetensorsFile.Write(stream, tensors, i => values[i], metadata.Select(m => KeyValuePair.Create(m.Item1, m.Item2)));
        return stream.ToArray();
    }

    [Fact]
    public void TheBytesAreTheFormats()
    {
        byte[] bytes = Write([("w", [1, 2]), ("b", []), ("层\"", [1])], [[1, -2], [0.5f], [3]], ("k", "v<é>"));
        const string Header =
            """{"__metadata__":{"k":"v<é>"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}"""
            + ""","b":{"dtype":"F32","shape":[],"data_offsets":[8,12]},"层\"":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""";
        byte[] text = Encoding.UTF8.GetBytes(Header);
        int padded = (text.Length + 7) / 8 * 8;
        Assert.NotEqual(text.Length, padded);   // else the padding is not tested
        byte[] expected =
        [
            (byte)padded, (byte)(padded >> 8), 0, 0, 0, 0, 0, 0,
            .. text, .. Enumerable.Repeat((byte)' ', padded - text.Length),
            0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f, 0, 0, 0x40, 0x40,
        ];
        Assert.Equal(expected, bytes);
    }

    [Fact]
    public void RandomTensorsComeBack()
    {
        var random = new Random(8);
        for (int trial = 0; trial < 30; trial++)
        {
            (string, long[])[] tensors = [.. Enumerable.Range(0, random.Next(6)).Select(i => (
                $"t{i}.{new string('x', random.Next(9))}",
                Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(0, 40)).ToArray()))];
            float[][] values = [.. tensors.Select(t =>
                Enumerable.Range(0, (int)t.Item2.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f).ToArray())];
            byte[] bytes = Write(tensors, values, ("a", "1"), ("b", ""));
            using SafetensorsFile file = Open(bytes);
            Assert.Equal(tensors.Length, file.Tensors.Count);
            Assert.Equal("1", file.Metadata["a"]);
            Assert.Equal("", file.Metadata["b"]);
            for (int i = 0; i < tensors.Length; i++)
            {
                Tensor tensor = file.Find(tensors[i].Item1)!;
                Assert.Equal(tensors[i].Item2, tensor.Shape);
                var read = new float[tensor.Length];
                file.Read(tensor, read);
                Assert.Equal(values[i], read);
            }
        }
    }

    [Fact]
    public void OtherFloatsAreReadToo()
    {
        // 1.5 and -2 as F64, F16 and BF16, in another order than the data, and spaces before the padding.
        byte[] data =
        [
            0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0,
            0x00, 0x3e, 0x00, 0xc0,
            0xc0, 0x3f, 0x00, 0xc0,
            7, 0, 0, 0,
        ];
        byte[] json = Encoding.UTF8.GetBytes(
            """
            {"i":{"dtype":"I32","shape":[1],"data_offsets":[24,28]}, "b":{"shape":[2],"data_offsets":[20,24],"dtype":"BF16"},
             "h":{"dtype":"F16","shape":[2],"data_offsets":[16,20]}, "d":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}}
            """);
        using SafetensorsFile file = Open(File(json, data));
        Assert.Equal(["d", "h", "b", "i"], file.Tensors.Select(t => t.Name));
        Assert.Empty(file.Metadata);
        foreach (string name in new[] { "d", "h", "b" })
        {
            var values = new float[2];
            file.Read(file.Find(name)!, values);
            Assert.Equal([1.5f, -2f], values);
        }
        string message = Assert.Throws<InvalidDataException>(() => file.Read(file.Find("i")!, new float[1])).Message;
        Assert.Contains("i I32 [1] does not hold", message);
        Assert.Throws<ArgumentException>(() => file.Read(file.Find("d")!, new float[3]));
        Assert.Null(file.Find("none"));
    }

    [Fact]
    public void LongTensorsAreReadInChunks()
    {
        float[] values = [.. Enumerable.Range(0, 100_003).Select(i => (float)i)];
        using SafetensorsFile file = Open(Write([("v", [values.Length])], [values]));
        var read = new float[values.Length];
        file.Read(file.Tensors[0], read);
        Assert.Equal(values, read);
    }

    [Theory]
    [InlineData("", 0, "The header is not valid JSON")]
    [InlineData("[]", 0, "StartObject was expected")]
    [InlineData("{", 0, "The header is not valid JSON")]
    [InlineData("{} x", 0, "The header is not valid JSON")]
    [InlineData("{} {}", 0, "The header is not valid JSON")]
    [InlineData("{}", 4, "0 bytes of data, but there are 4: something follows them")]
    [InlineData("""{"a":1}""", 0, "tensor 'a': StartObject was expected, not Number")]
    [InlineData("""{"a":{}}""", 0, "'a' lacks its dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "4 bytes of data, but there are 3: the file is cut short")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "F32 of shape [2] needs 8 bytes, but the header gives it 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "the shape of 'a': an entry is not a count")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "the shape of 'a': an entry is not a count")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "is too large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,4,9223372036854775807],"data_offsets":[0,0]}}""", 0, "is too large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "an entry is not a count")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "are not a begin and an end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "are not a begin and an end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "begins at byte 4 of the data instead of 0: a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "an overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "names 'a' twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'dtype' is unknown or given twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":1}}""", 4, "'extra' is unknown or given twice")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "String was expected, not Number")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "name 'a' twice")]
    [InlineData("""{"__metadata__":{"a":"\ud800"}}""", 0, "The header is not valid JSON")]
    public void WhatIsBrokenIsSaid(string json, int dataBytes, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Open(File(json, dataBytes))).Message);

    [Theory]
    [InlineData("F8_E8M0", 2, 2)]
    [InlineData("F4", 3, 2)]
    [InlineData("F6_E2M3", 4, 3)]
    [InlineData("C64", 2, 16)]
    [InlineData("F33", 2, 5)]       // of a later version of the format
    [InlineData("", 0, 4)]
    public void A_tensor_of_a_type_that_is_not_read_is_refused_only_when_it_is_asked_for(string dtype, int count, int bytes)
    {
        string json = $$"""{"odd":{"dtype":"{{dtype}}","shape":[{{count}}],"data_offsets":[0,{{bytes}}]},"w":{"dtype":"F32","shape":[1],"data_offsets":[{{bytes}},{{bytes + 4}}]} }""";
        using SafetensorsFile file = Open(File(Encoding.UTF8.GetBytes(json), [.. new byte[bytes], 0, 0, 0xc0, 0x3f]));
        var values = new float[1];
        file.Read(file.Find("w")!, values);
        Assert.Equal(1.5f, values[0]);
        Tensor odd = file.Find("odd")!;
        Assert.Equal((count, dtype), (odd.Length, odd.DType));
        Assert.Contains($"odd {dtype} [{count}] does not hold", Assert.Throws<InvalidDataException>(() => file.Read(odd, new float[count])).Message);
    }

    [Fact]
    public void The_size_of_a_known_type_that_is_not_read_is_checked_too() => Assert.Contains("F4 of shape [3] needs 2 bytes",
        Assert.Throws<InvalidDataException>(() => Open(File("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,3]}}""", 3))).Message);

    [Theory]
    [InlineData("half^", "text")]
    [InlineData("name", "^half")]
    [InlineData("name", "one ^ two")]
    public void A_half_of_a_surrogate_pair_in_metadata_is_refused_and_not_changed(string key, string value)
    {
        // An attribute cannot hold one either.
        (key, value) = (key.Replace('^', '\ud83d'), value.Replace('^', '\udc00'));
        using var folder = new TemporaryFolder();
        string path = folder.File("kept");
        System.IO.File.WriteAllText(path, "as before");
        Assert.Contains("half of a surrogate pair at index", Assert.Throws<ArgumentException>(() => AtomicFile.Write(path, stream =>
            SafetensorsFile.Write(stream, [], _ => [], [KeyValuePair.Create(key, value)]))).Message);
        Assert.Equal("as before", System.IO.File.ReadAllText(path));
        Assert.Throws<ArgumentException>(() => Write([(value + key, [])], [[1]]));
        Assert.Throws<ArgumentException>(() => new RnnDsl.Sequences.Scaler([value + key], [0], [1]).ToJson());
    }

    [Fact]
    public void Random_texts_come_back_or_are_refused()
    {
        var random = new Random(9);
        int refused = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(6) switch
            {
                0 => (char)random.Next(0xD800, 0xE000), 1 => '\uFFFD', 2 => (char)random.Next(0x20), 3 => (char)random.Next(0x10000), _ => (char)random.Next(128),
            }));
            try
            {
                using SafetensorsFile file = Open(Write([], [], ("k" + text, text)));
                Assert.Equal(KeyValuePair.Create("k" + text, text), Assert.Single(file.Metadata));
            }
            catch (ArgumentException)
            {
                refused++;
                Assert.Contains(text, char.IsSurrogate);
            }
        }
        Assert.InRange(refused, 500, 2500);
    }

    [Fact]
    public void What_could_not_be_read_again_is_not_written()
    {
        Assert.Contains("'k' twice", Assert.Throws<ArgumentException>(() => Write([], [], ("k", "1"), ("k", "2"))).Message);
        Assert.Contains("'w' is taken", Assert.Throws<ArgumentException>(() => Write([("w", []), ("w", [])], [[1], [2]])).Message);
        Assert.Contains("'__metadata__' is taken", Assert.Throws<ArgumentException>(() => Write([("__metadata__", [])], [[1]])).Message);
    }

    [Fact]
    public void BrokenBeginningsAreRefused()
    {
        Assert.Contains("too few", Message([]));
        Assert.Contains("too few", Message([1, 0, 0, 0, 0, 0, 0]));
        Assert.Contains("cut short or not a safetensors file", Message([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]));
        Assert.Contains("cut short or not a safetensors file", Message("PK and so on, something else"u8.ToArray()));
        Assert.Contains("not valid JSON", Message(File([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)'}'], [])));

        static string Message(byte[] bytes) => Assert.Throws<InvalidDataException>(() => Open(bytes)).Message;
    }

    [Fact]
    public void FilesAreNamed()
    {
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(Path.Combine(Path.GetTempPath(), "none.safetensors")));
        using var folder = new TemporaryFolder();
        string path = folder.File("x.safetensors");
        System.IO.File.WriteAllBytes(path, new byte[4]);
        Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message);
        System.IO.File.Delete(path);
    }
}
