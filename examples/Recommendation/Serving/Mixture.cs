using System.Globalization;

namespace RnnDsl.Examples.Recommendation;

/// <summary>What is made of the probabilities of a model.</summary>
/// <param name="Counts">The weight of the shares of the items that came directly after the last one in the training, from 0 to 1.</param>
/// <param name="Repeats">The factor of items that the session has already, from 0 to 1.</param>
sealed record Mixture(double Counts = 0, double Repeats = 1)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{100 * Counts:F0} % of counts, repeats × {Repeats}");
}
