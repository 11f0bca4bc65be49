using RnnDsl.Sequences;

namespace RnnDsl.Search;

/// <summary>
/// The ranges of all hyper-parameters, best declared beside the model: <c>new SearchSpace(SearchRange.LogUniform("rate", 1e-4, 1e-1), SearchRange.LogInteger("hidden", 8, 64))</c>. It does
/// not change, and any number of searches may share it.
/// </summary>
public sealed class SearchSpace
{
    readonly int[] parents;
    readonly bool[][] exists;
    readonly string[] names;

    /// <summary>A space of given ranges.</summary>
    /// <param name="ranges">The ranges. A choice stands before the ranges that depend on it.</param>
    /// <exception cref="ArgumentException">There are no ranges, two have one name, or a condition names no choice before it or an option that the choice does not have.</exception>
    public SearchSpace(params SearchRange[] ranges)
    {
        if (ranges.Length == 0)
            throw new ArgumentException("A search space needs at least one range.", nameof(ranges));
        Ranges = [.. ranges];
        names = [.. ranges.Select(r => r.Name)];
        (parents, exists) = (new int[ranges.Length], new bool[ranges.Length][]);
        for (int i = 0; i < ranges.Length; i++)
        {
            SearchRange range = ranges[i];
            if (Array.IndexOf(names, range.Name) != i)
                throw new ArgumentException($"Two ranges are called '{range.Name}'.", nameof(ranges));
            parents[i] = -1;
            if (range.Parent is not { } parent)
                continue;
            parents[i] = Array.IndexOf(names, parent, 0, i);
            if (parents[i] < 0 && names.Contains(parent))
                throw new ArgumentException($"The range '{range.Name}' depends on '{parent}', which stands after it: declare '{parent}' first.", nameof(ranges));
            if (parents[i] < 0)
                throw new ArgumentException($"The range '{range.Name}' depends on '{parent}', which is not declared before it. {NearestName.Hint(parent, names[..i])}", nameof(ranges));
            if (ranges[parents[i]] is not ChoiceRange choice)
                throw new ArgumentException($"The range '{range.Name}' depends on '{parent}', which is no choice: make '{parent}' a Choice of the cases that differ.", nameof(ranges));
            if (range.ParentOptions.FirstOrDefault(o => !choice.Options.Contains(o)) is { } unknown)
                throw new ArgumentException($"The range '{range.Name}' exists when '{parent}' is '{unknown}', which is no option of it. {NearestName.Hint(unknown, choice.Options)}", nameof(ranges));
            exists[i] = [.. choice.Options.Select(range.ParentOptions.Contains)];
        }
    }

    /// <summary>The ranges, in the order in which they were declared.</summary>
    public IReadOnlyList<SearchRange> Ranges { get; }

    /// <summary>Values that a person chose, for <see cref="HyperparameterSearch.First"/> or to run one trial: <c>space.Values(("rate", 0.01), ("hidden", 32), ("optimizer", "SGD"))</c>.</summary>
    /// <param name="values">The value of each range that exists with them: a number, or the name of an option.</param>
    /// <exception cref="ArgumentException">A name is unknown or stands twice, a range that exists has no value, one that does not exist has a value, or a value is outside of its range.</exception>
    public TrialValues Values(params (string Name, object Value)[] values)
    {
        var numbers = new double[Ranges.Count];
        Array.Fill(numbers, double.NaN);
        foreach ((string name, object value) in values)
        {
            int range = IndexOf(name);
            if (!double.IsNaN(numbers[range]))
                throw new ArgumentException($"'{name}' has two values.", nameof(values));
            if (value is double.NaN or float.NaN)
                throw new ArgumentException($"The value of '{name}' is NaN. Leave out a range that does not exist with the other values.", nameof(values));
            numbers[range] = Ranges[range] is ChoiceRange choice ? Option(choice, value) : Number(name, value);
        }
        return new TrialValues(this, numbers);

        static double Option(ChoiceRange choice, object value) => value is string option && choice.Options.ToList().IndexOf(option) is >= 0 and int index ? index
            : throw new ArgumentException($"'{choice.Name}' has no option '{value}'. {NearestName.Hint($"{value}", choice.Options)}", nameof(values));

        static double Number(string name, object value) => value switch
        {
            double number => number,
            float number => number,
            int number => number,
            long number => number,
            _ => throw new ArgumentException($"The value of '{name}' is no number but {value ?? "null"}.", nameof(values)),
        };
    }

    /// <summary>The ranges, one in each line.</summary>
    public override string ToString() => string.Join('\n', Ranges);

    /// <summary>Whether a range exists with the values of those before it.</summary>
    internal bool Exists(int range, ReadOnlySpan<double> values) => parents[range] < 0 || (!double.IsNaN(values[parents[range]]) && exists[range][(int)values[parents[range]]]);

    /// <exception cref="ArgumentException">No range has this name.</exception>
    internal int IndexOf(string name) => Array.IndexOf(names, name) is >= 0 and int index ? index : throw new ArgumentException($"There is no range '{name}'. {NearestName.Hint(name, names)}", nameof(name));
}
