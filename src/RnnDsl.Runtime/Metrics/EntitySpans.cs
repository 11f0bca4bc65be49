namespace RnnDsl.Metrics;

/// <summary>An entity in a sentence.</summary>
/// <param name="Type">Its type, such as LOC; "" if its tags have no type.</param>
/// <param name="Start">Index of its first token.</param>
/// <param name="End">Index after its last token.</param>
public readonly record struct EntitySpan(string Type, int Start, int End)
{
    /// <summary>Number of its tokens.</summary>
    public int Length => End - Start;
}

/// <summary>
/// Entities from tags, by the rules of conlleval (Tjong Kim Sang, CoNLL-2000 to 2003). A tag is a prefix, a dash and a type, which may have dashes too: B-work-of-art. The prefix O is outside of entities.
/// An entity ends where the type changes, before B and S, behind E and S, and where tags are outside; what is inside and follows such a place begins one. So IO, IOB1, IOB2, IOE and IOBES are read alike,
/// and every sequence of tags has a meaning. L and U of BILOU are read as E and S, and [ and ] as S. A tag with another prefix and a type is read as if it had the prefix I.
/// </summary>
public static class EntitySpans
{
    /// <summary>The entities of one sentence, in the order in which they begin.</summary>
    /// <param name="tags">The tag of each token.</param>
    /// <exception cref="ArgumentException">A tag is null, or has neither a known prefix nor a type.</exception>
    public static EntitySpan[] Of(IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var read = new EntityTags();
        var spans = new List<EntitySpan>();
        EntityTag before = EntityTag.Outside;
        int start = 0;
        for (int i = 0; i <= tags.Count; i++)
        {
            EntityTag tag = i < tags.Count ? read[read.Number(tags[i], i)] : EntityTag.Outside;
            if (EntityTag.Ends(before, tag))
                spans.Add(new EntitySpan(read.Types[before.Type], start, i));
            if (EntityTag.Starts(before, tag))
                start = i;
            before = tag;
        }
        return [.. spans];
    }
}

/// <summary>What a tag says.</summary>
/// <param name="Type">Number of its type.</param>
/// <param name="IsOutside">Whether it is of no entity.</param>
/// <param name="Opens">Whether an entity always begins with it.</param>
/// <param name="Closes">Whether an entity always ends with it.</param>
readonly record struct EntityTag(int Type, bool IsOutside, bool Opens, bool Closes)
{
    public static EntityTag Outside => new(0, true, false, false);

    /// <summary>Whether an entity ends between two tags.</summary>
    public static bool Ends(in EntityTag before, in EntityTag tag) => !before.IsOutside && AreApart(before, tag);

    /// <summary>Whether an entity begins between two tags.</summary>
    public static bool Starts(in EntityTag before, in EntityTag tag) => !tag.IsOutside && AreApart(before, tag);

    static bool AreApart(in EntityTag before, in EntityTag tag) => before.IsOutside || tag.IsOutside || before.Closes || tag.Opens || before.Type != tag.Type;
}

/// <summary>The tags and types met so far, by number.</summary>
sealed class EntityTags
{
    readonly NumberedNames names = new(), typeNames = new();
    readonly List<EntityTag> tags = [];

    /// <summary>Names of the types, by number.</summary>
    public List<string> Types { get; } = [];

    public EntityTag this[int number] => tags[number];

    /// <summary>The number of a tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="index">Of its token, for what is said of a tag that is none.</param>
    public int Number(string? tag, int index)
    {
        int number = names.Number(tag, index);
        if (number == tags.Count)
            tags.Add(Read(tag!, index));
        return number;
    }

    EntityTag Read(string tag, int index)
    {
        int dash = tag.IndexOf('-', StringComparison.Ordinal);
        string prefix = dash < 0 ? tag : tag[..dash], type = dash < 0 ? "" : tag[(dash + 1)..];
        if (dash < 0 && prefix is not ("B" or "I" or "E" or "S" or "O" or "L" or "U" or "[" or "]" or "."))
            throw new ArgumentException($"The tag '{tag}' at index {index} is no tag of an entity: it has no prefix, as B-{tag} and I-{tag} have, and is not O.");
        int number = typeNames.Number(type, index);
        if (number == Types.Count)
            Types.Add(type);
        return new EntityTag(number, prefix is "O" or ".", prefix is "B" or "S" or "U" or "[" or "]", prefix is "E" or "S" or "L" or "U" or "[" or "]");
    }
}
