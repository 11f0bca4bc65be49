namespace RnnDsl.Keras;

/// <summary>An object of an HDF5 file, which is a group or a data set. It consists of the messages of its header (HDF5 File Format Specification 3.0, IV.A).</summary>
sealed class HdfObject
{
    public const int Dataspace = 0x01, LinkInfo = 0x02, Datatype = 0x03, Link = 0x06, Layout = 0x08, Filters = 0x0b, Attribute = 0x0c, SymbolTable = 0x11, AttributeInfo = 0x15;
    const int Continuation = 0x10, MostMessages = 100_000;
    const byte Shared = 2;

    readonly HdfBytes bytes;
    readonly List<(int Type, byte[] Content)> messages = [];
    readonly Queue<(ulong Address, ulong Length)> blocks = new();

    public HdfObject(HdfBytes bytes, ulong address)
    {
        this.bytes = bytes;
        HdfReader start = bytes.At(address, Math.Min(64, (ulong)bytes.Length - Math.Min(address, (ulong)bytes.Length)));
        if (start.Byte() == 1)
        {
            uint size = start.Skip(7).Int();
            AddMessages(bytes.At(address + 16, size), 1, tracked: false);
            while (blocks.TryDequeue(out var block))
                AddMessages(bytes.At(block.Address, block.Length), 1, tracked: false);
            return;
        }
        start = bytes.At(address, Math.Min(64, (ulong)bytes.Length - address));
        start.Expect("OHDR"u8, "an object");
        if (start.Byte() != 2)
            throw new InvalidDataException("It has an object of an unknown version.");
        byte flags = start.Byte();
        ulong length = start.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0)).Sized(flags & 3);
        AddMessages(bytes.At(address + (ulong)start.Position, length), 2, (flags & 4) != 0);
        while (blocks.TryDequeue(out var block))
        {
            HdfReader inner = bytes.At(block.Address, block.Length);
            inner.Expect("OCHK"u8, "a part of an object");
            AddMessages(inner.Piece(inner.Left - 4), 2, (flags & 4) != 0);
        }
    }

    /// <summary>The first message of a type, or null.</summary>
    public HdfReader? Find(int type)
    {
        foreach ((int one, byte[] content) in messages)
            if (one == type)
                return new HdfReader(content);
        return null;
    }

    /// <summary>All messages of a type.</summary>
    public IEnumerable<HdfReader> All(int type) => messages.Where(m => m.Type == type).Select(m => new HdfReader(m.Content));

    void AddMessages(HdfReader block, int version, bool tracked)
    {
        int head = version == 1 ? 8 : tracked ? 6 : 4;
        while (block.Left >= head)
        {
            int type = version == 1 ? block.Short() : block.Byte();
            int size = block.Short();
            byte flags = block.Byte();
            byte[] content = block.Skip(head - (version == 1 ? 5 : 4)).Take(size).ToArray();
            if (messages.Count >= MostMessages)
                throw new InvalidDataException("It is damaged: an object has too many parts.");
            if (type == Continuation)
            {
                var place = new HdfReader(content);
                blocks.Enqueue((place.Long(), place.Long()));
            }
            // The content of a shared message is stored at another place. Shapes are never stored so, and neither are the types of the weights that Keras writes.
            else if ((flags & Shared) == 0)
                messages.Add((type, content));
        }
    }

    /// <summary>Names and addresses of the objects in a group. Links that do not lead to an address in this file are left out.</summary>
    public IEnumerable<(string Name, ulong Address)> Children()
    {
        if (Find(SymbolTable) is { } table)
        {
            ulong tree = table.Long();
            HdfReader heap = bytes.At(table.Long(), 32);
            heap.Expect("HEAP"u8, "a heap of names");
            ulong size = heap.Skip(4).Long();
            byte[] names = bytes.At(heap.Skip(8).Long(), size).Take((int)size).ToArray();
            return Tree(tree, names, 0);
        }
        if (Find(LinkInfo) is { } info)
        {
            byte flags = info.Skip(1).Byte();
            if (info.Skip((flags & 1) != 0 ? 8 : 0).Long() != HdfBytes.Nowhere)
                throw new InvalidDataException("A group holds so many objects that the file indexes them, which is not read: save it in the earliest format (h5py's default), or as safetensors.");
        }
        return All(Link).Select(HardLink).OfType<(string, ulong)>();
    }

    static (string, ulong)? HardLink(HdfReader link)
    {
        byte flags = link.Skip(1).Byte();
        int type = (flags & 8) != 0 ? link.Byte() : 0;
        ulong length = link.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0)).Sized(flags & 3);
        string name = System.Text.Encoding.UTF8.GetString(link.Take((int)Math.Min(length, int.MaxValue)));
        return type == 0 ? (name, link.Long()) : null;
    }

    /// <summary>Names and addresses in a B-tree of version 1.</summary>
    IEnumerable<(string, ulong)> Tree(ulong address, byte[] names, int depth)
    {
        if (depth > 16)
            throw new InvalidDataException("It is damaged: a group's tree is too deep.");
        HdfReader head = bytes.At(address, 24);
        head.Expect("TREE"u8, "a group's tree");
        int kind = head.Byte(), level = head.Byte(), used = head.Short();
        if (kind != 0)
            throw new InvalidDataException("It is damaged: a group's tree is of another kind.");
        HdfReader entries = bytes.At(address + 24, 16UL * (ulong)used);
        for (int i = 0; i < used; i++)
        {
            ulong child = entries.Skip(8).Long();
            foreach ((string, ulong) entry in level > 0 ? Tree(child, names, depth + 1) : TreeLeaf(child, names))
                yield return entry;
        }
    }

    IEnumerable<(string, ulong)> TreeLeaf(ulong address, byte[] names)
    {
        const int EntryBytes = 40, SoftLink = 2;
        HdfReader head = bytes.At(address, 8);
        head.Expect("SNOD"u8, "a part of a group");
        int count = head.Skip(2).Short();
        HdfReader entries = bytes.At(address + 8, (ulong)(EntryBytes * count));
        for (int i = 0; i < count; i++)
        {
            ulong name = entries.Long(), place = entries.Long();
            uint cache = entries.Int();
            entries.Skip(20);
            if (name >= (ulong)names.Length || Array.IndexOf(names, (byte)0, (int)name) is not (>= 0 and int end))
                throw new InvalidDataException("It is damaged: a name is outside its heap.");
            if (cache != SoftLink)
                yield return (System.Text.Encoding.UTF8.GetString(names, (int)name, end - (int)name), place);
        }
    }
}
