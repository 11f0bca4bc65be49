using System.Text;

namespace RnnDsl.Text;

/// <summary>How files of text are read. Files packed with gzip are unpacked, whatever their names.</summary>
public sealed record TextOptions
{
    /// <summary>How the bytes of a file become letters; null for UTF-8, or UTF-16 if the file begins with its mark.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>A longer file is an error: bytes, counted as they are unpacked. The default is 1 GiB.</summary>
    public long MaximumBytes { get; init; } = 1L << 30;

    /// <summary>
    /// A file with more lines, or with more elements of a JSON array, is an error for all readers that keep what they read (corpora, word vectors). A line costs them
    /// up to some 250 bytes of memory beside its letters, so that a packed file of some MB could fill any memory. <see cref="TextFile.ReadLines(string, TextOptions?)"/> keeps nothing and does not count them. The default is 20 million.
    /// </summary>
    public long MaximumLines { get; init; } = 20_000_000;

    /// <summary>A line with more columns, or an element of a JSON file with more values, is an error for readers of columns.</summary>
    public int MaximumColumns { get; init; } = 16_384;

    /// <summary>A longer line is an error: characters (UTF-16).</summary>
    public int MaximumLine { get; init; } = 1 << 24;
}
