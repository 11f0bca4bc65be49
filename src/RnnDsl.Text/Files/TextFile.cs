using System.Text;
using RnnDsl.Data;

namespace RnnDsl.Text;

/// <summary>A line of a text, and its number, from 1.</summary>
public readonly record struct TextLine(long Number, string Text);

/// <summary>Reads texts line by line, so that a file of any size needs the memory of its longest line.</summary>
public static class TextFile
{
    /// <summary>The lines of a file. They end with a line feed, or with a carriage return and a line feed; other characters, such as U+0085, end none.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no text of the encoding, its gzip data are broken, or it is larger than the options allow; the message names file and line.</exception>
    public static IEnumerable<TextLine> ReadLines(string path, TextOptions? options = null)
    {
        options ??= new TextOptions();
        using TextReader file = new CsvFile(path, options.Encoding, options.MaximumBytes, nameof(TextOptions));
        foreach (TextLine line in ReadLines(file, options, path))
            yield return line;
    }

    /// <summary>The lines of a file whose reader keeps them: no more than the options allow.</summary>
    /// <exception cref="InvalidDataException">As <see cref="ReadLines(string, TextOptions?)"/>, or there are more lines; the message names the file and the option.</exception>
    internal static IEnumerable<TextLine> ReadKept(string path, TextOptions options) => Counted(ReadLines(path, options), options, path);

    /// <summary>Lines that their reader keeps: no more than the options allow.</summary>
    internal static IEnumerable<TextLine> Counted(IEnumerable<TextLine> lines, TextOptions options, string name)
    {
        foreach (TextLine line in lines)
        {
            CheckCount(line.Number, options, name, "lines");
            yield return line;
        }
    }

    /// <summary>Refuses more lines, or elements, than the options allow.</summary>
    internal static void CheckCount(long count, TextOptions options, string name, string what)
    {
        if (count > options.MaximumLines)
            throw new InvalidDataException($"{name} has more than {options.MaximumLines} {what}: cut it, or raise {nameof(TextOptions)}.{nameof(TextOptions.MaximumLines)}. " +
                "All that is read is kept in memory.");
    }

    /// <summary>Refuses a line with more columns than the options allow, before it is split.</summary>
    internal static void CheckColumns(long columns, TextOptions options, string place)
    {
        if (columns > options.MaximumColumns)
            throw new InvalidDataException($"{place}: more than {options.MaximumColumns} columns. " +
                $"Raise {nameof(TextOptions)}.{nameof(TextOptions.MaximumColumns)} if that is meant.");
    }

    /// <summary>The lines of a stream of bytes, such as standard input, as they come: those before a broken one are given first.</summary>
    /// <param name="stream">The bytes. The stream is closed at the end.</param>
    /// <param name="options">Of these <see cref="TextOptions.Encoding"/> and <see cref="TextOptions.MaximumLine"/> count.</param>
    /// <param name="name">What error messages call the text. They name no options, because they are for the users of a program.</param>
    /// <exception cref="InvalidDataException">There are bytes that are no UTF-8, or a line is longer than the options allow; the message names the line.</exception>
    public static IEnumerable<TextLine> ReadLines(Stream stream, TextOptions? options = null, string name = "text")
    {
        Encoding encoding = options?.Encoding ?? Encoding.UTF8;
        bool isStrict = options?.Encoding is null || encoding.DecoderFallback is DecoderExceptionFallback;
        if (isStrict)
        {
            // An exception would come when a block is decoded, and take the good lines of the block with it.
            encoding = (Encoding)encoding.Clone();
            encoding.DecoderFallback = new DecoderReplacementFallback(CsvFile.Undecodable.ToString());
        }
        using var reader = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false);
        foreach (TextLine line in Lines(reader, (options ?? new TextOptions()).MaximumLine, name, "Break it into lines."))
            yield return isStrict && line.Text.Contains(CsvFile.Undecodable, StringComparison.Ordinal)
                ? throw new InvalidDataException($"{name}, line {line.Number}: the bytes are no {encoding.WebName.ToUpperInvariant()}. " +
                    "The text must be converted first, for instance with 'iconv -f LATIN1 -t UTF-8'.")
                : line;
    }

    /// <summary>The lines of a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="options">Of these <see cref="TextOptions.MaximumLine"/> counts.</param>
    /// <param name="name">What error messages call the text.</param>
    /// <exception cref="InvalidDataException">A line is longer than the options allow.</exception>
    public static IEnumerable<TextLine> ReadLines(TextReader reader, TextOptions? options = null, string name = "text") =>
        Lines(reader, (options ?? new TextOptions()).MaximumLine, name, $"Break it into lines, or raise {nameof(TextOptions)}.{nameof(TextOptions.MaximumLine)}.");

    static IEnumerable<TextLine> Lines(TextReader reader, int longest, string name, string wayOut)
    {
        var buffer = new char[1 << 14];
        int start = 0, end = 0;
        long number = 0;
        bool ended = false;
        while (true)
        {
            int stop = buffer.AsSpan(start, end - start).IndexOf('\n');
            if (stop < 0 && !ended)
            {
                (start, end) = (0, Moved(ref buffer, start, end));
                if (end - start > longest)
                    throw new InvalidDataException($"{name}, line {number + 1}: it has more than {longest} characters. {wayOut}");
                int count = reader.Read(buffer, end, buffer.Length - end);
                end += count;
                ended = count == 0;
                continue;
            }
            if (stop < 0 && start == end)
                yield break;
            int length = stop < 0 ? end - start : stop;
            int shown = length > 0 && buffer[start + length - 1] == '\r' ? length - 1 : length;
            int mark = number == 0 && shown > 0 && buffer[start] == '\uFEFF' ? 1 : 0;
            number++;
            yield return new TextLine(number, new string(buffer, start + mark, shown - mark));
            start += stop < 0 ? length : length + 1;
        }
    }

    /// <summary>Moves what is not consumed to the front, into a larger buffer if the buffer is full of it. Returns where it ends.</summary>
    static int Moved(ref char[] buffer, int start, int end)
    {
        int count = end - start;
        char[] target = count > buffer.Length / 2 ? new char[2 * buffer.Length] : buffer;
        Array.Copy(buffer, start, target, 0, count);
        buffer = target;
        return count;
    }
}
