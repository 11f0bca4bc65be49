using RnnDsl.Text;

namespace RnnDsl.Examples.Translation;

/// <summary>Translates lines as they come, one line for each, and says beside them of which a translation is doubtful.</summary>
static class LineTranslation
{
    /// <summary>Writes a translation for each line that is taken from <paramref name="lines"/>, before the next one is read.</summary>
    /// <param name="translator">The translator.</param>
    /// <param name="lines">The sentences.</param>
    /// <param name="greedy">Take the likeliest piece at each step, instead of a search.</param>
    /// <param name="output">Takes the translations.</param>
    /// <param name="notes">Takes a sentence for each line that the model is not made for.</param>
    public static IEnumerable<Translated> Run(TextTranslator translator, IEnumerable<TextLine> lines, bool greedy, TextWriter output, TextWriter notes)
    {
        foreach (TextLine line in lines)
        {
            Translated one = translator.Translate([line.Text], greedy)[0];
            if (one.IsUnread)
                notes.WriteLine($"Note: line {line.Number} has no word that the model knows, and stays as it is: {one.Text}");
            else if (one.Parts > 1)
                notes.WriteLine($"Note: line {line.Number} has {one.Source.Count} pieces, and the longest sentence that was learnt has {translator.Longest}: it was translated in {one.Parts} parts.");
            output.WriteLine(one.Text);
            output.Flush();
            yield return one;
        }
    }

    /// <summary>Standard input, of which a long file needs the memory of a line. A line of many pages is refused, and so are bytes that are no UTF-8.</summary>
    public static IEnumerable<TextLine> Piped() => TextFile.ReadLines(Console.OpenStandardInput(), new TextOptions { MaximumLine = 1 << 14 }, "standard input");

    /// <summary>What a person types, up to an empty line.</summary>
    public static IEnumerable<TextLine> Typed()
    {
        for (long number = 1; Console.ReadLine() is { Length: > 0 } line; number++)
            yield return new TextLine(number, line);
    }
}
