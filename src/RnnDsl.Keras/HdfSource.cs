using PureHDF;
using PureHDF.VOL.Native;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Keras;

/// <summary>The floating-point data sets of an HDF5 file, named by their paths: "layers/lstm/cell/vars/0".</summary>
sealed class HdfSource : TensorSource
{
    const int MaximumDepth = 16, MaximumObjects = 100_000;

    /// <summary>No filter packs more tightly.</summary>
    const ulong MostPacked = 1032;

    const ulong MaximumValues = 1UL << 28;

    readonly NativeFile file;
    readonly Dictionary<string, IH5Dataset> datasets = [];
    readonly Dictionary<string, long[]> shapes = [];
    readonly ulong mostValues;
    int objects;

    public HdfSource(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        var stream = new BoundedStream(File.OpenRead(path));
        try
        {
            mostValues = Math.Min(MaximumValues, MostPacked * (ulong)stream.Length);
            file = Whole(() => H5File.Open(stream));
            Whole(() => Collect(file, "", 0));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, long[]> Shapes => shapes;

    public override float[] Read(string name)
    {
        long count = shapes[name].Aggregate(1L, (a, b) => a * b);
        float[] values = Whole(() => datasets[name].Type.Size == sizeof(double)
            ? Array.ConvertAll(datasets[name].Read<double[]>(), v => (float)v) : datasets[name].Read<float[]>());
        return values.Length == count ? values : throw new InvalidDataException($"Data set '{name}' has {values.Length} values instead of {count}.");
    }

    public override void Dispose() => file.Dispose();

    int Collect(IH5Group group, string path, int depth)
    {
        if (depth > MaximumDepth)
            throw new InvalidDataException($"Its groups are nested deeper than {MaximumDepth}.");
        foreach (IH5Object child in group.Children())
        {
            // Links may lead back: without cycles no file of weights has so many.
            if (++objects > MaximumObjects)
                throw new InvalidDataException($"It has more than {MaximumObjects} groups and data sets.");
            string name = path.Length == 0 ? child.Name : path + "/" + child.Name;
            if (child is IH5Group inner)
                Collect(inner, name, depth + 1);
            else if (child is IH5Dataset { Type: { Class: H5DataTypeClass.FloatingPoint, Size: sizeof(float) or sizeof(double) } } dataset)
                Add(name, dataset);
        }
        return depth;
    }

    void Add(string name, IH5Dataset dataset)
    {
        ulong count = 1;
        foreach (ulong size in dataset.Space.Dimensions)
            if (size > mostValues || (count *= size) > mostValues)
                throw new InvalidDataException($"Data set '{name}' would have more than {mostValues} values, which a file of this length cannot hold.");
        if (!datasets.TryAdd(name, dataset))
            throw new InvalidDataException($"It has two data sets '{name}'.");
        shapes.Add(name, Array.ConvertAll(dataset.Space.Dimensions, d => (long)d));
    }

    /// <summary>The library throws exceptions of many kinds at a damaged file, and runs out of memory where a length in it is wrong.</summary>
    static T Whole<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            throw new InvalidDataException($"It is not an HDF5 file, or it is damaged: {e.Message}", e);
        }
    }
}
