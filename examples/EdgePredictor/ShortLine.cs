using System.Text;

namespace RnnDsl.Examples.EdgePredictor;

/// <summary>Lines of a sensor in bounded memory. Numbers are short; what stands behind the sixtieth character of a line is read over.</summary>
internal static class ShortLine
{
    const int Longest = 60;

    /// <summary>The next line, without its end; null at the end of the text. A longer line is cut and ends with "…", so that it is no number.</summary>
    public static string? Read(TextReader reader)
    {
        var line = new StringBuilder();
        int next = reader.Read();
        if (next < 0)
            return null;
        for (; next >= 0 && next != '\n'; next = reader.Read())
            if (line.Length <= Longest)
                line.Append((char)next);
        if (line.Length > Longest)
            line[Longest] = '…';
        return line.ToString().TrimEnd('\r');
    }
}
