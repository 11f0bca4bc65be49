using System.Runtime.CompilerServices;

namespace RnnDsl.Keras;

/// <summary>A file that may be read only so much, and only from so deep within calls: links of a damaged one may lead in circles, which the library would follow
/// for ever, or until the stack overflows and the process ends.</summary>
sealed class BoundedStream(Stream inner) : Stream
{
    /// <summary>What a small read counts as.</summary>
    const int Least = 16;

    /// <summary>A whole file is read about twice: what it holds, and the numbers.</summary>
    long left = 16 * inner.Length + (1 << 22);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer)
    {
        Count(buffer.Length);
        return inner.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int ReadByte()
    {
        Count(1);
        return inner.ReadByte();
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        Count(1);
        return inner.Seek(offset, origin);
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    void Count(int bytes)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if ((left -= Math.Max(bytes, Least)) < 0)
            throw new InvalidDataException("It is damaged: its parts refer to each other in circles.");
    }
}
