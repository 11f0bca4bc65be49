using RnnDsl.Onnx.Weights;

namespace RnnDsl.Keras;

/// <summary>
/// The data sets of an HDF5 file, named by their paths: "layers/lstm/cell/vars/0". It reads the parts of the format (HDF5 File Format Specification 3.0) that h5py uses when
/// Keras writes weights: groups as trees or as lists of links, floats in one piece, attributes that are texts.
/// </summary>
sealed class HdfSource : TensorSource
{
    const int MaximumDepth = 16, MaximumObjects = 100_000;

    /// <summary>The first bytes of every HDF5 file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    readonly HdfBytes bytes;
    readonly HdfObject root;
    readonly Dictionary<string, HdfDataset> datasets = [];
    readonly Dictionary<string, long[]> shapes = [];
    int objects;

    public HdfSource(Stream stream)
    {
        bytes = new HdfBytes(stream);
        try
        {
            Collect(root = Root(), "", 0);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, long[]> Shapes => shapes;

    public override void Dispose() => bytes.Dispose();

    public override float[] Read(string name) => datasets[name].Read();

    /// <summary>The text of an attribute of the file's root group, or null.</summary>
    public string? Attribute(string name) => HdfAttributes.Text(bytes, root, name);

    HdfObject Root()
    {
        if (bytes.Length < 48)
            throw new InvalidDataException("It is too short for an HDF5 file.");
        HdfReader start = bytes.At(0, (ulong)Math.Min(bytes.Length, 96));
        if (!start.Take(8).SequenceEqual(Signature))
            throw new InvalidDataException("It is not an HDF5 file.");
        int version = start.Byte();
        if (version > 3)
            throw new InvalidDataException($"It is of version {version} of HDF5, which is not read.");
        (byte offsets, byte lengths) = version < 2 ? (start.Skip(4).Byte(), start.Byte()) : (start.Byte(), start.Byte());
        if (offsets != 8 || lengths != 8)
            throw new InvalidDataException("Its addresses and lengths do not have 8 bytes, which is not read.");
        // Other addresses, and in old files also the offset of the root's name, come before the root's address.
        ulong root = version < 2 ? start.Skip(version == 0 ? 9 : 13).Skip(32 + 8).Long() : start.Skip(1 + 24).Long();
        return new HdfObject(bytes, root);
    }

    void Collect(HdfObject group, string path, int depth)
    {
        if (depth > MaximumDepth)
            throw new InvalidDataException($"Its groups are nested deeper than {MaximumDepth}.");
        foreach ((string link, ulong address) in group.Children())
        {
            if (++objects > MaximumObjects)
                throw new InvalidDataException($"It has more than {MaximumObjects} groups and data sets.");
            // On Windows, Keras writes some paths as a single name that contains backslashes.
            string own = link.Replace('\\', '/'), name = path.Length == 0 ? own : path + "/" + own;
            var child = new HdfObject(bytes, address);
            if (child.Find(HdfObject.Dataspace) is not { } space)
                Collect(child, name, depth + 1);
            else
            {
                var dataset = new HdfDataset(bytes, child, space, name);
                if (!datasets.TryAdd(name, dataset))
                    throw new InvalidDataException($"It has two data sets '{name}'.");
                shapes.Add(name, dataset.Shape);
            }
        }
    }
}
