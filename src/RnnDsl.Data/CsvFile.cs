using System.Buffers.Binary;
using System.Text;
using RnnDsl.Storage;

namespace RnnDsl.Data;

/// <summary>The text of a file or a pipe, which may be packed with gzip. Its first bytes tell whether it is, not its name. It is read and decoded piece
/// by piece, from its beginning to its end, up to a limit.</summary>
sealed class CsvFile : TextReader
{
    /// <summary>The character that replaces bytes that are no UTF-8. No text contains it.</summary>
    public const char Undecodable = '\uFFFF';

    /// <summary>The most bytes to which one byte of a packed file can be unpacked (RFC 1951).</summary>
    const int MostUnpacked = 1032;

    readonly UnpackedStream stream;
    readonly string name, settings;
    readonly long limit;
    readonly byte[] bytes = new byte[1 << 16];
    readonly Decoder decoder;
    int position, length;
    long lines;
    bool ended;

    /// <param name="path">The file.</param>
    /// <param name="encoding">How its bytes become letters; null for UTF-8, or UTF-16 if it begins with its mark.</param>
    /// <param name="limit">A longer file is an error: bytes, counted as they are unpacked.</param>
    /// <param name="settings">The options of the reader, as messages name them: they have <c>Encoding</c> and <c>MaximumBytes</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public CsvFile(string path, Encoding? encoding, long limit, string settings)
    {
        FileStream file = InputFile.Open(path);
        (name, this.limit, this.settings) = (path, limit, settings);
        try
        {
            bool isTooLong = file.CanSeek && IsTooLong(file);
            stream = new UnpackedStream(file, path);
            if (isTooLong)
                throw TooLong();
            length = ReadBytes(atLeast: 4);
            if (bytes.AsSpan(0, length).StartsWith("PK\u0003\u0004"u8))
                throw new InvalidDataException($"{name} is a zip archive, as workbooks are too: unpack it, or export it as CSV.");
            decoder = (encoding ?? Detect()).GetDecoder();
        }
        catch
        {
            file.Dispose();
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
    /// Whether the length of the file says that its text is above the limit. The end of a gzip file says the length of the unpacked text, so that one above the limit
    /// is refused before anything is unpacked.
    /// The end of a file that was cut short says any number: one that this file cannot unpack to is not believed.
    /// </summary>
    bool IsTooLong(FileStream file)
    {
        bool isPacked = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        long stated = file.Length;
        if (isPacked)
        {
            Span<byte> end = stackalloc byte[4];
            file.Position = Math.Max(0, file.Length - end.Length);
            stated = file.Length > 18 && file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false) == end.Length ? BinaryPrimitives.ReadUInt32LittleEndian(end) : 0;
        }
        file.Position = 0;
        return stated > limit && (!isPacked || stated <= MostUnpacked * file.Length);
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
        int count = stream.ReadAtLeast(bytes, atLeast, throwOnEndOfStream: false);
        return stream.Position <= limit ? count : throw TooLong();
    }

    InvalidDataException TooLong() => new($"{name} has more than {limit} bytes{(stream.IsPacked ? " when unpacked" : "")}: cut it, or raise {settings}.MaximumBytes.");
}
