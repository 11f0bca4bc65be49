namespace RnnDsl.Text;

/// <summary>A text and what it is about.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Labels">Its labels: one, several, or none if none is known.</param>
public sealed record LabeledText(string Text, params IReadOnlyList<string> Labels)
{
    IReadOnlyList<string>? words;

    /// <summary>As it is written.</summary>
    public string Text { get; init; } = Text ?? throw new ArgumentNullException(nameof(Text));

    /// <summary>Its labels: one, several, or none if none is known.</summary>
    public IReadOnlyList<string> Labels { get; init; } = Labels ?? throw new ArgumentNullException(nameof(Labels));

    /// <summary>"good film [positive]".</summary>
    public override string ToString() => $"{Text} [{string.Join(", ", Labels)}]";

    /// <summary>The words of the text, as <see cref="WordTokenizer"/> splits it; of a text without any, one empty word, so that each text can be classified.</summary>
    public IReadOnlyList<string> Words => words ??= WordTokenizer.Split(Text) is { Length: > 0 } split ? split : [""];
}
