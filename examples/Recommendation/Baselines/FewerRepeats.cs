using System.Globalization;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Another method that expects items of the session less often again: their scores are multiplied by a factor.</summary>
/// <param name="inner">The method.</param>
/// <param name="factor">From 0 to 1.</param>
sealed class FewerRepeats(IRanker inner, double factor) : IRanker
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{inner.Name}, repeats × {factor}");

    public void Score(ReadOnlySpan<int> session, Span<float> scores)
    {
        inner.Score(session, scores);
        Apply(session, factor, scores);
    }

    /// <summary>Multiplies what each item of a session has, once.</summary>
    public static void Apply(ReadOnlySpan<int> session, double factor, Span<float> scores)
    {
        for (int i = 0; i < session.Length; i++)
            if (!session[..i].Contains(session[i]))
                scores[session[i]] *= (float)factor;
    }
}
