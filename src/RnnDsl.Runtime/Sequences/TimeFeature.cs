using System.Globalization;

namespace RnnDsl.Sequences;

/// <summary>Parts of a time that repeat, each a sine and a cosine.</summary>
[Flags]
enum TimeParts
{
    None = 0,
    TimeOfDay = 1,
    Weekday = 2,
    Season = 4,
}

/// <summary>A column of times as features: a row's position in the day, in the week and in the year.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Format">How its times are written.</param>
/// <param name="Parts">The parts that the training rows show. A part of which they cover less than a whole period is left out, since the model would not know the rest of it.</param>
sealed record TimeFeature(string Name, string Format, TimeParts Parts)
{
    static readonly (TimeParts Part, string Name, Func<DateTime, double> Turn)[] All =
    [
        (TimeParts.TimeOfDay, "time of day", static time => time.TimeOfDay.TotalDays),
        (TimeParts.Weekday, "weekday", static time => ((int)time.DayOfWeek + time.TimeOfDay.TotalDays) / 7),
        (TimeParts.Season, "season", static time => (time.DayOfYear - 1 + time.TimeOfDay.TotalDays) / 365.2425),
    ];

    IEnumerable<(TimeParts Part, string Name, Func<DateTime, double> Turn)> Used => All.Where(part => Parts.HasFlag(part.Part));

    /// <summary>Names of its features, in their order.</summary>
    public IEnumerable<string> Features => Used.SelectMany(part => new[] { $"{Name}: {part.Name} (sine)", $"{Name}: {part.Name} (cosine)" });

    public int Width => 2 * Used.Count();

    /// <summary>Finds how the times of some rows are written, and which parts they show; null if the column's texts are not times.</summary>
    public static TimeFeature? Fit(TimeSeries rows, int label)
    {
        LabelColumn column = rows.Labels[label];
        if (column.Times(rows, label) is { } axis)
        {
            axis.Check(rows);
            double days = TimeSpan.FromTicks(axis.Ticks.Max() - axis.Ticks.Min()).TotalDays;
            bool hasTimes = axis.Ticks.Any(ticks => ticks % TimeSpan.TicksPerDay != 0);
            TimeParts parts = (hasTimes && days >= 1 ? TimeParts.TimeOfDay : 0) | (days >= 7 ? TimeParts.Weekday : 0) | (days >= 365 ? TimeParts.Season : 0);
            return new TimeFeature(column.Name, axis.Format, parts);
        }
        string? format = TimeFormat.OfDay.FirstOrDefault(format => column.Values.All(text => TimeFormat.TryParse(text, format, out _)));
        return format is null ? null : new TimeFeature(column.Name, format, TimeParts.TimeOfDay);
    }

    /// <summary>Writes the features of a row.</summary>
    /// <exception cref="InvalidDataException">The text is not a time of this form.</exception>
    public void Write(string text, int row, Span<float> features)
    {
        // Rows of objects, to predict from, write times in their own way.
        if (!TimeFormat.TryParse(text, Format, out DateTime time) && !TimeFormat.TryParse(text, TimeFormat.OfObjects, out time))
            throw new InvalidDataException($"Column '{Name}', row {row}: '{text}' is not a time of the form {Format}, which the training rows have.");
        int at = 0;
        foreach ((_, _, Func<DateTime, double> turn) in Used)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * turn(time));
            (features[at], features[at + 1]) = ((float)sine, (float)cosine);
            at += 2;
        }
    }
}

/// <summary>A column of a few names as one-hot features.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Values">The names that the training rows have, in order.</param>
sealed record CategoryFeature(string Name, IReadOnlyList<string> Values)
{
    readonly Dictionary<string, int> indices = Values.Select((value, i) => (value, i)).ToDictionary();

    /// <summary>Finds the names in a column's texts. Numbers are sorted by size, other texts by their characters.</summary>
    public static CategoryFeature Fit(string name, IEnumerable<string> texts)
    {
        string[] values = [.. texts.Distinct()];
        double[] numbers = [.. values.Select(value => double.TryParse(value, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        if (Array.Exists(numbers, double.IsNaN))
            Array.Sort(values, StringComparer.Ordinal);
        else
            Array.Sort(numbers, values);
        return new CategoryFeature(name, values);
    }

    /// <summary>The index of a name; −1 if the training rows do not have it.</summary>
    public int IndexOf(string value) => indices.GetValueOrDefault(value, -1);

    /// <summary>The names in a message, not all if they are many.</summary>
    public string Listed => string.Join(", ", Values.Take(12)) + (Values.Count > 12 ? ", …" : "");

    public string Unknown(string value, int row, string wayOut) =>
        $"Column '{Name}', row {row}: '{value}' is none of the names that the training rows have ({Listed}). {wayOut}";
}
