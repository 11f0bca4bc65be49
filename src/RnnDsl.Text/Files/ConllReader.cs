using RnnDsl.Metrics;

namespace RnnDsl.Text;

/// <summary>Reads one CoNLL text. The columns are found from its first sentences, then it is read line by line; words that repeat are kept once.</summary>
sealed class ConllReader(ConllOptions options, string name)
{
    /// <summary>Lines from which the columns are found.</summary>
    const int HeadLines = 2000;

    /// <summary>Where tags mark entities, tags of no scheme are mistakes if there are at most one of them in so many tags.</summary>
    const int TagsOfAMistake = 20;

    const string DocumentStart = "-DOCSTART-";

    readonly List<TaggedSentence> sentences = [];
    readonly List<long> firstLines = [];
    readonly List<string> findings = [];
    readonly Dictionary<string, string> texts = [];
    readonly List<string> words = [], tags = [];
    ConllColumns columns = null!;

    /// <summary>Lines with more columns than the first one.</summary>
    long extra, firstExtra;

    public TaggedCorpus Read(IEnumerable<TextLine> lines)
    {
        using IEnumerator<TextLine> rest = lines.GetEnumerator();
        var head = new List<TextLine>();
        while (head.Count < HeadLines && rest.MoveNext())
            head.Add(rest.Current);
        columns = ConllColumns.Find(head, options, name);
        findings.AddRange(columns.Findings);
        foreach (TextLine line in head)
            Add(line);
        while (rest.MoveNext())
            Add(rest.Current);
        EndSentence();
        if (sentences.Count == 0)
            throw new InvalidDataException($"{name} has no words.");
        if (extra > 0)
            findings.Add($"{extra} line{(extra == 1 ? " has" : "s have")} more than {columns.Count} columns, first line {firstExtra}. What stands behind the last of them is not read.");
        MendStrayTags();
        TagScheme? scheme = TagSchemes.Detect(sentences.Select(s => s.Tags));
        if (scheme is { } marked)
            Repair(marked);
        else
            FindOtherSpelling();
        return new TaggedCorpus(name, sentences, scheme, findings) { Columns = columns.Options };
    }

    void Add(TextLine line)
    {
        if (line.Text.Contains('\r'))
            throw new InvalidDataException($"{name}, line {line.Number} has a carriage return within. A file whose lines end with carriage returns alone must be converted, as with tr '\\r' '\\n'.");
        if (string.IsNullOrWhiteSpace(line.Text))
            EndSentence();
        else if (!columns.IsComment(line.Text, words.Count == 0))
            AddWord(line);
    }

    void AddWord(TextLine line)
    {
        string[] fields = columns.Split(line);
        if (columns.IsPassedOver(fields))
            return;
        if (fields[0] == DocumentStart)
        {
            EndSentence();
            return;
        }
        if (fields.Length < columns.Count)
            throw new InvalidDataException($"{name}, line {line.Number}: {fields.Length} column{(fields.Length == 1 ? "" : "s")} where other lines have {columns.Count}: '{line.Text}'. "
                + "A line is a word with its columns, and a blank line ends a sentence.");
        string word = fields[columns.Word].Trim(), tag = fields[columns.Tag].Trim();
        if (word.Length == 0 || tag.Length == 0)
            throw new InvalidDataException($"{name}, line {line.Number}: the {(word.Length == 0 ? "word" : "tag")} is empty: '{line.Text}'.");
        if (fields.Length > columns.Count && extra++ == 0)
            firstExtra = line.Number;
        if (words.Count == 0)
            firstLines.Add(line.Number);
        words.Add(Kept(word));
        tags.Add(Kept(tag));
    }

    void EndSentence()
    {
        if (words.Count > 0)
            sentences.Add(new TaggedSentence([.. words], [.. tags]));
        words.Clear();
        tags.Clear();
    }

    string Kept(string text) => texts.TryGetValue(text, out string? kept) ? kept : texts[text] = text;

