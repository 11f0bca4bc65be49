using RnnDsl.CompilerServices;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>The inputs and outputs of one run over a batch. Everything is dense and in the order of the batch: the steps of a sequence follow each other, and then come those of
/// the next example.</summary>
sealed class BatchRun(MethodInfo method, InputBinding binding, BatchPlan plan)
{
    public MethodInfo Method { get; } = method;

    /// <summary>For each part of the data a column for each input.</summary>
    public Column[][] Parts => binding.Parts;

    public BatchPlan Plan { get; } = plan;

    public required CompiledProgram Program { get; set; }

    /// <inheritdoc cref="ExecutionOptions.ActivationBytes"/>
    public long? ActivationBytes { get; init; }

    /// <summary>The key of the random numbers in this run.</summary>
    public ulong Noise { get; set; }

    /// <inheritdoc cref="Shard.Skipped"/>
    public bool[] Skipped { get; set; } = [];

    public Floats Parameters { get; set; }

    public Floats Prepared { get; set; }

    /// <summary>Receives the results.</summary>
    public Floats Output { get; set; }

    /// <summary>Receives the values that a condition gives, or null. The batch is one example then.</summary>
    public Floats[]? Given { get; set; }

    /// <summary>The gradient of the results, or null.</summary>
    public Floats OutputGradient { get; set; }

    /// <summary>Receives the gradients of the inputs, or null.</summary>
    public Floats[]? InputGradients { get; set; }

    /// <summary>The initial states, or null for the initial constants. Rows belong to examples of the data set, as in the other two.</summary>
    public StateBatch? InitialStates { get; set; }

    /// <summary>Receives the states after the last step, or null. It may be the object with the initial states.</summary>
    public StateBatch? FinalStates { get; set; }

    public StateBatch? InitialStateGradients { get; set; }

    /// <summary>The first float of an example's values in a dense buffer.</summary>
    public long Offset(ValueInfo value, int position) =>
        value.Kind == ValueKind.Sequence ? Plan.OffsetsOf(value.Axis)[position] * value.Width : (long)position * value.Width;

    /// <summary>Floats of a dense buffer.</summary>
    public long Length(ValueInfo value) => (value.Kind == ValueKind.Sequence ? Plan.RowsOf(value.Axis) : Plan.Count) * value.Width;
}
