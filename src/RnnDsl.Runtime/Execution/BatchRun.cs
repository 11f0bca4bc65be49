using RnnDsl.CompilerServices;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>What one run over a batch reads and writes. Everything is dense and in the order of the batch: a sequence's steps stand
/// one after the other, then come those of the next example.</summary>
sealed class BatchRun(MethodInfo method, Column[] columns, BatchPlan plan)
{
    public MethodInfo Method { get; } = method;

    public Column[] Columns { get; } = columns;

    public BatchPlan Plan { get; } = plan;

    public required CompiledProgram Program { get; set; }

    /// <inheritdoc cref="RowSpace.MostKept"/>
    public long MostKept { get; init; } = RowSpace.UsuallyKept;

    /// <summary>Key of what is random in this run.</summary>
    public ulong Noise { get; set; }

    public Floats Parameters { get; set; }

    public Floats Prepared { get; set; }

    /// <summary>Where the results go.</summary>
    public Floats Output { get; set; }

    /// <summary>Null, or where the values go that a condition gives: then the batch is one example.</summary>
    public Floats[]? Given { get; set; }

    /// <summary>Null, or the gradient of the results.</summary>
    public Floats OutputGradient { get; set; }

    /// <summary>Null, or where the gradients of the inputs go.</summary>
    public Floats[]? InputGradients { get; set; }

    /// <summary>Null for the initial constants. Rows belong to examples of the data set, as in the other two.</summary>
    public StateBatch? InitialStates { get; set; }

    /// <summary>Null, or where the states after the last step go; may be the initial ones.</summary>
    public StateBatch? FinalStates { get; set; }

    public StateBatch? InitialStateGradients { get; set; }

    /// <summary>First float of an example's values in a dense buffer.</summary>
    public long Offset(ValueInfo value, int position) =>
        value.Kind == ValueKind.Sequence ? Plan.OffsetsOf(value.Axis)[position] * value.Width : (long)position * value.Width;

    /// <summary>Floats of a dense buffer.</summary>
    public long Length(ValueInfo value) => (value.Kind == ValueKind.Sequence ? Plan.RowsOf(value.Axis) : Plan.Count) * value.Width;
}
