using RnnDsl.CompilerServices;

namespace RnnDsl.Execution;

/// <summary>A dimension of a module and its size.</summary>
/// <param name="Name">The name in the class: "Hidden".</param>
/// <param name="Size">The number of its units, from 1.</param>
public sealed record Dimension(string Name, int Size);

/// <summary>A parameter of a module: its name with the path of its layer ("encoder.Wi"), its shape (one column for a vector, also one row for a scalar; rank 2, 1, 0), and its
/// initial values.</summary>
/// <param name="Name">The name, with the path of its layer: "encoder.Wi".</param>
/// <param name="Rank">2 for a matrix, 1 for a vector, 0 for a scalar.</param>
/// <param name="Rows">The rows of a matrix, or the units of a vector; 1 for a scalar.</param>
/// <param name="Columns">1 for a vector or a scalar.</param>
/// <param name="Initial">How the initial values are drawn.</param>
/// <param name="InitialValue">The constant, gain, bound or standard deviation of <paramref name="Initial"/>.</param>
public sealed record ParameterInfo(string Name, int Rank, int Rows, int Columns, Initial Initial, double InitialValue)
{
    /// <summary>Whether it is not trained: no program computes a gradient of it, and no optimizer moves it.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Computes its initial values from row and column, in place of <see cref="Initial"/>; or null.</summary>
    internal Func<int, int, double>? Function { get; init; }

    /// <summary>The number of its values.</summary>
    /// <exception cref="InvalidOperationException">There are more values than an array can hold.</exception>
    public int Length => Floats <= Array.MaxLength ? (int)Floats : throw new InvalidOperationException(
        $"'{Name}' has {Floats} values ({Rows}×{Columns}), more than the {Array.MaxLength} of an array: choose smaller sizes.");

    internal long Floats => (long)Rows * Columns;
}

/// <summary>The kind of a method's value at run time.</summary>
public enum ValueKind
{
    /// <summary>A sequence over time, with a vector or a number at each step.</summary>
    Sequence,

    /// <summary>One vector for each example.</summary>
    Vector,

    /// <summary>One number for each example.</summary>
    Scalar,
    /// <summary>A sequence at every step of another.</summary>
    Sequences,
}

/// <summary>What a loss requires of the values of an input that is its target.</summary>
public enum TargetKind
{
    /// <summary>Nothing.</summary>
    Any,
    /// <summary>Values from 0 to 1, as <c>BinaryCrossEntropy</c> expects them.</summary>
    Probabilities,
    /// <summary>Values from 0 to 1 that sum to 1 at each step, as <c>CrossEntropy</c> expects them.</summary>
    Distribution,
}

/// <summary>An input or result of a method.</summary>
/// <param name="Name">The name of the method's parameter. A column of the data has the same name.</param>
/// <param name="Kind">Whether it is a sequence, a vector or a scalar.</param>
/// <param name="Width">The units of a vector, or of each step; 1 for scalars.</param>
public sealed record ValueInfo(string Name, ValueKind Kind, int Width)
{
    /// <summary>What the method's losses require of this input. A <see cref="Training.Trainer"/> checks its data once.</summary>
    public TargetKind Target { get; init; }

    /// <summary>The axis of a sequence. In each example, the sequences of one axis have equal lengths; those of another axis have lengths of their own.</summary>
    public int Axis { get; init; }

    /// <summary>For sequences at every step: the axis that has these steps; otherwise −1. The sequences themselves belong to <see cref="Axis"/>.</summary>
    public int Of { get; init; } = -1;

    /// <summary>For a one-hot input: the number of units of its vectors; otherwise 0. Its <see cref="Width"/> is then 1, for the number of the unit.</summary>
    public int Units { get; init; }

    /// <summary>Whether the data hold numbers of units rather than vectors.</summary>
    public bool IsOneHot => Units > 0;

    /// <summary>True for a scalar or a sequence of scalars. A row then takes one float, rather than <see cref="CompilerServices.Layout.Pad"/>(Width).</summary>
    public bool IsScalar { get; init; } = Kind == ValueKind.Scalar;
}

/// <summary>
/// A state that a method carries through time: "encoder.h". A scalar state takes one float for each example, a vector <see cref="CompilerServices.Layout.Pad"/>(Width).
/// </summary>
/// <param name="Name">The name, with the path of its layer.</param>
/// <param name="Width">The number of its units; 1 for a scalar.</param>
/// <param name="Initial">The value before the first step, in each unit.</param>
/// <param name="Reverse">Whether it runs from the last step to the first.</param>
/// <param name="IsScalar">Whether it is one number.</param>
public sealed record StateInfo(string Name, int Width, float Initial, bool Reverse, bool IsScalar = false)
{
    /// <summary>The axis of the sequences along which it is carried; see <see cref="ValueInfo.Axis"/>.</summary>
    public int Axis { get; init; }
}

