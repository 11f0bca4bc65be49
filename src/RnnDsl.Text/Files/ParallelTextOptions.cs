namespace RnnDsl.Text;

/// <summary>Where sentences and their translations stand in a file with tabs.</summary>
public sealed record ParallelTextOptions
{
    /// <summary>The column of the source sentences: a number from 0, or a name of the first line. If either column is a name, the first line is a header and no pair.</summary>
    public string SourceColumn { get; init; } = "0";

    /// <summary>The column of the target sentences, in the same way.</summary>
    public string TargetColumn { get; init; } = "1";

    /// <summary>How files are read.</summary>
    public TextOptions Text { get; init; } = new();
}
