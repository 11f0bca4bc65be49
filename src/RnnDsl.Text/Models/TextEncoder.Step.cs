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
        if (input == 0)
            return WordNumber(word, buffer[..word.Length]);
        ReadOnlySpan<char> ending = WordForms.Ending(word, options.SuffixLetters);
        Span<char> lower = buffer[..ending.Length];
        ending.ToLowerInvariant(lower);
        return Suffixes.TryNumber(lower, out int number) ? number : 0;
    }
}
