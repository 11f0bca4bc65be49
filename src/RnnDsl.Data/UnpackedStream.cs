using System.ComponentModel;
using System.IO.Compression;

namespace RnnDsl.Data;

/// <summary>
/// What a file or a pipe holds that may be packed with gzip. Its first bytes tell whether it is, not its name. It is read once, from its beginning to its end. Data that are broken or were cut
/// short, which <see cref="GZipStream"/> does not notice, are an error that names the file. It is meant for the library's own packages and examples.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UnpackedStream : Stream
{
    readonly PeekedStream packed;
    readonly Stream stream;
    readonly string name;
    long read;
    bool ended;

    /// <summary>Reads the first bytes.</summary>
    /// <param name="source">The file or the pipe, which is disposed with this stream.</param>
    /// <param name="name">Its name in messages.</param>
    public UnpackedStream(Stream source, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        packed = new PeekedStream(source);
        stream = packed.IsPacked ? new GZipStream(packed, CompressionMode.Decompress) : packed;
        this.name = name;
    }

    /// <summary>Whether the first bytes are those of gzip.</summary>
    public bool IsPacked => packed.IsPacked;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => read; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The data are broken, or were cut short.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            int count = stream.Read(buffer);
            read += count;
            if (count == 0 && !buffer.IsEmpty && !ended)
                RequireWhole();
            return count;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{name}: the gzip data are broken or cut short ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Requires that what was unpacked has the length that the end says. In a file of several parts each part states its own length, so these are not checked.</summary>
    void RequireWhole()
    {
        if (packed.IsPacked)
            packed.ReadToEnd();
        if (packed.IsPacked && packed.StatedLength != (uint)read && !packed.MayHaveSeveralParts)
            throw new InvalidDataException("the file says that the text is longer");
        ended = true;
    }
}
