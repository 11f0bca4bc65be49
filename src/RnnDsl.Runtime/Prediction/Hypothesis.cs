namespace RnnDsl.Prediction;

/// <summary>A sequence of symbols that a decoder found.</summary>
/// <param name="Symbols">The symbols, without the one that ends the sequence.</param>
/// <param name="LogProbability">The natural logarithm of the model's probability of these symbols and, if it ended, of its end.</param>
/// <param name="Score">By what hypotheses are ranked, see <see cref="BeamOptions"/>. Without a beam search it is the logarithm of the probability.</param>
/// <param name="Ended">Whether the sequence ended. False if it was cut off after <see cref="DecodingOptions.MostSteps"/>.</param>
public sealed record Hypothesis(IReadOnlyList<int> Symbols, double LogProbability, double Score, bool Ended)
{
    /// <summary>For each step, also the one that ended the sequence, the values of the answer behind the symbols' scores, such as the weights of attention. Empty rows if an answer has no others.</summary>
    public IReadOnlyList<float[]> Beside { get; init; } = [];
}
