using System.Globalization;

namespace RnnDsl.Examples;

/// <summary>Numbers as command lines have them: with a decimal point, without signs between groups of digits, in the language of no country.</summary>
public static class Numbers
{
    /// <summary>Longer texts are cut where a message shows them.</summary>
    const int LongestShown = 60;

    /// <summary>Reads a whole number of 32 bits.</summary>
    /// <param name="text">What is read.</param>
    /// <param name="number">The number, if it is one.</param>
    /// <returns>Why it is none, as a sentence; null if it is one.</returns>
    public static string? Whole(string text, out int number)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            return null;
        bool isLarge = text.TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);
        return isLarge ? $"{Shown(text)} is not from {int.MinValue} to {int.MaxValue}." : $"{Shown(text)} is no whole number.";
    }

    /// <summary>Reads a finite number, as 0.003 or 3e-3.</summary>
    /// <inheritdoc cref="Whole"/>
    public static string? Real(string text, out double number)
    {
        if (TryReal(text, out number))
            return double.IsFinite(number) ? null : $"{Shown(text)} is no finite number.";
        // Many people write a comma in place of the point.
        string point = text.Replace(',', '.');
        return $"{Shown(text)} is no number.{(text.Length <= LongestShown && TryReal(point, out _) ? $" Write {point}." : "")}";
    }

    static bool TryReal(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);

    static string Shown(string text) => $"'{(text.Length <= LongestShown ? text : text[..LongestShown] + "…")}'";
}
