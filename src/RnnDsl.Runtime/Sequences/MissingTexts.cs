namespace RnnDsl.Sequences;

/// <summary>Missing texts of a table, which are blank, and missing numbers of a column that is read as names.</summary>
static class MissingTexts
{
    const string ForwardFill = $"{nameof(MissingPolicy)}.{nameof(MissingPolicy.ForwardFill)}";

    /// <summary>Whether an entry of a column that is read as texts is missing: blank, or NaN in a column of numbers.</summary>
    public static bool IsMissing(string text, bool isNumber) => isNumber ? text == "NaN" : string.IsNullOrWhiteSpace(text);

    /// <summary>A sentence about the missing entries of a column; null if there are none.</summary>
    /// <param name="name">The column.</param>
    /// <param name="texts">Its entries.</param>
    /// <param name="isNumber">Whether it is a column of numbers.</param>
    /// <param name="become">What such rows become: "a name of their own".</param>
    /// <param name="group">The column that says which rows are one series; null if all are.</param>
    public static string? Finding(string name, IReadOnlyList<string> texts, bool isNumber, string become, string? group)
    {
        int count = 0, first = 0;
        for (int row = texts.Count - 1; row >= 0; row--)
            if (IsMissing(texts[row], isNumber))
                (count, first) = (count + 1, row);
        return count == 0 ? null : $"Column '{name}': {count} of {texts.Count} rows have no {(isNumber ? "number" : "text")}, the first is row {first}; they become {become}. " +
            WayOut(name, isNumber, group);
    }

    /// <summary>How missing entries are avoided.</summary>
    public static string WayOut(string name, bool isNumber, string? group) =>
        (name == group ? "Leave" : $"Fill gaps with {(group is null ? $"Resolve({ForwardFill})" : $"ResolveWithin(\"{group}\", {ForwardFill})")}, leave") +
        $" such rows out, or give them a {(isNumber ? "number" : "name")} of their own: " +
        $"table.With(\"{name}\", {(isNumber ? "numbers" : "texts")}).";
}
