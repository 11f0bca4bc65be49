using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>Which inputs of a method come step by step, which belong to the condition, and the program of a step.</summary>
/// <param name="Method">The method.</param>
/// <param name="Step">The program of a step.</param>
/// <param name="Inputs">The inputs that come step by step.</param>
/// <param name="Condition">The other inputs, which are known before.</param>
/// <param name="Programs">For a method that reads several lengths: the programs of streams along the axis.</param>
sealed record StreamedMethod(MethodInfo Method, StepProgram Step, IReadOnlyList<ValueInfo> Inputs, IReadOnlyList<ValueInfo> Condition, ConditionalInfo? Programs = null)
{
    /// <summary>All inputs come step by step. A vector of an example is repeated at every step.</summary>
    /// <exception cref="InvalidOperationException">There is no such stream; the message says why.</exception>
    public static StreamedMethod All(Module model, MethodInfo method)
    {
        string name = $"{model.Info.Name}.{method.Name}";
        if (method.Step is { } step)
            return new(method, step, method.Inputs, []);
        CheckPredicts(name, method);
        string reason = $"{name} {method.WithoutStream ?? "scans in reverse, so nothing is known before a sequence ends"}";
        ConditionalInfo? along = method.Conditionals.LastOrDefault(c => c.Step is not null);
        throw new InvalidOperationException(along is null ? $"{reason}: it cannot run as a stream. Use an Executor."
            : $"{reason}: say which inputs come step by step, as in streamed: [{string.Join(", ", Along(method, along.Axis).Select(i => $"\"{i.Name}\""))}]. The others are then given at the start.");
    }

    /// <summary>The inputs with these names come step by step.</summary>
    /// <exception cref="ArgumentException">A name is not that of a sequence, or the names are not those of all sequences of one length.</exception>
    /// <exception cref="InvalidOperationException">There is no such stream; the message says why.</exception>
    public static StreamedMethod Of(Module model, MethodInfo method, ReadOnlySpan<string> streamed)
    {
        string name = $"{model.Info.Name}.{method.Name}";
        CheckPredicts(name, method);
        ValueInfo[] inputs = Named(name, method, streamed), others = [.. method.Inputs.Except(inputs)];
        if (others.FirstOrDefault(o => o.Kind == ValueKind.Sequence && o.Axis == inputs[0].Axis) is { } tied)
            throw new ArgumentException($"The equations of {name} combine '{tied.Name}' step by step with '{inputs[0].Name}': it comes step by step too, so name both.", nameof(streamed));
        if (method.Axes == 1)
            return All(model, method) with { Inputs = inputs, Condition = others };
        ConditionalInfo along = method.Conditionals.FirstOrDefault(c => c.Axis == inputs[0].Axis) ?? throw new InvalidOperationException(method.WithoutStream is { } reason
            ? $"{name} {reason}: it cannot run as a stream. Use an Executor."
            : $"{model.Info.Name} was compiled by an earlier version, which makes no streams under a condition: build {model.Info.Name} again with this version.");
        return new(method, along.Step ?? throw new InvalidOperationException($"{name} {along.Refusal}: it cannot run as a stream of '{inputs[0].Name}'. Use an Executor."), inputs, others, along);
    }

    static void CheckPredicts(string name, MethodInfo method)
    {
        if (method.Result.Kind == ValueKind.Scalar)
            throw new InvalidOperationException($"{name} is a loss: name the method that predicts.");
    }

    static IEnumerable<ValueInfo> Along(MethodInfo method, int axis) => method.Inputs.Where(i => i.Kind == ValueKind.Sequence && i.Axis == axis);

    static ValueInfo[] Named(string name, MethodInfo method, ReadOnlySpan<string> streamed)
    {
        if (streamed.IsEmpty)
            throw new ArgumentException($"Name at least one input of {name} that comes step by step.", nameof(streamed));
        foreach (string one in streamed)
        {
            ValueInfo input = method.Inputs.FirstOrDefault(i => i.Name == one)
                ?? throw new ArgumentException($"{name} has no input '{one}'. {NearestName.Hint(one, [.. method.Inputs.Select(i => i.Name)])}", nameof(streamed));
            if (input.Kind != ValueKind.Sequence)
                throw new ArgumentException($"'{one}' of {name} is no sequence whose steps could come one by one.", nameof(streamed));
        }
        string[] names = [.. streamed];
        ValueInfo[] inputs = [.. method.Inputs.Where(i => names.Contains(i.Name))];
        return inputs.FirstOrDefault(i => i.Axis != inputs[0].Axis) is not { } other ? inputs
            : throw new ArgumentException($"'{inputs[0].Name}' and '{other.Name}' of {name} have lengths of their own, so that a step of one is no step of the other: name one; the other is given at the start.", nameof(streamed));
    }
}
