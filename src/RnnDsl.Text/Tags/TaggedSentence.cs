namespace RnnDsl.Text;

/// <summary>The words of a sentence, and a tag for each.</summary>
/// <param name="Words">At least one.</param>
/// <param name="Tags">As many as words.</param>
public sealed record TaggedSentence(IReadOnlyList<string> Words, IReadOnlyList<string> Tags)
{
    /// <summary>"John/B-PER runs/O".</summary>
    public override string ToString() => string.Join(' ', Words.Zip(Tags, (word, tag) => $"{word}/{tag}"));
}
