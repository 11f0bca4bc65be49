namespace RnnDsl.Examples.Dialogue;

/// <summary>When an answer is better withheld: below a threshold of its score.</summary>
static class Scope
{
    /// <summary>
    /// The highest threshold that withholds no more than a share of the right answers. It is chosen on validation texts that are in scope, so that no text out of scope is needed.
    /// </summary>
    /// <param name="scores">The score of each answer.</param>
    /// <param name="right">Whether it is right.</param>
    /// <param name="giveUp">The share of right answers that may be withheld.</param>
    public static double Threshold(IReadOnlyList<double> scores, IReadOnlyList<bool> right, double giveUp)
    {
        double[] kept = [.. scores.Where((_, i) => right[i]).Order()];
        return kept.Length == 0 ? 0 : kept[Math.Min(kept.Length - 1, (int)(giveUp * kept.Length))];
    }
}
