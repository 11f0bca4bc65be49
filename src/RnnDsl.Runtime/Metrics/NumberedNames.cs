namespace RnnDsl.Metrics;

/// <summary>Numbers names in the order in which they come.</summary>
sealed class NumberedNames
{
    readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    readonly List<string> names = [];

    /// <summary>The number of a name; a new name gets the next.</summary>
    public int Number(string? name, int index)
    {
        if (name is null)
            throw new ArgumentException($"The label at index {index} is null.", nameof(name));
        if (!numbers.TryGetValue(name, out int number))
        {
            numbers.Add(name, number = names.Count);
            names.Add(name);
        }
        return number;
    }

    public int[] Number(IEnumerable<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var result = new List<int>(labels.TryGetNonEnumeratedCount(out int count) ? count : 0);
        foreach (string label in labels)
            result.Add(Number(label, result.Count));
        return [.. result];
    }

    /// <summary>Puts the names into the order of their characters, writes their new numbers, and returns them.</summary>
    public string[] Sort(int[] first, int[] second)
    {
        int[] order = [.. Enumerable.Range(0, names.Count)];
        Array.Sort(order, (a, b) => string.CompareOrdinal(names[a], names[b]));
        var places = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            places[order[i]] = i;
        foreach (int[] values in new[] { first, second })
            for (int i = 0; i < values.Length; i++)
                values[i] = places[values[i]];
        return [.. order.Select(o => names[o])];
    }
}

/// <summary>Actual and predicted items, sentence by sentence.</summary>
static class TaggedPairs
{
    public static IEnumerable<(IReadOnlyList<string> Actual, IReadOnlyList<string> Predicted)> Of(IEnumerable<IReadOnlyList<string>> actual, IEnumerable<IReadOnlyList<string>> predicted)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(predicted);
        using IEnumerator<IReadOnlyList<string>> first = actual.GetEnumerator(), second = predicted.GetEnumerator();
        for (int sentence = 0; ; sentence++)
        {
            (bool isFirst, bool isSecond) = (first.MoveNext(), second.MoveNext());
            if (!isFirst && !isSecond)
                yield break;
            if (isFirst != isSecond)
                throw new ArgumentException($"There are {(isFirst ? "more" : "fewer")} sentences than predictions: the {(isFirst ? "predictions" : "sentences")} end after {sentence}.");
            if (first.Current.Count != second.Current.Count)
                throw new ArgumentException($"Sentence {sentence}, counted from 0, has {first.Current.Count} tags, and {second.Current.Count} were predicted.");
            yield return (first.Current, second.Current);
        }
    }
}
