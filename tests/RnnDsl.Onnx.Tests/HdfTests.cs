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
}
