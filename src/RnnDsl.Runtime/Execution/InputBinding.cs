using System.Globalization;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>Matches the columns of a data set with the inputs of a method, and reports what is wrong with them.</summary>
sealed class InputBinding(Module module, MethodInfo method)
{
    Dataset? bound;

    /// <summary>One column per input of the method; with several parts, those of the first.</summary>
    public Column[] Columns => Parts[0];

    /// <summary>For each part of the data one column per input of the method.</summary>
    public Column[][] Parts { get; private set; } = [new Column[method.Inputs.Count]];

    /// <inheritdoc cref="Dataset.Firsts"/>
    public int[] Firsts { get; private set; } = [0, 0];

    public void Bind(Dataset data)
    {
        if (ReferenceEquals(data, bound))
            return;
        bound = null;
        if (Parts.Length != data.Parts.Length)
        {
            Parts = new Column[data.Parts.Length][];
            for (int part = 0; part < Parts.Length; part++)
                Parts[part] = new Column[method.Inputs.Count];
        }
        for (int part = 0; part < Parts.Length; part++)
            for (int i = 0; i < method.Inputs.Count; i++)
                Parts[part][i] = Find(data.Parts[part], method.Inputs[i]);
        Firsts = data.Firsts;
        bound = data;
    }

    Column Find(Dataset data, ValueInfo input)
    {
        Column column = data.Columns.FirstOrDefault(c => c.Name == input.Name)
            ?? throw new ArgumentException(
                $"{module.Info.Name}.{method.Name} reads '{input.Name}' ({Text(input.Kind, input.Width, input.Units)}), but the data set has no " +
                $"column of that name. {NearestName.Hint(input.Name, [.. data.Columns.Select(c => c.Name)])}");
        if (input.Units != column.Units)
            throw new ArgumentException($"{module.Info.Name}.{method.Name} reads '{input.Name}' as {Vectors(input.Units)}, but the data set's column has {Vectors(column.Units)}: " +
                (input.IsOneHot && column.Units == 0 ? "make it with Column.OneHot." : input.IsOneHot ? "make the two sizes equal." : "mark the method's parameter [OneHot]."));
        if (input.IsOneHot)
            OneHotNumbers.Check(column.Parts ?? column);
        if (column.Kind != input.Kind || column.Width != input.Width)
            throw new ArgumentException(
                $"{module.Info.Name}.{method.Name} reads '{input.Name}' as a {Text(input.Kind, input.Width, input.Units)}, but the data set's column " +
                $"is a {Text(column.Kind, column.Width, column.Units)}.");
        if (column.Kind == ValueKind.Sequences && (column.Parts is not { Kind: ValueKind.Sequence } parts || parts.Width != column.Width || parts.Units != column.Units))
            throw new ArgumentException($"Column '{column.Name}' has a sequence at every step, and its Parts are no sequences of {Text(ValueKind.Vector, column.Width, column.Units)}: make it with Column.Sequences or Column.OneHot.");
        return column;
    }

    static string Vectors(int units) => units == 0 ? "vectors of numbers" : $"one-hot vectors of {units} units";

