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
            OneHotNumbers.Check(column);
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
            if (method.Inputs[i].Axis != axis)
                continue;
            if ((uint)example >= (uint)column.Count)
                throw new ArgumentOutOfRangeException(
                    nameof(example), $"The batch asks for example {example}, but the data set has {column.Count} examples.");
            int steps = column.Kind == ValueKind.Sequence ? column.Lengths[example] : 1;
            if (steps < 1)
                throw new ArgumentException($"Example {example} of column '{column.Name}' has no steps: leave it out.");
            long start = column.Starts[example];
            if (start < 0 || start + (long)(steps - 1) * column.Stride + column.Width > column.Values.Length || column.Stride < 0)
                throw new ArgumentException(
                    $"Example {example} of column '{column.Name}' begins at {start} and has {steps} steps, {column.Stride} apart, of " +
                    $"{column.Width} values: that is outside its buffer of {column.Values.Length} values.");
            if (column.Kind != ValueKind.Sequence)
                continue;
            if (first is not null && steps != first.Lengths[example])
                throw new ArgumentException(
                    $"The sequences of an example that equations combine step by step must be of equal length for {method.Name}, but example {example} has " +
                    $"{first.Lengths[example]} steps of '{first.Name}' and {steps} of '{column.Name}'.");
            first = column;
        }
        return first?.Lengths[example] ?? 1;
    }

    /// <summary>The exception that names the first value among these examples that is not finite.</summary>
    public static ArgumentException NotFinite(Column column, ReadOnlySpan<int> examples)
    {
        foreach (int example in examples)
            for (int step = 0; step < (column.Kind == ValueKind.Sequence ? column.Lengths[example] : 1); step++)
                foreach (float value in column.Step(example, step))
                    if (!float.IsFinite(value))
                        return new ArgumentException(FormattableString.Invariant(
                            $"Column '{column.Name}' is {value} in example {example}, step {step}: fill gaps or leave the example out."));
        return new ArgumentException($"Column '{column.Name}' changed while it was read.");
    }
}
