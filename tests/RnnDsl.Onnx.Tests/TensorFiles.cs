using PureHDF;
using RnnDsl.Storage;

namespace RnnDsl.Onnx.Tests;

/// <summary>A folder that is deleted at the end, and tensors for files in it.</summary>
public abstract class TensorFiles : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl").FullName;

    internal Dictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = [];

    public Random Random { get; } = new(3);

    public string At(string name) => Path.Combine(folder, name);

    internal void Add(string name, params long[] shape) =>
        Tensors[name] = (shape, Draw.Floats(Random, (int)shape.Aggregate(1L, (a, b) => a * b), shape.Length > 1 ? 1 / Math.Sqrt(shape[^1]) : 0.7));

    public string Safetensors(string name = "weights.safetensors")
    {
        string path = At(name);
        (string, long[])[] all = [.. Tensors.Select(t => (t.Key, t.Value.Shape))];
        AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, all, i => Tensors[all[i].Item1].Values, []));
        return path;
    }

    /// <summary>Groups and data sets as Keras 3 lays them out, and texts that belong to the whole.</summary>
    public string Hdf(string name = "model.weights.h5", params (string Name, string Text)[] attributes) =>
        Hdf(name, (values, shape) => new H5Dataset<float[]>(values, fileDims: shape), attributes);

    /// <summary>With data sets of other types.</summary>
    internal string Hdf(string name, Func<float[], ulong[], H5Dataset> dataset, params (string Name, string Text)[] attributes)
    {
        var file = new H5File();
        foreach ((string attribute, string text) in attributes)
            file.Attributes[attribute] = text;
        foreach ((string tensor, (long[] shape, float[] values)) in Tensors)
        {
            string[] parts = tensor.Split('/');
            IDictionary<string, object> group = file;
            foreach (string part in parts[..^1])
            {
                if (!group.TryGetValue(part, out object? inner))
                    group.Add(part, inner = new H5Group());
                group = (IDictionary<string, object>)inner;
            }
            group.Add(parts[^1], dataset(values, [.. shape.Select(s => (ulong)s)]));
        }
        string path = At(name);
        file.Write(path);
        return path;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Random sequences: dense for the product, and as doubles for a reference.</summary>
    internal (float[] Dense, double[][][] Steps) Sequences(int[] lengths, int width)
    {
        float[] dense = Draw.Floats(Random, lengths.Sum() * width);
        double[][][] steps = [.. lengths.Select((length, b) => Enumerable.Range(0, length)
            .Select(t => dense.Skip((lengths.Take(b).Sum() + t) * width).Take(width).Select(v => (double)v).ToArray()).ToArray())];
        return (dense, steps);
    }

    internal static float[] Flat(IEnumerable<double[][]> examples) => [.. examples.SelectMany(e => e).SelectMany(s => s).Select(v => (float)v)];
}
