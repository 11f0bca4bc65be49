using System.Buffers.Binary;

namespace RnnDsl.Data;

/// <summary>
/// A file, a pipe or a device that is read once, from its beginning to its end, and whose first two bytes are known before. Of what passes it keeps what tells at the end
/// whether data of
/// gzip were cut short, because nobody can go back in a pipe.
/// </summary>
sealed class PeekedStream : Stream
{
    /// <summary>How each part of a gzip file begins (RFC 1952).</summary>
    static ReadOnlySpan<byte> PartBeginning => [0x1f, 0x8b, 0x08];

    readonly Stream stream;
    readonly byte[] first = new byte[2];
    readonly byte[] last = new byte[4];
    readonly int known;
    long passed;

    public PeekedStream(Stream stream)
    {
        this.stream = stream;
        known = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
    }

    /// <summary>Whether the first bytes are those of gzip.</summary>
    public bool IsPacked => known == 2 && first is [0x1f, 0x8b];

    /// <summary>The length of the unpacked text, modulo 2³², as the last four bytes say that passed.</summary>
    public uint StatedLength => BinaryPrimitives.ReadUInt32LittleEndian(last);

    /// <summary>Whether what passed may have several parts, of which each states its own length.</summary>
    public bool MayHaveSeveralParts { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => passed; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count;
        if (passed < known)
        {
            count = Math.Min(buffer.Length, known - (int)passed);
            first.AsSpan((int)passed, count).CopyTo(buffer);
        }
        else
            count = stream.Read(buffer);
        Note(buffer[..count]);
        return count;
    }

    /// <summary>Reads what is left, so that the last bytes are those of the end.</summary>
    public void ReadToEnd() => CopyTo(Null);

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }

    void Note(ReadOnlySpan<byte> piece)
    {
        // A beginning may lie across two pieces: it is looked for in the end of the one and the start of the other as well.
        Span<byte> seam = [last[2], last[3], .. piece[..Math.Min(2, piece.Length)]];
        if (IsPacked && !MayHaveSeveralParts)
            MayHaveSeveralParts = (passed == 0 ? piece[Math.Min(1, piece.Length)..] : piece).IndexOf(PartBeginning) >= 0 || (passed > 2 && seam.IndexOf(PartBeginning) >= 0);
        passed += piece.Length;
        int kept = Math.Min(4, piece.Length);
        last.AsSpan(kept).CopyTo(last);
        piece[^kept..].CopyTo(last.AsSpan(4 - kept));
    }
}
