using RnnDsl.CompilerServices;

namespace RnnDsl.Execution;

/// <summary>A dimension of a module and its size.</summary>
/// <param name="Name">As the class declares it: "Hidden".</param>
/// <param name="Size">Its number of units, from 1.</param>
public sealed record Dimension(string Name, int Size);

/// <summary>A parameter of a module: name with the path of its layer ("encoder.Wi"), shape (columns 1 for a vector, rows 1 too
/// for a scalar; rank 2, 1, 0), and initial values.</summary>
/// <param name="Name">With the path of its layer: "encoder.Wi".</param>
/// <param name="Rank">2 for a matrix, 1 for a vector, 0 for a scalar.</param>
/// <param name="Rows">Of a vector its units; 1 for a scalar.</param>
/// <param name="Columns">1 for a vector or a scalar.</param>
/// <param name="Initial">How the first values are drawn.</param>
/// <param name="InitialValue">The constant, gain, bound or standard deviation of <paramref name="Initial"/>.</param>
public sealed record ParameterInfo(string Name, int Rank, int Rows, int Columns, Initial Initial, double InitialValue)
{
    /// <summary>Whether it is not trained: no program computes a gradient of it, and no optimizer moves it.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Computes its first values from row and column, in place of <see cref="Initial"/>; or null.</summary>
    internal Func<int, int, double>? Function { get; init; }

    /// <summary>Number of its values.</summary>
    /// <exception cref="InvalidOperationException">They are more than an array holds.</exception>
    public int Length => Floats <= Array.MaxLength ? (int)Floats : throw new InvalidOperationException(
        $"'{Name}' has {Floats} values ({Rows}×{Columns}), more than the {Array.MaxLength} of an array: choose smaller sizes.");

    internal long Floats => (long)Rows * Columns;
}

/// <summary>What a value of a method is at run time.</summary>
public enum ValueKind
{
    /// <summary>A sequence over time: of each step a vector, or a number.</summary>
    Sequence,

    /// <summary>One vector for each example.</summary>
    Vector,

    /// <summary>One number for each example.</summary>
    Scalar,
    /// <summary>A sequence at every step of another.</summary>
    Sequences,
}

/// <summary>What a loss asks of the values of an input that it is given as its target.</summary>
public enum TargetKind
{
    /// <summary>Nothing.</summary>
    Any,
    /// <summary>Values from 0 to 1, as <c>BinaryCrossEntropy</c> takes them.</summary>
    Probabilities,
    /// <summary>Values from 0 to 1 that sum to 1 at each step, as <c>CrossEntropy</c> takes them.</summary>
    Distribution,
}

/// <summary>An input or result of a method.</summary>
/// <param name="Name">That of the method's parameter, which a column of the data has too.</param>
/// <param name="Kind">What it is: a sequence, a vector, a scalar.</param>
/// <param name="Width">Units of a vector, or of each step; 1 for scalars.</param>
public sealed record ValueInfo(string Name, ValueKind Kind, int Width)
{
    /// <summary>What the method's losses ask of this input; a <see cref="Training.Trainer"/> looks once whether its data have it.</summary>
    public TargetKind Target { get; init; }

    /// <summary>Of a sequence its axis: those of one axis have one length in each example, those of another lengths of their own.</summary>
    public int Axis { get; init; }

    /// <summary>Of sequences at every step the axis that has these steps; else −1. The sequences themselves are those of <see cref="Axis"/>.</summary>
    public int Of { get; init; } = -1;

    /// <summary>Of a one-hot input how many units its vectors have; else 0. Its <see cref="Width"/> is then 1: the number of the unit.</summary>
    public int Units { get; init; }

    /// <summary>Whether the data hold numbers of units in place of vectors.</summary>
    public bool IsOneHot => Units > 0;

    /// <summary>True for a scalar or a sequence of scalars: a row takes one float, where one of vectors takes <see cref="CompilerServices.Layout.Pad"/>(Width).</summary>
    public bool IsScalar { get; init; } = Kind == ValueKind.Scalar;
}

/// <summary>
/// A state that a method carries through time: "encoder.h". Reverse: it runs from the last step to the first. A scalar state takes one float an
/// example, a vector <see cref="CompilerServices.Layout.Pad"/>(Width).
/// </summary>
/// <param name="Name">With the path of its layer.</param>
/// <param name="Width">Its units; 1 for a scalar.</param>
/// <param name="Initial">Its value before the first step, in each unit.</param>
/// <param name="Reverse">Whether it goes from the last step to the first.</param>
/// <param name="IsScalar">Whether it is one number.</param>
public sealed record StateInfo(string Name, int Width, float Initial, bool Reverse, bool IsScalar = false)
{
    /// <summary>The axis of the sequences along which it is carried; see <see cref="ValueInfo.Axis"/>.</summary>
    public int Axis { get; init; }
}