/// <summary>A compiled method. It has a forward program. A loss of a model and a scan of a cell also have a program with the gradient. Unless the method is a loss, or its result
/// is not known before a sequence ends, it has a program of one step for streams.</summary>
/// <param name="Name">The name of the method, or of an element of its tuple, after a dot: "Predict.Tags".</param>
/// <param name="Inputs">One for each parameter of the method, in order.</param>
/// <param name="Result">What it returns.</param>
/// <param name="States">The states of all its layers that it carries through time.</param>
/// <param name="Forward">The program that computes the result.</param>
/// <param name="Training">The program that computes the result and the gradient; null if there is none.</param>
/// <param name="Step">The program that computes one step of a stream; null for a loss, and if <see cref="WithoutStream"/> gives a reason.</param>
public sealed record MethodInfo(
    string Name,
    IReadOnlyList<ValueInfo> Inputs,
    ValueInfo Result,
    IReadOnlyList<StateInfo> States,
    CompiledProgram Forward,
    CompiledProgram? Training,
    StepProgram? Step = null)
{
    /// <summary>The number of lengths that an example has: 1, unless sequences have axes of their own.</summary>
    internal int Axes { get; init; } = Math.Max(Result.Axis, Inputs.Select(input => Math.Max(input.Axis, input.Of)).DefaultIfEmpty().Max()) + 1;

    /// <summary>The axes that have some steps of other axes.</summary>
    internal IReadOnlyList<ThinnedAxis> Thinned { get; init; } = [];

    /// <summary>For an axis that is thinned from another, directly or in several steps: that axis and the total stride. For any other axis: the axis itself.</summary>
    internal (int Axis, int Every) BaseAxis(int axis)
    {
        int every = 1;
        for (int i = 0; i < Thinned.Count; i++)
            if (Thinned[i].Axis == axis)
                (axis, every, i) = (Thinned[i].Of, (int)Math.Min(int.MaxValue, (long)every * Thinned[i].Every), -1);
        return (axis, every);
    }

    /// <summary>For a loss: the steps of an example that count; null if it was compiled by a version that did not state it.</summary>
    internal CountedSteps? Counts { get; init; }

    /// <summary>Whether one of its scans starts from values of the method (<see cref="Ops.Start"/>), so that it cannot continue where another sequence ended.</summary>
    internal bool IsStarted { get; init; }

    /// <summary>Why a loss cannot be computed chunk by chunk, phrased as what it does; null if it can, or if it was compiled by a version that did not state it.</summary>
    internal string? WithoutChunks { get; init; }

    /// <summary>For a method that reads several lengths: the programs of streams along each axis, under the condition of the other inputs.</summary>
    internal IReadOnlyList<ConditionalInfo> Conditionals { get; init; } = [];

    /// <summary>Why there is no program for streams, phrased as what the method does ("scans in reverse, so…"); null for a loss, and if there is a program.</summary>
    public string? WithoutStream { get; init; }
}

/// <summary>An axis that has every k-th step of another axis's sequences, beginning with the first.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Of">The other axis.</param>
/// <param name="Every">The distance from one of these steps to the next.</param>
readonly record struct ThinnedAxis(int Axis, int Of, int Every)
{
    /// <summary>The number of steps that remain if every <paramref name="every"/>-th of <paramref name="steps"/> steps is taken.</summary>
    public static int Steps(int steps, int every) => (int)((steps + (long)every - 1) / every);
}

/// <summary>The programs of streams along one axis. The inputs of this axis come step by step; all others are known before.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Condition">Computes the values that the steps are given; null if there are none.</param>
/// <param name="Step">The step, or null.</param>
/// <param name="Refusal">The reason why there is no step, phrased as what the method does; null if there is one.</param>
sealed record ConditionalInfo(int Axis, CompiledProgram? Condition, ConditionalStepProgram? Step, string? Refusal);

/// <summary>Fingerprints of the equations of one part of a module. They do not depend on the names of locals, states or dimensions, nor on the order in which things are written.</summary>
public sealed class EquationsInfo(string part, string values, string training)
{
    /// <summary>A layer ("encoder"), a method ("Loss()"), or "" for the equations of a cell itself.</summary>
    public string Part => part;

    /// <summary>The fingerprint of what it computes, without dropouts.</summary>
    public string Values => values;

    /// <summary>The fingerprint of what it computes in training, with dropouts and stopped gradients.</summary>
    public string Training => training;

    /// <summary>The same as earlier versions of the generator wrote them, if they are others. Files of that time hold them.</summary>
    internal (string? Values, string? Training) Earlier { get; init; }
}

/// <summary>Everything that the runtime needs to know about a compiled module.</summary>
/// <param name="Name">The name of the class.</param>
/// <param name="Dimensions">The dimensions, in the order in which the constructor takes them.</param>
/// <param name="Parameters">The parameters, in the order of their memory.</param>
/// <param name="Methods">The compiled methods.</param>
/// <param name="Fingerprint">The fingerprint of the whole class, as the first version of model files compares it.</param>
public sealed record ModuleInfo(
    string Name,
    IReadOnlyList<Dimension> Dimensions,
    IReadOnlyList<ParameterInfo> Parameters,
    IReadOnlyList<MethodInfo> Methods,
    string Fingerprint)
{
    /// <summary>The fingerprints of each layer and each method; empty for modules that the first version of the generator compiled.</summary>
    public IReadOnlyList<EquationsInfo> Equations { get; init; } = [];
}
