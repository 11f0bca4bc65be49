using System.Text;

namespace RnnDsl.Text;

/// <summary>How files of text are read. Files packed with gzip are unpacked, whatever their names.</summary>
public sealed record TextOptions
{
    /// <summary>How the bytes of a file become letters; null for UTF-8, or UTF-16 if the file begins with its mark.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>A longer file is an error: bytes, counted as they are unpacked.</summary>
    public long MaximumBytes { get; init; } = 1L << 32;

    /// <summary>A longer line is an error: characters (UTF-16).</summary>
    public int MaximumLine { get; init; } = 1 << 24;
}
