using RnnDsl.Prediction;

namespace RnnDsl.Examples.Recommendation;

/// <summary>
/// Where a user stands: the state before the current session, or before its last steps, and the steps since then. What the model asks for now is made by replaying the steps; without one of them it says what that one moved.
/// </summary>
/// <param name="Before">The state of the model before the steps; empty for a new user.</param>
/// <param name="Steps">The numbers of items, and <see cref="Histories.Begins"/> where the session begins.</param>
sealed record Visit(float[] Before, int[] Steps)
{
    /// <summary>Steps that are kept. The first of a longer session go into the state.</summary>
    public const int MostSteps = 50;

    /// <summary>A user of whom nothing is known.</summary>
    public static Visit New(Recommender recommender) => new(recommender.Start().Snapshot(), []);

    /// <summary>The items of the session that are kept.</summary>
    public IEnumerable<int> Items => Steps.Where(s => s != Histories.Begins);

    /// <summary>A new session, before which all steps so far go into the state.</summary>
    public Visit Begin(Recommender recommender)
    {
        PredictionStream stream = Replay(recommender, out _);
        return new Visit(stream.Snapshot(), [Histories.Begins]);
    }

    /// <summary>The session with one item more.</summary>
    public Visit Add(Recommender recommender, int item)
    {
        if (Steps.Length < MostSteps)
            return this with { Steps = [.. Steps, item] };
        PredictionStream stream = (this with { Steps = Steps[..1] }).Replay(recommender, out _);
        return new Visit(stream.Snapshot(), [.. Steps[1..], item]);
    }

    /// <summary>The user after the steps.</summary>
    /// <param name="recommender">The model.</param>
    /// <param name="query">What the model asks for then; zeros if there is no step.</param>
    public PredictionStream Replay(Recommender recommender, out float[] query)
    {
        PredictionStream stream = recommender.Resume(Before);
        query = new float[recommender.VectorUnits];
        foreach (int step in Steps)
            recommender.Step(stream, step, query);
        return stream;
    }
}
