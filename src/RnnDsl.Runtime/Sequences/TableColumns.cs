using System.Collections;
using System.Globalization;

namespace RnnDsl.Sequences;

/// <summary>
/// The columns that <see cref="TimeSeries.From"/> makes of a program's objects: a name and a selector for each, in a collection initializer.
/// <code>new TableColumns&lt;Reading&gt; { { "load", r => r.Load }, { "time", r => r.At }, { "state", r => r.State } }</code>
/// </summary>
/// <typeparam name="T">Type of the objects; each object is a row.</typeparam>
public sealed class TableColumns<T> : IEnumerable<string>
{
    readonly List<string> names = [];
    readonly List<(string Name, Func<T, double> Select)> numbers = [];
    readonly List<(string Name, Func<T, string> Select)> texts = [];

    /// <summary>A column of numbers. NaN stands for a missing value.</summary>
    public void Add(string name, Func<T, double> number)
    {
        names.Add(name);
        numbers.Add((name, number));
    }

    /// <summary>A column of numbers; null stands for a missing value.</summary>
    public void Add(string name, Func<T, double?> number) => Add(name, row => number(row) ?? double.NaN);

    /// <summary>A column of 0 and 1.</summary>
    public void Add(string name, Func<T, bool> isTrue) => Add(name, row => isTrue(row) ? 1.0 : 0.0);

    /// <summary>A column of text, such as a category or the name of a group.</summary>
    public void Add(string name, Func<T, string> text)
    {
        names.Add(name);
        texts.Add((name, text));
    }

    /// <summary>A column of times.</summary>
    public void Add(string name, Func<T, DateTime> time) => Add(name, row => time(row).ToString(TimeFormat.OfObjects, CultureInfo.InvariantCulture));

    /// <summary>The names of the columns.</summary>
    public IEnumerator<string> GetEnumerator() => names.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal TimeSeries Read(IEnumerable<T> rows)
    {
        T[] all = [.. rows];
        if (all.Length == 0)
            throw new ArgumentException("There is no row.", nameof(rows));
        var values = new double[checked(all.Length * numbers.Count)];
        for (int row = 0, at = 0; row < all.Length; row++)
            foreach ((_, Func<T, double> select) in numbers)
                values[at++] = select(all[row]);
        return new TimeSeries([.. numbers.Select(n => n.Name)], values,
            [.. texts.Select(text => new LabelColumn(text.Name, Array.ConvertAll(all, row => text.Select(row) ?? "")))]);
    }
}
