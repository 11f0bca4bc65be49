namespace RnnDsl.Text;

public sealed partial class TextEncoder
{
    /// <summary>The inputs that have one number a word.</summary>
    internal static readonly string[] StepInputs = ["words", "shapes", "suffixes"];

    /// <summary>The number of a word for one of <see cref="StepInputs"/>, as in a sentence. It allocates nothing.</summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="word">The word.</param>
    /// <param name="buffer">Room for the word.</param>
    internal int StepNumber(int input, ReadOnlySpan<char> word, Span<char> buffer)
    {
        if (input == 1)
            return WordForms.Shape(word);
        buffer = buffer[..word.Length];
        int number;
        if (input == 2)
        {
            ReadOnlySpan<char> ending = WordForms.Ending(word, options.SuffixLetters);
            ending.ToLowerInvariant(buffer);
            return Suffixes.TryNumber(buffer[..ending.Length], out number) ? number : 0;
        }
        if (Words.TryNumber(word, out number))
            return number;
        word.ToLowerInvariant(buffer);
        if (Words.TryNumber(buffer, out number))
            return number;
        WordForms.Fold(word, buffer);
        return Words.TryNumber(buffer, out number) ? number : 0;
    }
}
