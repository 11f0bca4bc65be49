using System.Text.Json;

namespace RnnDsl.Examples.Recommendation;

/// <summary>An item.</summary>
/// <param name="Code">What sessions call it.</param>
/// <param name="Text">What it is; empty if nobody says.</param>
/// <param name="Attributes">Values of other columns, by name.</param>
sealed record CatalogEntry(string Code, string Text, SortedDictionary<string, string> Attributes);

/// <summary>Which columns of the items' file say what. All others are attributes.</summary>
sealed record ItemColumns(string Item = "StockCode", string Text = "Description");

/// <summary>The items of a shop, numbered: first those that the model learned from, then those that it knows by their texts and attributes alone.</summary>
sealed class Catalog
{
    readonly Dictionary<string, int> numbers = [];
    readonly List<CatalogEntry> entries = [];

    Catalog()
    {
    }

    /// <summary>The items, by number.</summary>
    public IReadOnlyList<CatalogEntry> Entries => entries;

    /// <summary>How many of them, the first ones, occur in the sessions that the model learned from.</summary>
    public int Learned { get; private set; }

    /// <summary>How many of them, the first ones, were there when the model was trained. Words are counted in these.</summary>
    public int Original { get; private set; }

    /// <summary>The number of an item, or −1.</summary>
    public int Find(string code) => numbers.GetValueOrDefault(code, -1);

    /// <summary>Reads a file with a record for each item.</summary>
    public static List<CatalogEntry> Read(string path, ItemColumns columns)
    {
        CsvRows rows = CsvRows.Read(path);
        int code = rows.Column(columns.Item, "--item-column"), text = rows.Column(columns.Text, "--text-column");
        var seen = new HashSet<string>();
        var result = new List<CatalogEntry>();
        foreach ((long line, string[] fields) in rows.Rows)
        {
            string own = fields[code].Trim();
            if (own.Length == 0)
                throw rows.Error(line, $"the item has no name in the column {columns.Item}.");
            if (!seen.Add(own))
                throw rows.Error(line, $"the item '{own}' is there a second time.");
            result.Add(new CatalogEntry(own, fields[text].Trim(), new(rows.Columns.Index().Where(c => c.Index != code && c.Index != text).ToDictionary(c => c.Item, c => fields[c.Index].Trim()), StringComparer.Ordinal)));
        }
        return result;
    }

    /// <summary>Numbers the items of sessions and of a list.</summary>
    /// <param name="train">Sessions that a model learns from.</param>
    /// <param name="others">Sessions that it is measured on.</param>
    /// <param name="known">Items with texts and attributes.</param>
    public static Catalog Create(IEnumerable<Session> train, IEnumerable<Session> others, IReadOnlyCollection<CatalogEntry> known)
    {
        var result = new Catalog();
        Dictionary<string, CatalogEntry> texts = known.ToDictionary(e => e.Code);
        foreach (string code in train.SelectMany(s => s.Items))
            result.Add(texts.GetValueOrDefault(code) ?? Nameless(code));
        result.Learned = result.entries.Count;
        foreach (CatalogEntry entry in known)
            result.Add(entry);
        foreach (string code in others.SelectMany(s => s.Items))
            result.Add(Nameless(code));
        result.Original = result.entries.Count;
        return result;

        static CatalogEntry Nameless(string code) => new(code, "", []);
    }

    /// <summary>Adds items that came after the training. Those that are known keep what the model knows of them.</summary>
    /// <returns>How many are new.</returns>
    public int AddNew(IEnumerable<CatalogEntry> known)
    {
        int before = entries.Count;
        foreach (CatalogEntry entry in known)
            Add(entry);
        return entries.Count - before;
    }

    /// <summary>Says which items of sessions a list does not have.</summary>
    /// <returns>A sentence, or null if it has all.</returns>
    /// <exception cref="InvalidDataException">It has less than half of them.</exception>
    public static string? Missing(SessionLog log, IReadOnlyCollection<CatalogEntry> known, string path)
    {
        HashSet<string> codes = [.. known.Select(e => e.Code)], used = [.. log.Sessions.SelectMany(s => s.Items)];
        string[] missing = [.. used.Where(c => !codes.Contains(c)).Order(StringComparer.Ordinal)];
        string some = string.Join(", ", missing.Take(5).Select(c => $"'{c}'"));
        return missing.Length * 2 > used.Count ? throw new InvalidDataException($"{missing.Length} of the {used.Count} items of {log.Name} are not in {path}, such as {some}. Do both files belong together?")
            : missing.Length > 0 ? $"{missing.Length} of the {used.Count} items of {log.Name} are not in {path} and have no text: {some}{(missing.Length > 5 ? " and others" : "")}." : null;
    }

    public string ToJson() => JsonSerializer.Serialize(new Stored(Learned, [.. entries.Take(Original)]));

    public static Catalog FromJson(string json)
    {
        Stored? stored;
        try
        {
            stored = JsonSerializer.Deserialize<Stored>(json);
        }
        catch (JsonException)
        {
            stored = null;
        }
        if (stored?.Entries is null || stored.Learned < 1 || stored.Learned > stored.Entries.Length || stored.Entries.Any(e => e is not { Code: not null, Text: not null, Attributes: not null }))
            throw new InvalidDataException("The list of items in the model's file is damaged.");
        var result = new Catalog { Learned = stored.Learned };
        result.AddNew(stored.Entries);
        result.Original = result.entries.Count;
        return result;
    }

    void Add(CatalogEntry entry)
    {
        if (numbers.TryAdd(entry.Code, entries.Count))
            entries.Add(entry);
    }

    sealed record Stored(int Learned, CatalogEntry[] Entries);
}
