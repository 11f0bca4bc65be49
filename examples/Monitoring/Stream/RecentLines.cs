using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RnnDsl.Examples.Monitoring;

/// <summary>
/// The latest lines that had an id, so that what a server sends again is known. A line is the same if id and text are: servers that number anew, or several that number
/// on their own, use an id for different lines.
/// </summary>
sealed class RecentLines
{
    /// <summary>So many lines are known.</summary>
    public const int Capacity = 1 << 14;

    readonly Queue<long> order = [];
    readonly HashSet<long> known = [];

    /// <summary>What a line is known by: 8 bytes of SHA-256, whatever its length.</summary>
    public static long Key(string id, string text) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}\n{text}")));

    /// <summary>Adds a line. Returns whether it is new.</summary>
    public bool Add(long key)
    {
        if (!known.Add(key))
            return false;
        order.Enqueue(key);
        if (order.Count > Capacity)
            known.Remove(order.Dequeue());
        return true;
    }

    /// <summary>All of them, the oldest first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[sizeof(long) * order.Count];
        int at = 0;
        foreach (long key in order)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * at++), key);
        return bytes;
    }

    public void AddBytes(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(long); bytes = bytes[sizeof(long)..])
            Add(BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }
}
