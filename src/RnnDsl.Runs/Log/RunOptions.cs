namespace RnnDsl.Runs;

/// <summary>What a <see cref="RunRecord"/> writes besides what it always writes.</summary>
public sealed record RunOptions
{
    /// <summary>The distance from one recorded step to the next: 1 records every step, 0 none. The curves by epoch do not depend on it. 10 to 1000 are usual.</summary>
    public int StepEvery { get; init; } = 10;

    /// <summary>Whether event files for TensorBoard are written.</summary>
    public bool TensorBoard { get; init; } = true;

    /// <summary>Whether the event files have a histogram of each parameter after each epoch.</summary>
    public bool Histograms { get; init; } = true;

    /// <summary>What the caller knows about the run and the record cannot know: the seed of the model, the options of the program. They are shown beside the settings, and compared like them.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    internal void Check() => ArgumentOutOfRangeException.ThrowIfNegative(StepEvery, nameof(StepEvery));
}
