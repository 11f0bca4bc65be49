namespace RnnDsl.Keras;

/// <summary>A data set. One that cannot be read is an error only when its values are asked for.</summary>
sealed class HdfDataset
{
    readonly HdfBytes bytes;
    readonly HdfObject header;
    readonly string name;
    readonly HdfType type;

    public HdfDataset(HdfBytes bytes, HdfObject header, HdfReader space, string name)
    {
        (this.bytes, this.header, this.name) = (bytes, header, name);
        type = new HdfType(header.Find(HdfObject.Datatype));
        Shape = ReadShape(space);
    }

    /// <summary>Length of each axis; [0] where there is none.</summary>
    public long[] Shape { get; }

    /// <summary>The values, if they are floats in one piece.</summary>
    public float[] Read()
    {
        if (!type.IsFloat)
            throw new InvalidDataException($"Data set '{name}' holds {type.Name}, which is not read as weights: save it as float32.");
        UInt128 count = 1;
        foreach (long size in Shape)
            // Data in one piece are not longer than the file. The check comes after each axis, because a later axis of length 0 would hide the damage.
            if ((count *= (UInt128)size) > (UInt128)bytes.Length)
                throw new InvalidDataException($"Data set '{name}' would have more values than the file has bytes: it is damaged, or packed, which is not read.");
        byte[] content = Content((long)count * type.Size);
        var values = new float[(int)count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)type.Value(content.AsSpan(i * (int)type.Size, (int)type.Size));
        return values;
    }

    static long[] ReadShape(HdfReader space)
    {
        const int Null = 2;
        int version = space.Byte(), rank = space.Byte();
        int kind = space.Skip(1).Byte();
        if (version is not (1 or 2) || version == 2 && kind == Null)
            return [0];
        space.Skip(version == 1 ? 4 : 0);
        var shape = new long[rank];
        for (int i = 0; i < rank; i++)
            shape[i] = (long)Math.Min(space.Long(), long.MaxValue);
        return shape;
    }

    byte[] Content(long count)
    {
        const int Compact = 0, Contiguous = 1;
        HdfReader? layout = header.Find(HdfObject.Filters) is null ? header.Find(HdfObject.Layout) : null;
        int version = layout?.Byte() ?? 0, kind = layout?.Byte() ?? 0;
        if (layout is null || version is not (3 or 4) || kind is not (Compact or Contiguous))
            throw new InvalidDataException($"Data set '{name}' is packed, or in chunks, or of an old format, which is not read: write it in one piece (h5repack -f NONE -l CONTI), or as safetensors.");
        ulong place = kind == Contiguous ? layout.Long() : 0, size = kind == Contiguous ? layout.Long() : layout.Short();
        if (size < (ulong)count || count > bytes.Length || count > Array.MaxLength)
            throw new InvalidDataException($"Data set '{name}' has {size} bytes instead of {count}.");
        if (kind == Compact)
            return layout.Take((int)count).ToArray();
        var content = new byte[count];
        if (count > 0)
            bytes.Read(place, content);
        return content;
    }
}
