namespace RnnDsl.Sequences;

/// <summary>Names that must all be different.</summary>
static class Names
{
    /// <summary>The first name that was there before, letter case included; null if all are different.</summary>
    /// <exception cref="ArgumentException">A name is null.</exception>
    public static string? Repeated(IEnumerable<string> names) => Repeated(names, static name => name);

    /// <inheritdoc cref="Repeated(IEnumerable{string})"/>
    /// <param name="items">What has the names.</param>
    /// <param name="nameOf">Gives the name of one.</param>
    public static string? Repeated<T>(IEnumerable<T> items, Func<T, string> nameOf)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (T item in items)
            if (nameOf(item) is not { } name)
                throw new ArgumentException($"Name {seen.Count} (from 0) is null.", nameof(items));
            else if (!seen.Add(name))
                return name;
        return null;
    }
}
