namespace RnnDsl.Metrics;

/// <summary>Segments with their references, checked and paired as they come.</summary>
static class TranslatedSegments
{
    /// <summary>The pairs of two lists, which are equally long.</summary>
    /// <exception cref="ArgumentException">One list is longer, there is no pair, or a text is null.</exception>
    public static IEnumerable<(T Reference, string Hypothesis)> Pairs<T>(IEnumerable<T> references, IEnumerable<string> hypotheses)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(references);
        ArgumentNullException.ThrowIfNull(hypotheses);
        using IEnumerator<T> first = references.GetEnumerator();
        using IEnumerator<string> second = hypotheses.GetEnumerator();
        for (int count = 0; ; count++)
        {
            (bool hasReference, bool hasHypothesis) = (first.MoveNext(), second.MoveNext());
            if (hasReference != hasHypothesis)
                throw new ArgumentException($"There are {count} {(hasReference ? "hypotheses" : "references")}, but more {(hasReference ? "references" : "hypotheses")}. Each hypothesis is scored with the reference beside it.");
            if (!hasReference && count == 0)
                throw new ArgumentException("There is no hypothesis to score.");
            if (!hasReference)
                yield break;
            yield return (first.Current ?? throw new ArgumentException($"Reference {count} (from 0) is null."), second.Current ?? throw new ArgumentException($"Hypothesis {count} (from 0) is null."));
        }
    }

    /// <summary>Each reference as the only one of its segment.</summary>
    public static IEnumerable<IReadOnlyList<string>> Single(IEnumerable<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return references.Select((r, i) => (IReadOnlyList<string>)[r ?? throw new ArgumentException($"Reference {i} (from 0) is null.")]);
    }

    /// <summary>Refuses a segment without a reference.</summary>
    public static void Check(IReadOnlyList<string> references, int segment)
    {
        if (references.Count == 0)
            throw new ArgumentException($"Segment {segment} (from 0) has no reference.");
        if (references.Contains(null!))
            throw new ArgumentException($"A reference of segment {segment} (from 0) is null.");
    }

    /// <summary>The end of a signature: who computed it.</summary>
    public static string Version { get; } = $"version:RnnDsl-{typeof(TranslatedSegments).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>The beginning of a signature: how many references each segment has.</summary>
    public static string References(int fewest, int most) => fewest == most ? FormattableString.Invariant($"nrefs:{most}") : "nrefs:var";
}
