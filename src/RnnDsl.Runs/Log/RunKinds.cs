namespace RnnDsl.Runs;

/// <summary>The kinds of lines. docs/runs.md has their members.</summary>
static class RunKinds
{
    public const string Settings = "settings", Data = "data", Step = "step", Epoch = "epoch", End = "end", Metric = "metric", Report = "report", Activity = "activity";

    /// <summary>The version of the format, in the line of settings.</summary>
    public const int Format = 1;
}
