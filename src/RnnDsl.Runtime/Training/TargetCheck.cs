using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>Checks once the targets of losses that only make sense for certain values. For other values, cross-entropies would fall without end. Compiled programs do not check.</summary>
static class TargetCheck
{
    /// <summary>The tolerance for roundings of a probability, and of the sum of a distribution.</summary>
    const float Tolerance = 1e-6f, SumTolerance = 1e-3f;

    /// <exception cref="ArgumentException">A target does not meet the loss's requirement; the message says which.</exception>
    public static void Check(Module module, MethodInfo method, Dataset data)
    {
        foreach (ValueInfo input in method.Inputs)
            if (input.Target != TargetKind.Any && !input.IsOneHot && data.Columns.FirstOrDefault(column => column.Name == input.Name) is Column column && column.CheckedFor < input.Target)
            {
                for (int example = 0; example < column.Count; example++)
                    for (int step = 0; step < (column.Kind == ValueKind.Sequence ? column.Lengths[example] : 1); step++)
                        if (Problem(column.Step(example, step), input.Target) is string problem)
                            throw new ArgumentException($"Column '{column.Name}', example {example}{(column.Kind == ValueKind.Sequence ? $", step {step}" : "")}: " +
                                $"{problem} (in {module.Info.Name}.{method.Name}).");
                column.CheckedFor = input.Target;
            }
    }

    static string? Problem(ReadOnlySpan<float> values, TargetKind target)
    {
        string loss = target == TargetKind.Distribution ? "CrossEntropy" : "BinaryCrossEntropy";
        double sum = 0;
        foreach (float value in values)
        {
            // NaN is reported where the value is read, with advice on how to fill it.
            if (float.IsNaN(value))
                return null;
            if (value is < -Tolerance or > 1 + Tolerance)
                return FormattableString.Invariant($"the target is {value}, but {loss} takes targets from 0 to 1; do not scale classes, or take another loss");
            sum += value;
        }
        return target != TargetKind.Distribution || Math.Abs(sum - 1) <= SumTolerance ? null : FormattableString.Invariant(
            $"the targets sum to {sum:G6}, but CrossEntropy takes distributions, which sum to 1, as one-hot vectors do; to weigh or leave out steps, write -Dot(target, LogSoftmax(logits))");
    }
}
