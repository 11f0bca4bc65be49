using RnnDsl.Metrics;

namespace RnnDsl.Text;

/// <summary>Conversions between schemes of tags, and what may follow what in them.</summary>
public static class TagSchemes
{
    /// <summary>The tag of a word that belongs to no entity.</summary>
    public const string Outside = "O";

    /// <summary>The tags of a sentence in another scheme. What they mark is read by the rules of conlleval, which know all schemes.</summary>
    public static string[] Convert(IReadOnlyList<string> tags, TagScheme scheme) => Write(EntitySpans.Of(tags), tags.Count, scheme);

    /// <summary>The tags of a sentence whose entities are known.</summary>
    /// <param name="spans">The entities, in order, none within another.</param>
    /// <param name="length">Words of the sentence.</param>
    /// <param name="scheme">How to mark them.</param>
    /// <exception cref="ArgumentException">Two entities overlap, or one is not within the sentence.</exception>
    public static string[] Write(IReadOnlyList<EntitySpan> spans, int length, TagScheme scheme)
    {
        var tags = new string[length];
        Array.Fill(tags, Outside);
        EntitySpan before = new("", 0, 0);
        foreach (EntitySpan span in spans)
        {
            if (span.Start < before.End || span.End <= span.Start || span.End > length)
                throw new ArgumentException($"The entity of type {span.Type} from word {span.Start} to before word {span.End} overlaps the one before it, or is not within the sentence of {length} words.", nameof(spans));
            for (int i = span.Start; i < span.End; i++)
                tags[i] = $"{Prefix(span, i, scheme, touches: before.End == span.Start && before.Type == span.Type)}-{span.Type}";
            before = span;
        }
        return tags;
    }

    static char Prefix(EntitySpan span, int word, TagScheme scheme, bool touches)
    {
        bool first = word == span.Start, last = word == span.End - 1;
        return scheme switch
        {
            TagScheme.Iob1 => first && touches ? 'B' : 'I',
            TagScheme.Iob2 => first ? 'B' : 'I',
            _ => (first, last) switch { (true, true) => 'S', (true, _) => 'B', (_, true) => 'E', _ => 'I' },
        };
    }

    /// <summary>Whether a tag may follow another in a scheme. Null stands for the start of a sentence as the first, and for its end as the second.</summary>
    public static bool CanFollow(string? before, string? tag, TagScheme scheme)
    {
        (char prefix, string type) = Parts(before ?? Outside);
        (char next, string nextType) = Parts(tag ?? Outside);
        bool goesOn = next is 'I' or 'E';
        bool isOpen = scheme == TagScheme.Bioes ? prefix is 'B' or 'I' : prefix is 'B' or 'I' or 'E' or 'S';
        return scheme switch
        {
            TagScheme.Iob1 => next != 'B' || (isOpen && type == nextType),
            TagScheme.Iob2 => !goesOn || (isOpen && type == nextType),
            _ => goesOn ? isOpen && type == nextType : !isOpen,
        };
    }

    /// <summary>
    /// How tags mark entities; null if they mark none. E- and S- are only in Bioes, whose other spelling is BILOU with L- and U-, or BMES with M- for I-; where most entities that follow no other begin with B- it is Iob2, else Iob1.
    /// </summary>
    public static TagScheme? Detect(IEnumerable<IReadOnlyList<string>> sentences)
    {
        long begun = 0, goneInto = 0;
        foreach (IReadOnlyList<string> tags in sentences)
        {
            char before = 'O';
            foreach (string tag in tags)
            {
                if (!IsEntityTag(tag))
                    return null;
                char prefix = Parts(tag).Prefix;
                if (prefix is 'E' or 'S')
                    return TagScheme.Bioes;
                if (before == 'O' && prefix == 'B')
                    begun++;
                else if (before == 'O' && prefix == 'I')
                    goneInto++;
                before = prefix;
            }
        }
        return begun == 0 && goneInto == 0 ? null : begun >= goneInto ? TagScheme.Iob2 : TagScheme.Iob1;
    }

    /// <summary>Whether a tag is O, or one of B, I, E, S, of BILOU's L and U, or of BMES's M, with a type behind a dash.</summary>
    internal static bool IsEntityTag(string tag) => tag == Outside || tag is ['B' or 'I' or 'E' or 'S' or 'L' or 'U' or 'M', '-', _, ..];

    /// <summary>A tag as it is, or what a tag of no scheme is taken for: inside of an entity of its type, or outside if it has none.</summary>
    internal static string Mended(string tag) => IsEntityTag(tag) ? tag : tag.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash && dash < tag.Length - 1 ? $"I{tag[dash..]}" : Outside;

    /// <summary>Whether tags mark entities, but for a few that are of no scheme, such as mistyped ones.</summary>
    internal static bool MarkMostly(IEnumerable<string> tags)
    {
        long all = 0, fitting = 0;
        bool marks = false;
        foreach (string tag in tags)
        {
            all++;
            fitting += IsEntityTag(tag) ? 1 : 0;
            marks |= tag != Outside && IsEntityTag(tag);
        }
        return marks && AreMost(fitting, all);
    }

    /// <summary>Whether more than half of all tags are of a scheme, so that the others are mistakes.</summary>
    internal static bool AreMost(long fitting, long all) => 2 * fitting > all;

    static (char Prefix, string Type) Parts(string tag) => tag is [var prefix, '-', ..] ? (prefix switch { 'L' => 'E', 'U' => 'S', 'M' => 'I', _ => prefix }, tag[2..]) : (tag is [var only] ? only : 'O', "");
}