    /// <summary>Where tags mark entities, a few that are of no scheme are mistakes: one with a type is in an entity, as conlleval reads it, and any other is outside. More of them make classes of all.</summary>
    void MendStrayTags()
    {
        long all = 0, stray = 0, line = 0;
        string example = "";
        bool marks = false;
        for (int i = 0; i < sentences.Count; i++)
            for (int word = 0; word < sentences[i].Tags.Count; word++, all++)
            {
                string tag = sentences[i].Tags[word];
                if (TagSchemes.IsEntityTag(tag))
                    marks |= tag != TagSchemes.Outside;
                else if (stray++ == 0)
                    (line, example) = (firstLines[i] + word, tag);
            }
        if (stray == 0 || !marks || !TagSchemes.AreMost(all - stray, all))
            return;
        bool areMistakes = stray * TagsOfAMistake <= all;
        findings.Add(FormattableString.Invariant($"{stray:N0} of {all:N0} tags {(stray == 1 ? "is" : "are")} of no scheme, first '{example}' near line {line}: ")
            + (areMistakes ? "those with a type were taken as I-, the others as O. Mend them if they mean something else." : "so all tags are taken as classes, and mark no entities. Mend these tags (O, or B-, I-, E- or S- with a type) to have entities."));
        for (int i = 0; areMistakes && i < sentences.Count; i++)
            if (!sentences[i].Tags.All(TagSchemes.IsEntityTag))
                sentences[i] = sentences[i] with { Tags = [.. sentences[i].Tags.Select(tag => Kept(TagSchemes.Mended(tag)))] };
    }

    /// <summary>Tags such as B_PER, PER-B and b-per are classes like any others. That is said, because it is rarely meant.</summary>
    void FindOtherSpelling()
    {
        string[] distinct = [.. sentences.SelectMany(s => s.Tags).Distinct()];
        string[] marks = [.. distinct.Where(tag => !tag.Equals(TagSchemes.Outside, StringComparison.OrdinalIgnoreCase))];
        if (marks.Length < distinct.Length && marks.Length > 0 && (marks.All(BeginsWithPrefix) || marks.All(EndsWithPrefix)))
            findings.Add($"Tags such as '{marks[0]}' are taken as classes. If they mark entities, write them as B-PER, I-PER and O.");

        static bool BeginsWithPrefix(string tag) => tag is ['B' or 'I' or 'E' or 'S' or 'b' or 'i' or 'e' or 's', '-' or '_' or '.', _, ..];

        static bool EndsWithPrefix(string tag) => tag is [_, .., '-' or '_' or '.', 'B' or 'I' or 'E' or 'S' or 'b' or 'i' or 'e' or 's'];
    }

    /// <summary>Tags that break the scheme mean what conlleval takes them for: an entity that begins with I- or E-, or one that does not end.</summary>
    void Repair(TagScheme scheme)
    {
        long broken = 0, first = 0;
        string example = "";
        for (int i = 0; i < sentences.Count; i++)
        {
            IReadOnlyList<string> given = sentences[i].Tags;
            for (int word = 0; word <= given.Count; word++)
            {
                string? before = word == 0 ? null : given[word - 1], tag = word == given.Count ? null : given[word];
                if (TagSchemes.CanFollow(before, tag, scheme))
                    continue;
                if (broken++ == 0)
                    (first, example) = (firstLines[i] + Math.Min(word, given.Count - 1), $"{tag ?? "the end of the sentence"} behind {before ?? "its start"}");
            }
            sentences[i] = new TaggedSentence(sentences[i].Words, [.. TagSchemes.Write(EntitySpans.Of(given), given.Count, scheme).Select(Kept)]);
        }
        if (broken > 0)
            findings.Add($"{broken} tag{(broken == 1 ? " breaks" : "s break")} the scheme {scheme}, first near line {first} ({example}). They were mended as conlleval reads them: what begins without B- begins an entity, what does not end ends there.");
    }
}
