namespace RnnDsl.Examples.Recommendation;

/// <summary>Scores all items after the items of a session. Any thread may call.</summary>
interface IRanker
{
    string Name { get; }

    /// <param name="session">The numbers of the items so far, at least one.</param>
    /// <param name="scores">Gets a score for each item.</param>
    void Score(ReadOnlySpan<int> session, Span<float> scores);
}
