using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>Matches the columns of a data set with the inputs of a method, and says what is wrong with them.</summary>
sealed class InputBinding(Module module, MethodInfo method)
{
    Dataset? bound;

    /// <summary>One column per input of the method.</summary>
    public Column[] Columns { get; } = new Column[method.Inputs.Count];

    public void Bind(Dataset data)
    {
        if (ReferenceEquals(data, bound))
            return;
        bound = null;
        for (int i = 0; i < Columns.Length; i++)
            Columns[i] = Find(data, method.Inputs[i]);
        bound = data;
    }

    Column Find(Dataset data, ValueInfo input)
    {
        Column column = data.Columns.FirstOrDefault(c => c.Name == input.Name)
            ?? throw new ArgumentException(
                $"{module.Info.Name}.{method.Name} reads '{input.Name}' ({Text(input.Kind, input.Width)}), but the data set has no " +
                $"column of that name. {NearestName.Hint(input.Name, [.. data.Columns.Select(c => c.Name)])}");
        if (input.Units != column.Units)
            throw new ArgumentException($"{module.Info.Name}.{method.Name} reads '{input.Name}' as {Vectors(input.Units)}, but the data set's column has {Vectors(column.Units)}: " +
                (input.IsOneHot && column.Units == 0 ? "make it with Column.OneHot." : input.IsOneHot ? "make the two sizes equal." : "mark the method's parameter [OneHot]."));
        if (input.IsOneHot)
            OneHotNumbers.Check(column.Parts ?? column);
        if (column.Kind != input.Kind || column.Width != input.Width)
            throw new ArgumentException(
                $"{module.Info.Name}.{method.Name} reads '{input.Name}' as a {Text(input.Kind, input.Width)}, but the data set's column " +
                $"is a {Text(column.Kind, column.Width)}.");
        return column;
    }

    static string Vectors(int units) => units == 0 ? "vectors of numbers" : $"one-hot vectors of {units} units";

    static string Text(ValueKind kind, int width) => kind switch
    {
        ValueKind.Sequence => $"sequence of {width} values a step",
        ValueKind.Sequences => $"sequence of sequences of {width} values a step",
        ValueKind.Vector => $"vector of {width} values",
        _ => "scalar",
    };

    /// <summary>Steps of one example along an axis, the same in all its sequences; 1 where there is none.</summary>
    public static int Length(MethodInfo method, Column[] columns, int example, int axis = 0)
    {
        Column? first = null;
        for (int i = 0; i < columns.Length; i++)
        {
            Column column = columns[i];
            ValueInfo input = method.Inputs[i];
            if (input.Axis == axis && input.Kind == ValueKind.Sequences)
                return Steps(column, example);
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
            if (column.Parts is null && (start < 0 || start + (long)(steps - 1) * column.Stride + column.Width > column.Values.Length || column.Stride < 0))
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
        return first?.Lengths[example] ?? 1;
    }

    /// <summary>Steps of all sequences of one example.</summary>
    static int Steps(Column column, int example)
    {
        long steps = 0;
        Column parts = column.Parts!;
        for (int i = column.Starts[example]; i < column.Starts[example] + column.Lengths[example]; i++)
        {
            long start = parts.Starts[i], length = parts.Lengths[i];
            if (length < 1)
                throw new ArgumentException($"Column '{column.Name}', example {example}, step {i - column.Starts[example]}: the sequence there is empty; put in one step that says so.");
            if (start < 0 || start + (length - 1) * parts.Stride + parts.Width > parts.Values.Length || parts.Stride < 0)
                throw new ArgumentException($"Column '{column.Name}', example {example}, step {i - column.Starts[example]}: its values are outside of their buffer.");
            steps += length;
        }
        return checked((int)steps);
    }

    /// <summary>The exception that names the first value among these examples that is not finite.</summary>
    public static ArgumentException NotFinite(Column column, ReadOnlySpan<int> examples)
    {
        if (column.Parts is { } parts)
            foreach (int example in examples)
                for (int i = 0; i < column.Lengths[example]; i++)
                    for (int step = 0; step < parts.Lengths[column.Starts[example] + i]; step++)
                        foreach (float value in parts.Step(column.Starts[example] + i, step))
                            if (!float.IsFinite(value))
                                return new ArgumentException(FormattableString.Invariant($"Column '{column.Name}' is {value} in example {example}, step {i}, there step {step}: fill gaps or leave the example out."));
        foreach (int example in column.Parts is null ? examples : [])
            for (int step = 0; step < (column.Kind == ValueKind.Sequence ? column.Lengths[example] : 1); step++)
                foreach (float value in column.Step(example, step))
                    if (!float.IsFinite(value))
                        return new ArgumentException(FormattableString.Invariant(
                            $"Column '{column.Name}' is {value} in example {example}, step {step}: fill gaps or leave the example out."));
        return new ArgumentException($"Column '{column.Name}' changed while it was read.");
    }
}
