using RnnDsl.Keras;

namespace RnnDsl.Onnx.Tests;

/// <summary>
/// HDF5 files that h5py 3.7 (HDF5 1.10.8) wrote, as Keras does: in its default format and in the latest one. In both data set number d has values (i mod 97) / 128 − d/4, the
/// fourth as doubles; beside them a soft link to itself, a second name of a group, whole numbers, a scalar and a group of small data sets.
/// </summary>
public class HdfTests
{
    static readonly (string Name, long[] Shape)[] Layers =
        [("layers/gru/cell/vars/0", [6, 21]), ("layers/gru/cell/vars/1", [7, 21]), ("layers/gru/cell/vars/2", [2, 21]), ("layers/dense/vars/0", [7, 4]), ("layers/dense/vars/1", [4])];

    static string At(string name, [System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Fixtures", name);

    [Theory]
    [InlineData("h5py.weights.h5", 20)]
    [InlineData("h5py-latest.weights.h5", 3)]
    public void What_h5py_wrote_is_read(string file, int many)
    {
        using var source = new HdfSource(File.OpenRead(At(file)));
        for (int d = 0; d < Layers.Length; d++)
        {
            Assert.Equal(Layers[d].Shape, source.Shapes[Layers[d].Name]);
            float[] values = source.Read(Layers[d].Name);
            Assert.Equal([.. Enumerable.Range(0, values.Length).Select(i => i % 97 / 128f - 0.25f * d)], values);
        }
        Assert.Equal(2.5f, Assert.Single(source.Read("scalar")));
        Assert.Equal(Enumerable.Range(0, many).Select(i => (float)i), Enumerable.Range(0, many).Select(i => Assert.Single(source.Read($"many/v{i}"))));
        Assert.Equal(source.Read("layers/gru/cell/vars/0"), source.Read("hard/cell/vars/0"));
        Assert.Contains("Data set 'int' holds int", Assert.Throws<InvalidDataException>(() => source.Read("int")).Message);
        Assert.DoesNotContain(source.Shapes.Keys, name => name.StartsWith("soft", StringComparison.Ordinal));
        Assert.Equal(Layers.Length + 3 + 2 + many, source.Shapes.Count);
    }

    static HdfType Float(int bytes, int fraction, int exponent, int bias, bool bigEndian) => new(new HdfReader(
    [
        0x11, (byte)(0x20 | (bigEndian ? 1 : 0)), (byte)(8 * bytes - 1), 0, (byte)bytes, 0, 0, 0, 0, 0, (byte)(8 * bytes), 0,
        (byte)fraction, (byte)exponent, 0, (byte)fraction, (byte)bias, (byte)(bias >> 8), 0, 0,
    ]));

    static double Value(HdfType type, byte[] littleEndian, bool bigEndian) => type.Value(bigEndian ? [.. littleEndian.Reverse()] : littleEndian);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Floats_of_every_usual_size_are_read_in_either_order_of_bytes(bool bigEndian)
    {
        HdfType half = Float(2, 10, 5, 15, bigEndian), brain = Float(2, 7, 8, 127, bigEndian), single = Float(4, 23, 8, 127, bigEndian), real = Float(8, 52, 11, 1023, bigEndian);
        Assert.Equal((bigEndian ? "big-endian " : "") + "float16", half.Name);
        var random = new Random(6);
        for (int i = 0; i <= ushort.MaxValue; i++)
        {
            Assert.Equal((double)BitConverter.UInt16BitsToHalf((ushort)i), Value(half, BitConverter.GetBytes((ushort)i), bigEndian));
            Assert.Equal(BitConverter.Int32BitsToSingle(i << 16), Value(brain, BitConverter.GetBytes((ushort)i), bigEndian));
            float number = BitConverter.Int32BitsToSingle((int)random.NextInt64());
            Assert.Equal(number, Value(single, BitConverter.GetBytes(number), bigEndian));
            double large = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            Assert.Equal(large, Value(real, BitConverter.GetBytes(large), bigEndian));
        }
    }

    [Fact]
    public void Big_endian_data_of_a_file_are_read()
    {
        byte[] bytes = File.ReadAllBytes(At("h5py.weights.h5"));
        byte[] type = [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0];
        int found = 0;
        for (int i = 0; i + type.Length < bytes.Length; i++)
            if (bytes.AsSpan(i, type.Length).SequenceEqual(type))
            {
                bytes[i + 1] |= 1;
                found++;
            }
        Assert.True(found > 3);
        using var usual = new HdfSource(File.OpenRead(At("h5py.weights.h5")));
        using var turned = new HdfSource(new MemoryStream(bytes));
        static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
        Assert.Equal(Array.ConvertAll(Bits(usual.Read(Layers[0].Name)), System.Buffers.Binary.BinaryPrimitives.ReverseEndianness), Bits(turned.Read(Layers[0].Name)));
    }
}
