using System.IO.Compression;

namespace RnnDsl.Data;

/// <summary>Text whose beginning can be looked at before it is read.</summary>
sealed class CsvInput : TextReader
{
    readonly char[] head = new char[1 << 16];
    readonly int headLength;
    readonly TextReader rest;
    readonly string name;
    int position;

    /// <param name="rest">The text.</param>
    /// <param name="name">What error messages call it.</param>
    public CsvInput(TextReader rest, string name)
    {
        (this.rest, this.name) = (rest, name);
        while (headLength < head.Length && ReadRest(head.AsSpan(headLength)) is > 0 and int count)
            headLength += count;
    }

    /// <summary>What has not been read yet of the first 65,536 characters.</summary>
    public ReadOnlySpan<char> Head => head.AsSpan(position, headLength - position);

    /// <summary>Opens a file, packed with gzip or not: by what it begins with rather than by its name.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static StreamReader Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException(Directory.Exists(path)
                ? $"'{path}' is a folder, not a file."
                : $"There is no file '{path}' ({Path.GetFullPath(path)}).", path);
        FileStream file = File.OpenRead(path);
        bool packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return new StreamReader(packed ? new GZipStream(file, CompressionMode.Decompress) : file);
    }

    public override int Peek() => position < headLength ? head[position] : rest.Peek();

    public override int Read() => position < headLength ? head[position++] : rest.Read();

    public override int Read(Span<char> buffer)
    {
        if (position == headLength)
            return ReadRest(buffer);
        int count = Math.Min(buffer.Length, headLength - position);
        head.AsSpan(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    int ReadRest(Span<char> buffer)
    {
        try
        {
            return rest.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{name}: the gzip data are broken or cut short ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
