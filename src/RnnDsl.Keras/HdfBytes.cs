using System.Buffers.Binary;

namespace RnnDsl.Keras;

/// <summary>The bytes of an HDF5 file. Impossible lengths and addresses of a damaged file are refused before any memory is allocated. The number of reads is limited, because
/// the parts of a damaged file may refer to each other in circles.</summary>
sealed class HdfBytes(Stream stream) : IDisposable
{
    const int MostAtOnce = 1 << 20, MostText = 1 << 24;

    long left = 16 * stream.Length + (1 << 22);

    /// <summary>The address that means "nowhere" in the format.</summary>
    public const ulong Nowhere = ulong.MaxValue;

    public long Length { get; } = stream.Length;

    /// <summary>Reads a part of the structure.</summary>
    public HdfReader At(ulong address, ulong count) => new(Piece(address, count, MostAtOnce));

    /// <summary>Reads a text, which may be longer than a part of the structure.</summary>
    public byte[] Text(ulong address, ulong count) => Piece(address, count, MostText);

    byte[] Piece(ulong address, ulong count, int most)
    {
        if (count > (ulong)most)
            throw new InvalidDataException($"It is damaged: a part of it would be {count} bytes long.");
        if ((left -= (long)count + 64) < 0)
            throw new InvalidDataException("It is damaged: its parts refer to each other in circles.");
        CheckPlace(address, count);
        var bytes = new byte[(int)count];
        Read(address, bytes);
        return bytes;
    }

    /// <summary>Reads bytes of data.</summary>
    public void Read(ulong address, Span<byte> bytes)
    {
        CheckPlace(address, (ulong)bytes.Length);
        stream.Position = (long)address;
        stream.ReadExactly(bytes);
    }

    void CheckPlace(ulong address, ulong count)
    {
        if (address > (ulong)Length || count > (ulong)Length - address)
            throw new InvalidDataException($"It is cut short or damaged: {count} bytes at {address} are beyond its end.");
    }

    public void Dispose() => stream.Dispose();
}

/// <summary>Reads a piece from its beginning on; numbers are little-endian.</summary>
sealed class HdfReader(byte[] bytes)
{
    int position;

    public int Left => bytes.Length - position;

    public int Position => position;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Left)
            throw new InvalidDataException("It is damaged: a part of it ends too early.");
        position += count;
        return bytes.AsSpan(position - count, count);
    }

    public HdfReader Skip(int count)
    {
        Take(count);
        return this;
    }

    public HdfReader Piece(int count) => new(Take(count).ToArray());

    public byte Byte() => Take(1)[0];

    public ushort Short() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint Int() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong Long() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of 1, 2, 4 or 8 bytes: 2 to this power.</summary>
    public ulong Sized(int power) => power switch { 0 => Byte(), 1 => Short(), 2 => Int(), _ => Long() };

    public void Expect(ReadOnlySpan<byte> signature, string what)
    {
        if (!Take(signature.Length).SequenceEqual(signature))
            throw new InvalidDataException($"It is damaged: {what} does not begin as it should.");
    }
}