/// <summary>A compiled method: its forward program; for losses of a model and scans of a cell, the program with the gradient; and, unless it is a
/// loss or cannot be right before a sequence ends, the program of one step for streams.</summary>
/// <param name="Name">That of the method, of an element of a tuple behind a dot: "Predict.Tags".</param>
/// <param name="Inputs">One for each parameter of the method, in its order.</param>
/// <param name="Result">What it returns.</param>
/// <param name="States">What it carries through time, of all its layers.</param>
/// <param name="Forward">Computes the result.</param>
/// <param name="Training">Computes the result and the gradient; null where there is none.</param>
/// <param name="Step">Computes one step of a stream; null where <see cref="WithoutStream"/> says why, and for a loss.</param>
public sealed record MethodInfo(
    string Name,
    IReadOnlyList<ValueInfo> Inputs,
    ValueInfo Result,
    IReadOnlyList<StateInfo> States,
    CompiledProgram Forward,
    CompiledProgram? Training,
    StepProgram? Step = null)
{
    /// <summary>How many lengths an example has: 1, unless sequences have axes of their own.</summary>
    internal int Axes { get; init; } = Math.Max(Result.Axis, Inputs.Select(input => Math.Max(input.Axis, input.Of)).DefaultIfEmpty().Max()) + 1;

    /// <summary>The axes that have some steps of others.</summary>
    internal IReadOnlyList<ThinnedAxis> Thinned { get; init; } = [];

    /// <summary>The axis of which another has some steps, taken once or several times, and of how many it has one; of any other axis itself.</summary>
    internal (int Axis, int Every) Whole(int axis)
    {
        int every = 1;
        for (int i = 0; i < Thinned.Count; i++)
            if (Thinned[i].Axis == axis)
                (axis, every, i) = (Thinned[i].Of, checked(every * Thinned[i].Every), -1);
        return (axis, every);
    }

    /// <summary>Of a loss, which steps of an example count; null if it was compiled by a version that did not say so.</summary>
    internal CountedSteps? Counts { get; init; }

    /// <summary>Whether a scan of it starts from values of the method (<see cref="Ops.Start"/>), so that it cannot go on from where another sequence ended.</summary>
    internal bool IsStarted { get; init; }

    /// <summary>Of a method that reads several lengths, for each axis the programs of streams that go along it under the condition of the other inputs.</summary>
    internal IReadOnlyList<ConditionalInfo> Conditionals { get; init; } = [];

    /// <summary>Why there is no program for streams, as what the method does ("scans in reverse, so…"); null for a loss, and where there is one.</summary>
    public string? WithoutStream { get; init; }
}

/// <summary>An axis that has the first step of another's sequences and from there each k-th.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Of">The other.</param>
/// <param name="Every">Of how many steps it has one.</param>
readonly record struct ThinnedAxis(int Axis, int Of, int Every)
{
    /// <summary>How many steps are left of so many.</summary>
    public static int Steps(int steps, int every) => (int)((steps + (long)every - 1) / every);
}

/// <summary>The programs of streams along one axis, whose inputs come step by step while all others are there before.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Condition">Computes what is given to the steps; null if nothing is.</param>
/// <param name="Step">The step, or null.</param>
/// <param name="Refusal">Why there is none, as what the method does.</param>
sealed record ConditionalInfo(int Axis, CompiledProgram? Condition, ConditionalStepProgram? Step, string? Refusal);

/// <summary>Fingerprints of the equations of one part of a module. They do not depend on names of locals, states or dimensions, or on the order in which things are written.</summary>
public sealed class EquationsInfo(string part, string values, string training)
{
    /// <summary>A layer ("encoder"), a method ("Loss()"), or "" for the equations of a cell itself.</summary>
    public string Part => part;

    /// <summary>Of what it computes, without dropouts.</summary>
    public string Values => values;

    /// <summary>Of what it computes in training, with dropouts and stopped gradients.</summary>
    public string Training => training;
}

/// <summary>Everything that the runtime needs to know of a compiled module.</summary>
/// <param name="Name">Of the class.</param>
/// <param name="Dimensions">In the order in which the constructor takes them.</param>
/// <param name="Parameters">In the order in which they lie in memory.</param>
/// <param name="Methods">The compiled ones.</param>
/// <param name="Fingerprint">Of the whole class, as the first version of model files compares it.</param>
public sealed record ModuleInfo(
    string Name,
    IReadOnlyList<Dimension> Dimensions,
    IReadOnlyList<ParameterInfo> Parameters,
    IReadOnlyList<MethodInfo> Methods,
    string Fingerprint)
{
    /// <summary>Of each layer and each method; empty for modules that the first version of the generator compiled.</summary>
    public IReadOnlyList<EquationsInfo> Equations { get; init; } = [];
}
