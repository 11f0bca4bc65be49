namespace RnnDsl.Prediction;

/// <summary>How a symbol is drawn from a model's scores. What is set applies in this order: the repetition penalty, the temperature, the largest <see cref="TopK"/>, the <see
/// cref="Nucleus"/>.</summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits: below 1 likely symbols come more often, above 1 less often; 0 takes the likeliest symbol. 0.7 to 1 are usual.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The number of likeliest symbols to draw from (Fan, Lewis &amp; Dauphin 2018); 0 for all. 10 to 50 are usual.</summary>
    public int TopK { get; init; }

    /// <summary>Draws from the fewest likeliest symbols whose probabilities sum to at least this (Holtzman et al. 2020, "top-p"); 1 for all. 0.9 to 0.95 are usual.</summary>
    public double Nucleus { get; init; } = 1;

    /// <summary>Makes symbols that were there already less likely (Keskar et al. 2019, section 4.1): a positive logit is divided by it, a negative one multiplied; 1 for no penalty. 1.1 to 1.3 are usual.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>The number of symbols before, the last ones, that <see cref="RepetitionPenalty"/> looks at; 0 for all.</summary>
    public int RepetitionWindow { get; init; }

    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    internal void Check()
    {
        Require(Temperature >= 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "is a finite number from 0 up");
        Require(TopK >= 0, nameof(TopK), TopK, "is a number of symbols, or 0 for all");
        Require(Nucleus is > 0 and <= 1, nameof(Nucleus), Nucleus, "is a probability above 0 and at most 1");
        Require(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty), nameof(RepetitionPenalty), RepetitionPenalty, "is a finite number above 0");
        Require(RepetitionWindow >= 0, nameof(RepetitionWindow), RepetitionWindow, "is a number of symbols, or 0 for all");
    }

    internal static void Require(bool holds, string name, double value, string what)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}, but it {what}."), name);
    }
}
