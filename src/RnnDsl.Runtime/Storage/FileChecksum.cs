using System.Buffers.Binary;
using System.Numerics;

namespace RnnDsl.Storage;

/// <summary>
/// The checksum of a whole safetensors file, CRC-32C (Castagnoli et al. 1993), which finds each single bit that has changed. It stands in the header as the first of the metadata, in 8 hexadecimal digits, for which the sum takes
/// zeros. A file whose header another program has written anew is not checked. It tells of damage, and is no protection from forgery.
/// </summary>
struct FileChecksum()
{
    /// <summary>The name in the metadata.</summary>
    public const string Key = "rnndsl.checksum";

    /// <summary>What the metadata have as long as the sum is not known.</summary>
    public const string Unknown = "00000000";

    const string Hexadecimal = "0123456789abcdef";

    uint sum = uint.MaxValue;

    /// <summary>The first bytes of a header that has a checksum; the digits follow.</summary>
    static ReadOnlySpan<byte> Begin => "{\"__metadata__\":{\"rnndsl.checksum\":\""u8;

    /// <summary>Where the digits begin in a file.</summary>
    public static int Position => SafetensorsHeader.PrefixBytes + Begin.Length;

    /// <summary>Writes the digits of the sum so far.</summary>
    public readonly void Write(Span<byte> digits)
    {
        for (int i = 0; i < Unknown.Length; i++)
            digits[i] = (byte)Hexadecimal[(int)(~sum >> (28 - 4 * i) & 15)];
    }

    /// <summary>Takes the digits out of a header, which then has zeros in their place.</summary>
    /// <returns>False if the header does not begin with a checksum.</returns>
    public static bool TakeFrom(Span<byte> header, Span<byte> digits)
    {
        if (!header.StartsWith(Begin) || header.Length < Begin.Length + Unknown.Length)
            return false;
        Span<byte> own = header.Slice(Begin.Length, Unknown.Length);
        own.CopyTo(digits);
        own.Fill((byte)'0');
        return true;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte one in bytes)
            sum = BitOperations.Crc32C(sum, one);
    }
}
