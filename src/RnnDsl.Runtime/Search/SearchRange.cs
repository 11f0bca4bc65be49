using System.Globalization;
using RnnDsl.Storage;

namespace RnnDsl.Search;

/// <summary>
/// The values that a hyper-parameter may have, under a name. A range may be conditional: it exists only in trials in which a choice that is declared before it has a given option.
/// </summary>
public abstract class SearchRange
{
    private protected SearchRange(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        WellFormed.Check($"the name of the range '{name}'", name);
        Name = name;
    }

    /// <summary>The name by which a trial asks for its value.</summary>
    public string Name { get; }

    /// <summary>The choice that decides whether this range exists; null if it always does.</summary>
    public string? Parent { get; private set; }

    /// <summary>The options of <see cref="Parent"/> with which this range exists.</summary>
    public IReadOnlyList<string> ParentOptions { get; private set; } = [];

    /// <summary>Numbers from low to high, each as probable as any other.</summary>
    /// <param name="name">Of the range.</param>
    /// <param name="low">The least number.</param>
    /// <param name="high">The largest number.</param>
    /// <exception cref="ArgumentException">The limits are not finite, or do not rise.</exception>
    public static NumberRange Uniform(string name, double low, double high) => new(name, low, high, isLogarithmic: false);

    /// <summary>Numbers from low to high whose logarithms are uniform, so that each power of ten is as probable as any other. It suits learning rates and weight decays.</summary>
    /// <param name="name">Of the range.</param>
    /// <param name="low">The least number, above zero.</param>
    /// <param name="high">The largest number.</param>
    /// <exception cref="ArgumentException">The limits are not finite, not above zero, or do not rise.</exception>
    public static NumberRange LogUniform(string name, double low, double high) => new(name, low, high, isLogarithmic: true);

    /// <summary>Whole numbers from low to high, both included, each as probable as any other.</summary>
    /// <param name="name">Of the range.</param>
    /// <param name="low">The least number.</param>
    /// <param name="high">The largest number.</param>
    /// <exception cref="ArgumentException">The limits do not rise.</exception>
    public static IntegerRange Integer(string name, int low, int high) => new(name, low, high, isLogarithmic: false);

    /// <summary>Whole numbers from low to high, both included, whose logarithms are about uniform. It suits numbers of units and sizes of batches.</summary>
    /// <param name="name">Of the range.</param>
    /// <param name="low">The least number, at least 1.</param>
    /// <param name="high">The largest number.</param>
    /// <exception cref="ArgumentException">The limits are below 1, or do not rise.</exception>
    public static IntegerRange LogInteger(string name, int low, int high) => new(name, low, high, isLogarithmic: true);

    /// <summary>One of some options, which a trial gets as text.</summary>
    /// <param name="name">Of the range.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">There are no options, or two are the same.</exception>
    public static ChoiceRange Choice(string name, params string[] options) => new(name, options, [.. options]);

    /// <summary>One of some options that stand for values, such as functions that create models over different cells. The option's name is what reports and files show.</summary>
    /// <typeparam name="T">The type of the values, by which a trial asks for them.</typeparam>
    /// <param name="name">Of the range.</param>
    /// <param name="options">The name and the value of each option.</param>
    /// <exception cref="ArgumentException">There are no options, or two have the same name.</exception>
    public static ChoiceRange Choice<T>(string name, params (string Option, T Value)[] options) => new(name, [.. options.Select(o => o.Option)], [.. options.Select(o => (object?)o.Value)]);

    /// <summary>Makes the range conditional: it exists only in trials in which a choice has one of the given options.</summary>
    /// <param name="parent">The name of the choice. It is declared before this range, and may be conditional itself.</param>
    /// <param name="options">The options with which this range exists.</param>
    /// <returns>The range itself.</returns>
    /// <exception cref="ArgumentException">No option is given.</exception>
    /// <exception cref="InvalidOperationException">The range is conditional already.</exception>
    public SearchRange When(string parent, params string[] options)
    {
        if (Parent is not null)
            throw new InvalidOperationException($"The range '{Name}' depends on '{Parent}' already: a range has one condition. Make '{Parent}' conditional too where both are needed.");
        if (options.Length == 0)
            throw new ArgumentException($"The range '{Name}' depends on '{parent}', but no option is given with which it exists.", nameof(options));
        (Parent, ParentOptions) = (parent, [.. options]);
        return this;
    }

    /// <summary>The values as text: "log-uniform from 0.0001 to 0.1". With the condition, it is how a file recognizes a range.</summary>
    public abstract string Describe();

    /// <summary>The range with its name and its condition.</summary>
    public override string ToString() => $"{Name}: {Describe()}{(Parent is null ? "" : $", when {Parent} is {string.Join(" or ", ParentOptions)}")}";

    /// <summary>The number of values that are told apart: 0 for all real numbers.</summary>
    internal abstract int Values { get; }

    /// <summary>The value at a place in [0, 1], where equal lengths are equally probable.</summary>
    internal abstract double ValueAt(double place);

    /// <summary>Where a value lies, on the range's scale from 0 to 1. Equal lengths are equally probable. A whole number and an option, which is its index, have an interval of it and lie in
    /// its middle.</summary>
    /// <param name="value">A value of the range.</param>
    public abstract double PlaceOf(double value);

