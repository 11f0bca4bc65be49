using System.Text;

namespace RnnDsl;

/// <summary>Saved files as if they had no checksum, for tests of what else finds damage.</summary>
static class Unchecked
{
    static ReadOnlySpan<byte> Name => "rnndsl.checksum"u8;

    /// <summary>The same bytes, where the checksum has another name, which nothing reads.</summary>
    public static byte[] Of(byte[] saved)
    {
        byte[] copy = [.. saved];
        if (copy.AsSpan().IndexOf(Name) is >= 0 and var at)
            Encoding.ASCII.GetBytes("rnndsl.chxcksum").CopyTo(copy, at);
        return copy;
    }

    /// <summary>The bytes of a file.</summary>
    public static byte[] Read(string path) => Of(File.ReadAllBytes(path));
}
