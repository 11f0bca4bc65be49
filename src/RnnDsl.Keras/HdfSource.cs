using System.Runtime.InteropServices;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Keras;

/// <summary>
/// The floating-point data sets of an HDF5 file, named by their paths: "layers/lstm/cell/vars/0". Of the format (HDF5 File Format Specification 3.0) it reads what h5py, and so
/// Keras, writes of floats: groups as trees or as lists of links, data in one piece.
/// </summary>
sealed class HdfSource : TensorSource
{
    const int MaximumDepth = 16, MaximumObjects = 100_000;

    readonly HdfBytes bytes;
    readonly Dictionary<string, HdfObject> datasets = [];
    readonly Dictionary<string, long[]> shapes = [];
    int objects;

    public HdfSource(Stream stream)
    {
        bytes = new HdfBytes(stream);
        try
        {
            Collect(Root(), "", 0);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, long[]> Shapes => shapes;

    public override void Dispose() => bytes.Dispose();

    public override float[] Read(string name)
    {
        HdfObject dataset = datasets[name];
        int size = FloatBytes(dataset);
        long count = shapes[name].Aggregate(1L, (a, b) => a * b);
        byte[] content = Content(name, dataset, count * size);
        return size == sizeof(float) ? MemoryMarshal.Cast<byte, float>(content).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, double>(content).ToArray(), value => (float)value);
    }

    HdfObject Root()
    {
        if (bytes.Length < 48)
            throw new InvalidDataException("It is too short for an HDF5 file.");
        HdfReader start = bytes.At(0, (ulong)Math.Min(bytes.Length, 96));
        if (!start.Take(8).SequenceEqual((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n']))
            throw new InvalidDataException("It is not an HDF5 file.");
        int version = start.Byte();
        if (version > 3)
            throw new InvalidDataException($"It is of version {version} of HDF5, which is not read.");
        (byte offsets, byte lengths) = version < 2 ? (start.Skip(4).Byte(), start.Byte()) : (start.Byte(), start.Byte());
        if (offsets != 8 || lengths != 8)
            throw new InvalidDataException("Its places and lengths have not 8 bytes, which is not read.");
        // Bases and ends, and in old files the root's name, come before its place.
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
            string name = path.Length == 0 ? link : path + "/" + link;
            var child = new HdfObject(bytes, address);
            if (child.Find(HdfObject.Dataspace) is not { } space)
                Collect(child, name, depth + 1);
            else if (FloatBytes(child) > 0)
            {
                if (!datasets.TryAdd(name, child))
                    throw new InvalidDataException($"It has two data sets '{name}'.");
                shapes.Add(name, Shape(name, space));
            }
        }
    }

    /// <summary>Bytes a value; 0 if these are no floats of 32 or 64 bits, little-endian.</summary>
    static int FloatBytes(HdfObject dataset)
    {
        const int FloatingPoint = 1, BigEndian = 1, Vax = 64;
        if (dataset.Find(HdfObject.Datatype) is not { } type || (type.Byte() & 15) != FloatingPoint || (type.Byte() & (BigEndian | Vax)) != 0)
            return 0;
        return type.Skip(2).Int() is uint size and (sizeof(float) or sizeof(double)) ? (int)size : 0;
    }

    long[] Shape(string name, HdfReader space)
    {
        const int Null = 2;
        int version = space.Byte(), rank = space.Byte();
        int kind = space.Skip(1).Byte();
        if (version is not (1 or 2) || version == 2 && kind == Null)
            throw new InvalidDataException($"Data set '{name}' has a shape of an unknown kind.");
        space.Skip(version == 1 ? 4 : 0);
        var shape = new long[rank];
        ulong count = 1;
        for (int i = 0; i < rank; i++)
        {
            ulong size = space.Long();
            // Data in one piece are no longer than the file.
            if (size > (ulong)bytes.Length || (count *= size) > (ulong)bytes.Length)
                throw new InvalidDataException($"Data set '{name}' would have more values than the file has bytes: it is damaged, or packed, which is not read.");
            shape[i] = (long)size;
        }
        return shape;
    }

    byte[] Content(string name, HdfObject dataset, long count)
    {
        const int Compact = 0, Contiguous = 1;
        HdfReader? layout = dataset.Find(HdfObject.Filters) is null ? dataset.Find(HdfObject.Layout) : null;
        int version = layout?.Byte() ?? 0, kind = layout?.Byte() ?? 0;
        if (layout is null || version is not (3 or 4) || kind is not (Compact or Contiguous))
            throw new InvalidDataException($"Data set '{name}' is packed, or in chunks, or of an old format, which is not read: write it in one piece (h5repack -f NONE -l CONTI), or as safetensors.");
        ulong place = kind == Contiguous ? layout.Long() : 0, size = kind == Contiguous ? layout.Long() : layout.Short();
        if (size < (ulong)count || count > bytes.Length)
            throw new InvalidDataException($"Data set '{name}' has {size} bytes instead of {count}.");
        if (kind == Compact)
            return layout.Take((int)count).ToArray();
        var content = new byte[count];
        if (count > 0)
            bytes.Read(place, content);
        return content;
    }
}