    /// <summary>The interval of places of a whole number or an option.</summary>
    internal abstract (double From, double To) Interval(double value);

    /// <summary>Whether a number is a value of the range. An option is its index.</summary>
    internal abstract bool Holds(double value);

    /// <summary>A value as text.</summary>
    internal abstract string Text(double value);

    private protected static string Show(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A range of real numbers.</summary>
public sealed class NumberRange : SearchRange
{
    internal NumberRange(string name, double low, double high, bool isLogarithmic) : base(name)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || !(low < high))
            throw new ArgumentException($"The range '{name}' goes from {Show(low)} to {Show(high)}: both must be finite, and rise.");
        if (!double.IsFinite(high - low))
            throw new ArgumentException($"The range '{name}' goes from {Show(low)} to {Show(high)}: it is wider than the largest number.");
        if (isLogarithmic && low <= 0)
            throw new ArgumentException($"The range '{name}' is logarithmic and begins at {Show(low)}: it must begin above zero. Take Uniform where zero is a value.");
        (Low, High, IsLogarithmic) = (low, high, isLogarithmic);
    }

    /// <summary>The least number.</summary>
    public double Low { get; }

    /// <summary>The largest number.</summary>
    public double High { get; }

    /// <summary>Whether the logarithms are uniform.</summary>
    public bool IsLogarithmic { get; }

    /// <inheritdoc/>
    public override string Describe() => $"{(IsLogarithmic ? "log-uniform" : "uniform")} from {Show(Low)} to {Show(High)}";

    internal override int Values => 0;

    internal override double ValueAt(double place) =>
        Math.Clamp(IsLogarithmic ? Math.Exp(Math.Log(Low) + place * (Math.Log(High) - Math.Log(Low))) : Low + place * (High - Low), Low, High);

    /// <inheritdoc/>
    public override double PlaceOf(double value) =>
        Math.Clamp(IsLogarithmic ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low)) : (value - Low) / (High - Low), 0, 1);

    internal override (double From, double To) Interval(double value) => (PlaceOf(value), PlaceOf(value));

    internal override bool Holds(double value) => value >= Low && value <= High;

    internal override string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}

/// <summary>A range of whole numbers.</summary>
public sealed class IntegerRange : SearchRange
{
    internal IntegerRange(string name, int low, int high, bool isLogarithmic) : base(name)
    {
        if (low >= high)
            throw new ArgumentException(FormattableString.Invariant($"The range '{name}' goes from {low} to {high}: it must rise."));
        if (isLogarithmic && low < 1)
            throw new ArgumentException(FormattableString.Invariant($"The range '{name}' is logarithmic and begins at {low}: it must begin at 1 or above. Take Integer where zero is a value."));
        (Low, High, IsLogarithmic) = (low, high, isLogarithmic);
    }

    /// <summary>The least number.</summary>
    public int Low { get; }

    /// <summary>The largest number.</summary>
    public int High { get; }

    /// <summary>Whether the logarithms are about uniform.</summary>
    public bool IsLogarithmic { get; }

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"{(IsLogarithmic ? "log-uniform integer" : "integer")} from {Low} to {High}");

    internal override int Values => (int)Math.Min((long)High - Low + 1, int.MaxValue);

    // A number n has the places from n − ½ to n + ½, on the scale of the range.
    double First => Scale(Low - 0.5);

    double Length => Scale(High + 0.5) - First;

    internal override double ValueAt(double place)
    {
        double at = First + place * Length;
        return Math.Clamp(Math.Round(IsLogarithmic ? Math.Exp(at) : at), Low, High);
    }

    /// <inheritdoc/>
    public override double PlaceOf(double value) => Place(value);

    internal override (double From, double To) Interval(double value) => (Place(value - 0.5), Place(value + 0.5));

    internal override bool Holds(double value) => value >= Low && value <= High && value == Math.Floor(value);

    internal override string Text(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    double Scale(double value) => IsLogarithmic ? Math.Log(value) : value;

    double Place(double value) => Math.Clamp((Scale(value) - First) / Length, 0, 1);
}

/// <summary>A range of options.</summary>
public sealed class ChoiceRange : SearchRange
{
    readonly object?[] values;

    internal ChoiceRange(string name, string[] options, object?[] values) : base(name)
    {
        if (options.Length == 0)
            throw new ArgumentException($"The choice '{name}' has no options.");
        foreach (string option in options)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(option, nameof(options));
            WellFormed.Check($"an option of the choice '{name}'", option);
        }
        if (options.GroupBy(o => o, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"The choice '{name}' has the option '{twice.Key}' twice.");
        (Options, this.values) = ([.. options], values);
    }

    /// <summary>All options.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <inheritdoc/>
    public override string Describe() => $"one of {string.Join(", ", Options.Select(o => $"'{o}'"))}";

    internal override int Values => Options.Count;

    internal override double ValueAt(double place) => Math.Min(Math.Floor(place * Options.Count), Options.Count - 1);

    /// <inheritdoc/>
    public override double PlaceOf(double value) => (value + 0.5) / Options.Count;

    internal override (double From, double To) Interval(double value) => (value / Options.Count, (value + 1) / Options.Count);

    internal override bool Holds(double value) => value >= 0 && value < Options.Count && value == Math.Floor(value);

    internal override string Text(double value) => Options[(int)value];

    internal object? Value(double value) => values[(int)value];
}
