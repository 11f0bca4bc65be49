namespace RnnDsl.Search;

/// <summary>The values of a trial, one for each range that exists in it. They do not change.</summary>
public sealed class TrialValues
{
    readonly double[] values;

    /// <param name="space">The ranges.</param>
    /// <param name="values">A number for each range: the index of an option, and NaN where the range does not exist.</param>
    /// <exception cref="ArgumentException">A value is missing, or outside of its range, or there is one for a range that does not exist.</exception>
    internal TrialValues(SearchSpace space, double[] values)
    {
        (Space, this.values) = (space, values);
        for (int i = 0; i < values.Length; i++)
        {
            SearchRange range = space.Ranges[i];
            bool exists = space.Exists(i, values);
            if (exists && double.IsNaN(values[i]))
                throw new ArgumentException($"The range '{range.Name}' has no value.");
            if (!exists && !double.IsNaN(values[i]))
                throw new ArgumentException($"The range '{range.Name}' exists only when '{range.Parent}' is {string.Join(" or ", range.ParentOptions)}, and has a value where it does not exist.");
            if (exists && !range.Holds(values[i]))
                throw new ArgumentException(FormattableString.Invariant($"{values[i]:R} is no value of {range}."));
        }
    }

    /// <summary>The ranges.</summary>
    public SearchSpace Space { get; }

    /// <summary>A number for each range: the index of an option, and NaN where the range does not exist.</summary>
    internal ReadOnlySpan<double> Numbers => values;

    /// <summary>Whether a range exists with these values.</summary>
    /// <param name="name">Of the range.</param>
    /// <exception cref="ArgumentException">No range has this name.</exception>
    public bool Has(string name) => !double.IsNaN(values[Space.IndexOf(name)]);

    /// <summary>The value of a range of real or whole numbers.</summary>
    /// <param name="name">Of the range.</param>
    /// <exception cref="ArgumentException">No range has this name, it is a choice, or it does not exist with these values.</exception>
    public double Number(string name) => Of<SearchRange>(name, "is a choice: ask for it by Choice", range => range is not ChoiceRange).Value;

    /// <summary>The value of a range of whole numbers.</summary>
    /// <param name="name">Of the range.</param>
    /// <exception cref="ArgumentException">No range has this name, it has other values than whole numbers, or it does not exist with these values.</exception>
    public int Integer(string name) => (int)Of<IntegerRange>(name, "does not have whole numbers: ask for it by Number or Choice").Value;

    /// <summary>The option of a choice.</summary>
    /// <param name="name">Of the choice.</param>
    /// <exception cref="ArgumentException">No range has this name, it has numbers, or it does not exist with these values.</exception>
    public string Choice(string name)
    {
        (ChoiceRange range, double value) = Of<ChoiceRange>(name, Numeric);
        return range.Options[(int)value];
    }

    /// <summary>The value that the option of a choice stands for.</summary>
    /// <typeparam name="T">The type that the choice was declared with.</typeparam>
    /// <param name="name">Of the choice.</param>
    /// <exception cref="ArgumentException">No range has this name, it has numbers or values of another type, or it does not exist with these values.</exception>
    public T Choice<T>(string name)
    {
        (ChoiceRange range, double value) = Of<ChoiceRange>(name, Numeric);
        return range.Value(value) is T found ? found : throw new ArgumentException($"The option '{range.Options[(int)value]}' of '{name}' stands for no {typeof(T).Name}.", nameof(name));
    }

    /// <summary>Where a value lies in its range, on the range's scale: 0 at its least value, 1 at its largest. An option has the middle of its part. NaN if the range does not exist with
    /// these values.</summary>
    /// <param name="name">Of the range.</param>
    /// <exception cref="ArgumentException">No range has this name.</exception>
    public double Place(string name) => Space.IndexOf(name) is var index && double.IsNaN(values[index]) ? double.NaN : Space.Ranges[index].PlaceOf(values[index]);

    /// <summary>A value as text, a real number with four digits; "-" if the range does not exist with these values.</summary>
    /// <param name="name">Of the range.</param>
    /// <exception cref="ArgumentException">No range has this name.</exception>
    public string Text(string name) => Space.IndexOf(name) is var index && double.IsNaN(values[index]) ? "-" : Space.Ranges[index].Text(values[index]);

    /// <summary>All values: "rate=0.0123, optimizer=SGD, momentum=0.9".</summary>
    public override string ToString() => string.Join(", ", Space.Ranges.Select((range, i) => (range, values[i])).Where(v => !double.IsNaN(v.Item2)).Select(v => $"{v.range.Name}={v.range.Text(v.Item2)}"));

    const string Numeric = "has numbers: ask for it by Number or Integer";

    (T Range, double Value) Of<T>(string name, string otherwise, Func<T, bool>? suits = null) where T : SearchRange
    {
        int index = Space.IndexOf(name);
        SearchRange range = Space.Ranges[index];
        if (range is not T typed || suits?.Invoke(typed) == false)
            throw new ArgumentException($"The range '{name}' {otherwise}.", nameof(name));
        if (double.IsNaN(values[index]))
            throw new ArgumentException($"The range '{name}' exists only when '{range.Parent}' is {string.Join(" or ", range.ParentOptions)}, and these values are {this}: ask Has(\"{name}\") first.", nameof(name));
        return (typed, values[index]);
    }
}
