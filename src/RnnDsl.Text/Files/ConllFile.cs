using RnnDsl.Storage;

namespace RnnDsl.Text;

/// <summary>
/// Reads files with a word on each line, columns beside it, and a blank line behind each sentence: CoNLL-2000, CoNLL-2002, CoNLL-2003 and their like, IOB files with comments, and CoNLL-U
/// (universaldependencies.org/format.html). Lines that begin with <c>-DOCSTART-</c>, comments, ranges of words (1-2) and empty nodes (8.1) are passed over.
/// </summary>
public static class ConllFile
{
    /// <summary>Reads a file, also packed with gzip.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is empty, no text, or a line lacks a column; the message names file and line.</exception>
    /// <exception cref="ArgumentException">The options name no column of the file.</exception>
    public static TaggedCorpus Read(string path, ConllOptions? options = null) => Read(TextFile.ReadLines(path, (options ??= new ConllOptions()).Text), options, path);

    /// <summary>Reads a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="name">What messages call the text.</param>
    /// <exception cref="InvalidDataException">It is empty, or a line lacks a column; the message names the line.</exception>
    /// <exception cref="ArgumentException">The options name no column of the text.</exception>
    public static TaggedCorpus Read(TextReader reader, ConllOptions? options = null, string name = "CoNLL text") =>
        Read(TextFile.ReadLines(reader, (options ??= new ConllOptions()).Text, name), options, name);

    static TaggedCorpus Read(IEnumerable<TextLine> lines, ConllOptions options, string name)
    {
        try
        {
            return new ConllReader(options, name).Read(TextFile.Counted(lines, options.Text, name));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(OneLine.Of(e.Message), e);
        }
    }
}
