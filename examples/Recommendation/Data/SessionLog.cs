using System.Globalization;

namespace RnnDsl.Examples.Recommendation;

/// <summary>What one user looked at or bought at one time.</summary>
/// <param name="Time">When it began.</param>
/// <param name="User">Who it was; empty for nobody who is known.</param>
/// <param name="Items">The items, in their order.</param>
sealed record Session(DateTime Time, string User, string[] Items);

/// <summary>Which columns of the sessions' file say what.</summary>
sealed record SessionColumns(string Time = "InvoiceDate", string User = "CustomerID", string Items = "Items");

/// <summary>Sessions in the order of their time.</summary>
sealed class SessionLog
{
    SessionLog(string name, IEnumerable<Session> sessions)
    {
        // A stable sort: of sessions of one time the earlier line is first.
        Sessions = [.. sessions.OrderBy(s => s.Time)];
        Name = name;
        if (Sessions.Count == 0)
            throw new InvalidDataException($"{name}: there is no session.");
        if (Sessions.All(s => s.Items.Length < 2))
            throw new InvalidDataException($"{name}: every session has one item, so there is no next item to learn. Items of a session stand in one record, with spaces or commas between them.");
    }

    public string Name { get; }

    public IReadOnlyList<Session> Sessions { get; }

    /// <summary>Reads a file with a record for each session.</summary>
    /// <param name="path">Comma-separated values, also .gz.</param>
    /// <param name="columns">Its columns. Without a name for that of users nobody is known.</param>
    public static SessionLog Read(string path, SessionColumns columns)
    {
        CsvRows rows = CsvRows.Read(path);
        int time = rows.Column(columns.Time, "--time-column"), items = rows.Column(columns.Items, "--items-column");
        int user = columns.User.Length == 0 ? -1 : rows.Column(columns.User, "--user-column");
        return new SessionLog(path, rows.Rows.Select(row => new Session(Time(row.Fields[time], row.Line), user < 0 ? "" : row.Fields[user].Trim(), Items(row.Fields[items], row.Line))));

        DateTime Time(string text, long line) => Parse(text) ?? throw rows.Error(line, $"'{text}' in the column {columns.Time} is no date. It is written as 2011-11-10 or 2011-11-10 08:26:00.");

        string[] Items(string text, long line) => SessionLog.Items(text) is { Length: > 0 } own ? own
            : throw rows.Error(line, $"the session has no item in the column {columns.Items}.");
    }

    /// <summary>The items of a list: with commas between them, or, if it has no comma, with spaces.</summary>
    public static string[] Items(string list) => list.Split(list.Contains(',') ? ',' : ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static SessionLog Of(string name, IEnumerable<Session> sessions) => new(name, sessions);

    /// <summary>A date in the form of ISO 8601, with or without a time; null if it is none.</summary>
    public static DateTime? Parse(string text) => DateTime.TryParseExact(text.Trim(), ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssK"],
        CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time) ? time : null;

    /// <summary>A date, with its time if that is not midnight.</summary>
    public static string Show(DateTime time) => time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Parts the sessions by time: what begins at a date or later is the test, of what is before, the last part is the validation.</summary>
    /// <param name="testFrom">Where the test begins.</param>
    /// <param name="validationShare">Share of the sessions before it.</param>
    public SessionParts Split(DateTime testFrom, double validationShare)
    {
        int before = Sessions.TakeWhile(s => s.Time < testFrom).Count();
        int train = before - (int)Math.Round(before * validationShare);
        var parts = new SessionParts([.. Sessions.Take(train)], [.. Sessions.Take(before).Skip(train)], [.. Sessions.Skip(before)]);
        string range = $"The sessions are from {Show(Sessions[0].Time)} to {Show(Sessions[^1].Time)}.";
        if (!parts.Train.Any(s => s.Items.Length > 1))
            throw new InvalidDataException($"{Name}: no session of two or more items is before the test, which begins on {Show(testFrom)}. {range} --test-from gives another date.");
        if (!parts.Test.Any(s => s.Items.Length > 1))
            throw new InvalidDataException($"{Name}: no session of two or more items is in the test, which begins on {Show(testFrom)}. {range} --test-from gives another date.");
        return parts;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name}: {Sessions.Count} sessions with {Sessions.Sum(s => s.Items.Length)} items, {Sessions.Where(s => s.User.Length > 0).Select(s => s.User).Distinct().Count()} users, " +
        $"{Sessions.Count(s => s.User.Length == 0)} sessions of nobody who is known, {Sessions.Count(s => s.Items.Length == 1)} with one item, which have no next item.");
}

/// <summary>Sessions before, for the choice of settings, and after.</summary>
sealed record SessionParts(IReadOnlyList<Session> Train, IReadOnlyList<Session> Validation, IReadOnlyList<Session> Test);
