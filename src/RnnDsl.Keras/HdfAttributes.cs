using System.Text;

namespace RnnDsl.Keras;

/// <summary>The texts that are attributes of an object (HDF5 File Format Specification 3.0, IV.A.2.m), as Keras keeps a model's config.</summary>
static class HdfAttributes
{
    /// <summary>The text of that name, or null.</summary>
    /// <exception cref="InvalidDataException">It is there, and cannot be read.</exception>
    public static string? Text(HdfBytes bytes, HdfObject of, string name)
    {
        foreach (HdfReader message in of.All(HdfObject.Attribute))
        {
            int version = message.Byte(), shared = message.Byte();
            int nameBytes = message.Short(), typeBytes = message.Short(), spaceBytes = message.Short();
            message.Skip(version == 3 ? 1 : 0);
            int Padded(int count) => version == 1 ? (count + 7) / 8 * 8 : count;
            if (Until0(message.Take(Padded(nameBytes))) != name)
                continue;
            HdfReader type = message.Piece(Padded(typeBytes));
            message.Skip(Padded(spaceBytes));
            return Read(bytes, new HdfType((shared & 1) != 0 ? null : type), message, name);
        }
        if (of.Find(HdfObject.AttributeInfo) is { } info)
        {
            byte flags = info.Skip(1).Byte();
            if (info.Skip((flags & 1) != 0 ? 2 : 0).Long() != HdfBytes.Nowhere)
                throw new InvalidDataException($"It has so many attributes that the file indexes them, so that '{name}' is not found: save it in the earliest format (h5py's default).");
        }
        return null;
    }

    static string Read(HdfBytes bytes, HdfType type, HdfReader value, string name)
    {
        if (type.IsText)
            return Until0(value.Take((int)Math.Min(type.Size, int.MaxValue)));
        if (!type.IsVariableText)
            throw new InvalidDataException($"Its attribute '{name}' holds {type.Name} instead of a text.");
        uint length = value.Int();
        ulong collection = value.Long();
        uint index = value.Int();
        return Until0(InHeap(bytes, collection, index, length));
    }

    /// <summary>An object in one of the heaps that all data of variable length share (III.E).</summary>
    static byte[] InHeap(HdfBytes bytes, ulong collection, uint index, uint length)
    {
        const int Head = 16;
        HdfReader start = bytes.At(collection, Head);
        start.Expect("GCOL"u8, "a heap of texts");
        ulong size = start.Skip(4).Long();
        for (ulong at = Head; at + Head <= size;)
        {
            HdfReader entry = bytes.At(collection + at, Head);
            ushort number = entry.Short();
            ulong taken = entry.Skip(6).Long();
            if (number == index)
                return length <= taken ? bytes.Text(collection + at + Head, length)
                    : throw new InvalidDataException($"It is damaged: a text of {length} bytes has {taken}.");
            // The object with number 0 is the free space at the end.
            if (number == 0 || taken > size)
                break;
            at += Head + (taken + 7) / 8 * 8;
        }
        throw new InvalidDataException("It is damaged: a text is not in its heap.");
    }

    static string Until0(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }
}
