using RnnDsl.Execution;
using RnnDsl.Runs.Equations;
using RnnDsl.Sequences;

namespace RnnDsl.Runs;

/// <summary>The values of one example's inputs, as equations read them.</summary>
static class ExampleValues
{
    /// <summary>The values of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="column">A column with one example.</param>
    /// <param name="axes">Gets the lengths of its sequences.</param>
    public static Tensor[] Of(ValueInfo input, Column column, Axes axes)
    {
        if (column.Parts is { } parts)
        {
            int[] lengths = [.. Enumerable.Range(column.Starts[0], column.Lengths[0]).Select(part => parts.Lengths[part])];
            axes[input.Axis] = lengths;
            axes[input.Of] = [lengths.Length];
            return [.. Enumerable.Range(column.Starts[0], column.Lengths[0]).SelectMany(part => Enumerable.Range(0, parts.Lengths[part]).Select(t => Value(parts, part, t)))];
        }
        if (input.Kind == ValueKind.Sequence)
            axes[input.Axis] = [column.Lengths[0]];
        return [.. Enumerable.Range(0, column.Lengths[0]).Select(t => Value(column, 0, t))];
    }

    static Tensor Value(Column column, int example, int step) => Tensor.Vector([.. column.Step(example, step).ToArray().Select(v => (double)v)]);
}
