using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using RnnDsl.Storage;

namespace RnnDsl.Data;

/// <summary>The text of a file, which may be packed with gzip. Its first bytes tell whether it is, not its name. It is read and decoded piece
/// by piece, up to a limit.</summary>
sealed class CsvFile : TextReader
{
    /// <summary>The character that replaces bytes that are no UTF-8. No text contains it.</summary>
    const char Undecodable = '\uFFFF';

    /// <summary>The most bytes to which one byte of a packed file can be unpacked (RFC 1951).</summary>
    const int MostUnpacked = 1032;

    readonly FileStream file;
    readonly Stream stream;
    readonly string name, settings;
    readonly long limit;
    readonly byte[] bytes = new byte[1 << 16];
    readonly Decoder decoder;
    int position, length;
    long read, lines;
    bool ended;

    /// <param name="path">The file.</param>
    /// <param name="encoding">How its bytes become letters; null for UTF-8, or UTF-16 if it begins with its mark.</param>
    /// <param name="limit">A longer file is an error: bytes, counted as they are unpacked.</param>
    /// <param name="settings">The options of the reader, as messages name them: they have <c>Encoding</c> and <c>MaximumBytes</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public CsvFile(string path, Encoding? encoding, long limit, string settings)
    {
        file = InputFile.Open(path);
        (name, this.limit, this.settings) = (path, limit, settings);
        stream = file;
        try
        {
            if (IsPacked())
                stream = new GZipStream(file, CompressionMode.Decompress);
            else if (file.Length > limit)
                throw TooLong();
            length = ReadBytes(atLeast: 4);
            if (bytes.AsSpan(0, length).StartsWith("PK\u0003\u0004"u8))
                throw new InvalidDataException($"{name} is a zip archive, as workbooks are too: unpack it, or export it as CSV.");
            decoder = (encoding ?? Detect()).GetDecoder();
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (position == length && !ended)
            {
                (position, length) = (0, ReadBytes(atLeast: 1));
                ended = length == 0;
            }
            decoder.Convert(bytes.AsSpan(position, length - position), buffer, ended, out int used, out int made, out _);
            position += used;
            if (made > 0)
                return Checked(buffer[..made]);
            if (ended)
                return 0;
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }

    int Checked(ReadOnlySpan<char> text)
    {
        int bad = text.IndexOf(Undecodable);
        if (bad >= 0)
            throw new InvalidDataException($"{name}, line {lines + text[..bad].Count('\n') + 1}: the bytes are no UTF-8. Save the file as " +
                $"UTF-8, or name its encoding in {settings}.Encoding (Encoding.Latin1 for most old files of western languages).");
        lines += text.Count('\n');
        return text.Length;
    }

    /// <summary>
    /// Whether it is gzip. If so, its end says the length of the unpacked text, and one above the limit is refused before anything is unpacked. The end of a file that was cut short says any number: one that this file
    /// cannot unpack to is not believed.
    /// </summary>
    bool IsPacked()
    {
        bool packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        if (packed && file.Length > 18 && StatedLength() is var stated && stated > limit && stated <= MostUnpacked * file.Length)
            throw TooLong();
        file.Position = 0;
        return packed;
    }

    /// <summary>The length of the unpacked text, modulo 2³², as the last four bytes of the file say.</summary>
    uint StatedLength()
    {
        Span<byte> stated = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - 4);
        return file.ReadAtLeast(stated, 4, throwOnEndOfStream: false) == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(stated) : 0;
    }

    /// <summary>By the mark at the beginning; UTF-8 without one.</summary>
    Encoding Detect() => bytes.AsSpan(0, length) switch
    {
        [0xff, 0xfe, ..] => Encoding.Unicode,
        [0xfe, 0xff, ..] => Encoding.BigEndianUnicode,
        _ => Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(Undecodable.ToString())),
    };

    int ReadBytes(int atLeast)
    {
        try
        {
            int count = stream.ReadAtLeast(bytes, atLeast, throwOnEndOfStream: false);
            read += count;
            if (count < atLeast && stream is GZipStream && IsCutShort())
                throw new InvalidDataException("the file says that the text is longer");
            return read <= limit ? count : throw TooLong();
        }
        catch (InvalidDataException e) when (read <= limit)
        {
            throw new InvalidDataException($"{name}: the gzip data are broken or cut short ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <summary>
    /// Whether the unpacked text has another length than the end of the file says: <see cref="GZipStream"/> does not notice that a file was cut short. In a file of several parts each part states its own length,
    /// so these files are not checked.
    /// </summary>
    bool IsCutShort()
    {
        long position = file.Position;
        bool isCut = StatedLength() != (uint)read && !HasSeveralParts();
        file.Position = position;
        return isCut;
    }

    bool HasSeveralParts()
    {
        ReadOnlySpan<byte> beginning = [0x1f, 0x8b, 0x08];
        var part = new byte[1 << 16];
        file.Position = 1;
        for (int kept = 0, count; (count = file.Read(part, kept, part.Length - kept)) > 0;)
        {
            int length = kept + count;
            if (part.AsSpan(0, length).IndexOf(beginning) >= 0)
                return true;
            kept = Math.Min(2, length);
            part.AsSpan(length - kept, kept).CopyTo(part);
        }
        return false;
    }

    InvalidDataException TooLong() => new(
        $"{name} has more than {limit} bytes{(stream is GZipStream || stream.Length <= limit ? " when unpacked" : "")}: cut it, or raise {settings}.MaximumBytes.");
}
