using System.Globalization;

namespace RnnDsl.Metrics;

/// <summary>How well a language model predicts a text.</summary>
/// <param name="Nats">Sum of the negative natural logarithms of the probabilities of all tokens that were predicted: the total cross-entropy.</param>
/// <param name="Tokens">Number of these tokens: words, pieces or letters.</param>
/// <param name="Characters">Number of characters of the text that these tokens are, 0 if it is not known.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
public readonly record struct LanguageModelScore(double Nats, long Tokens, long Characters = 0)
{
    /// <summary>Number of the tokens that were predicted: words, pieces or letters.</summary>
    public long Tokens { get; init => field = NotNegative(value, nameof(Tokens)); } = NotNegative(Tokens, nameof(Tokens));

    /// <summary>Number of characters of the text that these tokens are, 0 if it is not known.</summary>
    public long Characters { get; init => field = NotNegative(value, nameof(Characters)); } = NotNegative(Characters, nameof(Characters));

    /// <summary>The score of a mean cross-entropy, as a loss gives it.</summary>
    /// <param name="meanNats">Nats per token.</param>
    /// <param name="tokens">Number of tokens over which the mean is.</param>
    /// <param name="characters">Number of characters that these tokens are, 0 if it is not known.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no token, the number of characters is negative, or the mean is NaN.</exception>
    public static LanguageModelScore FromMean(double meanNats, long tokens, long characters = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        if (double.IsNaN(meanNats))
            throw new ArgumentOutOfRangeException(nameof(meanNats), "The mean is NaN.");
        return new LanguageModelScore(meanNats * tokens, tokens, characters);
    }

    /// <summary>Nats per token: the mean cross-entropy.</summary>
    public double MeanNats => Nats / Tokens;

    /// <summary>The perplexity: e to the power of the nats per token. Perplexities of different vocabularies cannot be compared.</summary>
    public double Perplexity => Math.Exp(MeanNats);

    /// <summary>Bits per token.</summary>
    public double BitsPerToken => MeanNats / Math.Log(2);

    /// <summary>Bits per character, which can be compared across vocabularies; NaN if the number of characters is not known.</summary>
    public double BitsPerCharacter => Characters == 0 ? double.NaN : Nats / Math.Log(2) / Characters;

    /// <summary>The score of two texts together.</summary>
    public static LanguageModelScore operator +(LanguageModelScore left, LanguageModelScore right) => Add(left, right);

    /// <summary>The score of two texts together. If the number of characters of one of them is not known, neither is that of both.</summary>
    public static LanguageModelScore Add(LanguageModelScore left, LanguageModelScore right) => new(left.Nats + right.Nats, left.Tokens + right.Tokens,
        (left.Characters == 0 && left.Tokens > 0) || (right.Characters == 0 && right.Tokens > 0) ? 0 : left.Characters + right.Characters);

    static long NotNegative(long value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return value;
    }

    /// <summary>The perplexity and the bits, in one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"perplexity {Perplexity:F2}, {BitsPerToken:F4} bits a token{(Characters > 0 ? string.Create(CultureInfo.InvariantCulture, $", {BitsPerCharacter:F4} bits a character") : "")}");
}
