using System.Text;
using RnnDsl.Data;

namespace RnnDsl.Text;

/// <summary>A line of a text, and its number, from 1.</summary>
public readonly record struct TextLine(long Number, string Text);

/// <summary>Reads texts line by line, so that a file of any size needs the memory of its longest line.</summary>
public static class TextFile
{
    static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

    /// <summary>The lines of a stream of bytes, such as standard input, as they come.</summary>
    /// <param name="stream">The bytes. The stream is closed at the end.</param>
    /// <param name="options">Of these <see cref="TextOptions.Encoding"/> and <see cref="TextOptions.MaximumLine"/> count.</param>
    /// <param name="name">What error messages call the text.</param>
    /// <exception cref="InvalidDataException">There are bytes that are no UTF-8, or a line is longer than the options allow.</exception>
    public static IEnumerable<TextLine> ReadLines(Stream stream, TextOptions? options = null, string name = "text")
    {
        using var reader = new StreamReader(stream, options?.Encoding ?? strict, detectEncodingFromByteOrderMarks: false);
        using IEnumerator<TextLine> lines = ReadLines(reader, options, name).GetEnumerator();
        for (long read = 0; ; read++)
        {
            try
            {
                if (!lines.MoveNext())
                    break;
            }
            catch (DecoderFallbackException error)
            {
                throw new InvalidDataException($"{name}: behind line {read} there are bytes that are no UTF-8. Convert it, or set {nameof(TextOptions)}.{nameof(TextOptions.Encoding)}.", error);
            }
            yield return lines.Current;
        }
    }

    /// <summary>The lines of a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="options">Of these <see cref="TextOptions.MaximumLine"/> counts.</param>
    /// <param name="name">What error messages call the text.</param>
    /// <exception cref="InvalidDataException">A line is longer than the options allow.</exception>
    public static IEnumerable<TextLine> ReadLines(TextReader reader, TextOptions? options = null, string name = "text")
    {
        options ??= new TextOptions();
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
                if (end - start > options.MaximumLine)
                    throw new InvalidDataException($"{name}, line {number + 1}: it has more than {options.MaximumLine} characters. Break it into lines, or raise {nameof(TextOptions)}.{nameof(TextOptions.MaximumLine)}.");
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
