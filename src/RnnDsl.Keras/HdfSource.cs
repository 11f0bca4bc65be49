using System.IO.Compression;
using PureHDF;
using PureHDF.VOL.Native;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Keras;

/// <summary>The floating-point data sets of an HDF5 file, named by their paths: "layers/lstm/cell/vars/0".</summary>
sealed class HdfSource : TensorSource
{
    const int MaximumDepth = 16, MaximumDatasets = 100_000;
    const ulong MaximumValues = 1UL << 28;
    const long MaximumBytes = 1L << 30;
    const string KerasWeightsEntry = "model.weights.h5";

    readonly NativeFile file;
    readonly Dictionary<string, IH5Dataset> datasets = [];
    readonly Dictionary<string, long[]> shapes = [];

    HdfSource(Stream stream)
    {
        try
        {
            file = Whole(() => H5File.Open(stream));
            Whole(() => Collect(file, "", 0));
        }
        catch
        {
            file?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    public static HdfSource Open(string path) => new(File.OpenRead(path));

    /// <summary>The weights in a file "model.keras", which is a zip archive.</summary>
    public static HdfSource OpenKeras(string path)
    {
        var content = new MemoryStream();
        Whole(() =>
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            ZipArchiveEntry entry = archive.GetEntry(KerasWeightsEntry) ?? throw new InvalidDataException($"It holds no '{KerasWeightsEntry}'.");
            using Stream packed = entry.Open();
            // The length in the archive's list may be wrong.
            var buffer = new byte[1 << 16];
            while (packed.Read(buffer) is int count and > 0)
            {
                content.Write(buffer, 0, count);
                if (content.Length > MaximumBytes)
                    throw new InvalidDataException($"Its '{KerasWeightsEntry}' has more than the {MaximumBytes} bytes that are read.");
            }
            return content;
        });
        content.Position = 0;
        return new HdfSource(content);
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
            if (size > MaximumValues || (count *= size) > MaximumValues)
                throw new InvalidDataException($"Data set '{name}' has more than {MaximumValues} values.");
        if (datasets.Count >= MaximumDatasets)
            throw new InvalidDataException($"It has more than {MaximumDatasets} data sets.");
        datasets.Add(name, dataset);
        shapes.Add(name, Array.ConvertAll(dataset.Space.Dimensions, d => (long)d));
    }

    /// <summary>The library throws exceptions of many kinds at a damaged file.</summary>
    static T Whole<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (InvalidDataException or IOException or OutOfMemoryException))
        {
            throw new InvalidDataException($"It is not a file of Keras, or it is damaged: {e.Message}", e);
        }
    }
}
