namespace RnnDsl.Text;

/// <summary>Of what the terms of a <see cref="TextIndex"/> consist.</summary>
public enum TextUnit
{
    /// <summary>Words, as <see cref="WordTokenizer"/> splits a text.</summary>
    Word,

    /// <summary>Letters (Unicode text elements), where a run of white space is one space. Mistyped and inflected words still share terms, and languages without spaces need no words.</summary>
    Letter,
}

/// <summary>What the terms of a <see cref="TextIndex"/> are. Letter case never counts.</summary>
public sealed record TextIndexOptions
{
    /// <summary>Words, one by one.</summary>
    public static TextIndexOptions Words { get; } = new();

    /// <summary>All strings of two to four letters.</summary>
    public static TextIndexOptions Letters { get; } = new() { Unit = TextUnit.Letter, Shortest = 2, Longest = 4 };

    /// <summary>Of what terms consist.</summary>
    public TextUnit Unit { get; init; }

    /// <summary>The shortest terms, in words or letters.</summary>
    public int Shortest { get; init; } = 1;

    /// <summary>The longest terms, in words or letters; at most 16.</summary>
    public int Longest { get; init; } = 1;

    /// <summary>Whether a term that occurs n times counts 1 + ln n instead of n.</summary>
    public bool Sublinear { get; init; }
}