    /// <summary>What a column holds, joined from parts, which takes less code in a native program than interpolation.</summary>
    static string Text(ValueKind kind, int width, int units)
    {
        string hot = units > 0 ? "one-hot " : "";
        string of = Text(units > 0 ? units : width) + (units > 0 ? " units" : kind == ValueKind.Vector ? " values" : " values a step");
        return kind switch
        {
            ValueKind.Sequence => hot + "sequence of " + of,
            ValueKind.Sequences => "sequence of " + hot + "sequences of " + of,
            ValueKind.Vector => hot + "vector of " + of,
            _ => "scalar",
        };
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of steps of one example along an axis, which is the same in all its sequences; 1 if there is none.</summary>
    public static int Length(MethodInfo method, Column[] columns, int example, int axis = 0)
    {
        (int whole, int every) = method.BaseAxis(axis);
        if (Nested(method, whole) is >= 0 and var nested)
            return Steps(columns[nested], example, every);
        Column? first = null;
        for (int i = 0; i < columns.Length; i++)
        {
            Column column = columns[i];
            ValueInfo input = method.Inputs[i];
            if (axis != (input.Kind == ValueKind.Sequences ? input.Of : input.Axis))
                continue;
            if ((uint)example >= (uint)column.Count)
                throw new ArgumentOutOfRangeException(
                    nameof(example), $"The batch asks for example {example}, but the data set has {column.Count} examples.");
            int steps = column.Kind is ValueKind.Sequence or ValueKind.Sequences ? column.Lengths[example] : 1;
            if (steps < 1)
                throw new ArgumentException($"Example {example} of column '{column.Name}' has no steps: leave it out.");
            long start = column.Starts[example];
            if (column.Parts is { } parts && (start < 0 || start + steps > parts.Count))
                throw new ArgumentException($"Example {example} of column '{column.Name}' has {steps} sequences from number {start} on, but the column has {parts.Count}.");
            if (column.Parts is null && column.IsOutside(example, steps))
                throw new ArgumentException(
                    $"Example {example} of column '{column.Name}' begins at {start} and has {steps} steps, {column.Stride} apart, of " +
                    $"{column.Width} values: that is outside its buffer of {column.Values.Length} values.");
            if (column.Kind is not (ValueKind.Sequence or ValueKind.Sequences))
                continue;
            if (first is not null && steps != first.Lengths[example])
                throw new ArgumentException(
                    $"The sequences of an example that equations combine step by step must be of equal length for {method.Name}, but example {example} has " +
                    $"{first.Lengths[example]} steps of '{first.Name}' and {steps} of '{column.Name}'.");
            first = column;
        }
        return every > 1 ? Thinned(method, columns, example, whole, every, first) : first?.Lengths[example] ?? 1;
    }

    /// <summary>The number of steps of one example along an axis that has some steps of another. A column of that axis must have the same number.</summary>
    static int Thinned(MethodInfo method, Column[] columns, int example, int of, int every, Column? same)
    {
        int all = Length(method, columns, example, of), steps = ThinnedAxis.Steps(all, every);
        if (same is not null && same.Lengths[example] != steps)
            throw new ArgumentException(
                $"{method.Name} combines column '{same.Name}' with each {Ordinal(every)} step of another, step by step, but example {example} has {same.Lengths[example]} steps of it, " +
                $"where of the other's {all} steps {steps} are taken.");
        return steps;
    }

    static string Ordinal(int number) => number switch { 2 => "second", 3 => "third", _ => $"{number}th" };

    /// <summary>The index of the input whose nested sequences belong to an axis; −1 if there is none.</summary>
    public static int Nested(MethodInfo method, int axis)
    {
        for (int i = 0; i < method.Inputs.Count; i++)
            if (method.Inputs[i].Axis == axis && method.Inputs[i].Kind == ValueKind.Sequences)
                return i;
        return -1;
    }

    /// <summary>The number of steps of all sequences of one example, with every k-th step of each counted. No other column has this axis.</summary>
    static int Steps(Column column, int example, int every)
    {
        long steps = 0;
        Column parts = column.Parts!;
        for (int step = 0; step < column.Lengths[example]; step++)
        {
            int part = column.Starts[example] + step, length = parts.Lengths[part];
            if (length < 1)
                throw new ArgumentException($"Column '{column.Name}', example {example}, step {step}: the sequence there is empty; give it one step.");
            if (parts.IsOutside(part, length))
                throw new ArgumentException($"Column '{column.Name}', example {example}, step {step}: its values are outside of their buffer.");
            steps += ThinnedAxis.Steps(length, every);
        }
        return checked((int)steps);
    }

    /// <summary>The exception that names the first value in these examples that is not finite.</summary>
    /// <param name="column">The column.</param>
    /// <param name="examples">The numbers of the examples.</param>
    /// <param name="of">What the numbers belong to, such as "part 2, "; empty for the whole data set.</param>
    public static ArgumentException NotFinite(Column column, ReadOnlySpan<int> examples, string of = "")
    {
        foreach (int example in examples)
            if (column.Parts is not { } parts)
            {
                if (FirstNotFinite(column, example, column.Kind == ValueKind.Sequence ? column.Lengths[example] : 1) is { } found)
                    return NotFinite(column, found.Value, of + "example " + Text(example) + (column.Kind == ValueKind.Sequence ? ", step " + Text(found.Step) : ""));
            }
            else
                for (int step = 0; step < column.Lengths[example]; step++)
                    if (FirstNotFinite(parts, column.Starts[example] + step, parts.Lengths[column.Starts[example] + step]) is { } found)
                        return NotFinite(column, found.Value, of + "example " + Text(example) + ", step " + Text(step) + ", there step " + Text(found.Step));
        return new ArgumentException($"Column '{column.Name}' changed while it was read.");
    }

    static ArgumentException NotFinite(Column column, float value, string where) =>
        new(FormattableString.Invariant($"Column '{column.Name}' is {value} in {where}: fill gaps or leave the example out."));

    static (int Step, float Value)? FirstNotFinite(Column column, int sequence, int steps)
    {
        for (int step = 0; step < steps; step++)
            foreach (float value in column.Step(sequence, step))
                if (!float.IsFinite(value))
                    return (step, value);
        return null;
    }
}
