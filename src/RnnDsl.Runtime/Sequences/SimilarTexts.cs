namespace RnnDsl.Sequences;

/// <summary>Texts that a reader takes for the same, such as "hot" and "Hot ", and that are different ones to a model.</summary>
static class SimilarTexts
{
    /// <summary>A finding about texts that differ in white space and the case of letters alone; null if there are none.</summary>
    /// <param name="what">What they are, as the sentence begins: "Column 'state'".</param>
    /// <param name="texts">The texts.</param>
    public static string? Finding(string what, IEnumerable<string> texts)
    {
        string[][] alike = [.. texts.Distinct(StringComparer.Ordinal).GroupBy(text => text.Trim(), StringComparer.OrdinalIgnoreCase).Where(same => same.Skip(1).Any()).Select(same => same.Order(StringComparer.Ordinal).ToArray())];
        return alike.Length == 0 ? null : $"{what}: {string.Join(" and ", alike[0].Select(text => $"'{text}'"))} differ in white space or in the case of letters alone, and are different values"
            + $"{(alike.Length > 1 ? $"; so are {alike.Length - 1} more" : "")}. Write them alike if they mean the same.";
    }
}
