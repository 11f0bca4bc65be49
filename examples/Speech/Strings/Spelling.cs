namespace RnnDsl.Examples.Speech;

/// <summary>Digits as letters, and the numbers of letters: 0 is the blank of <see cref="Ctc{Symbol}"/>, then the space and the letters of the ten words.</summary>
static class Spelling
{
    public const int Space = 1;

    static readonly string letters = " " + string.Concat(string.Concat(Clip.Words).Distinct().Order());

    public static int Symbols => letters.Length + 1;

    public static int[] Encode(IEnumerable<int> digits) => Encode(string.Join(' ', digits.Select(d => Clip.Words[d])));

    public static int[] Encode(string text) => [.. text.Select(letter => letters.IndexOf(letter) + 1)];

    public static string Decode(ReadOnlySpan<int> labels)
    {
        var text = new char[labels.Length];
        for (int i = 0; i < text.Length; i++)
            text[i] = letters[labels[i] - 1];
        return new string(text);
    }
}
