using System.ComponentModel;
using RnnDsl.Execution;

namespace RnnDsl.CompilerServices;

/// <summary>
/// The description of a module in generated code. Generated code calls these methods rather than constructors of the records that they make, so that the records can grow. A method
/// that exists never changes, and every new feature gets a method of its own.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Description
{
    /// <summary>
    /// The version of the interface between generated code and the runtime, which generated code states. It increases when code that was compiled before can no longer run. Code of
    /// RnnDsl 0.1 stated no version, and counts as 0.
    /// </summary>
    public const int Version = 1;

    /// <summary>A dimension and its size.</summary>
    public static Dimension Dimension(string name, int size) => new(name, size);

    /// <summary>A parameter and its initial values.</summary>
    public static ParameterInfo Parameter(string name, int rank, int rows, int columns, Initial initial, double initialValue) => new(name, rank, rows, columns, initial, initialValue);

    /// <summary>A parameter that is not trained.</summary>
    public static ParameterInfo Fixed(ParameterInfo parameter) => parameter with { IsFixed = true };

    /// <summary>A parameter whose initial values are computed by a function of row and column.</summary>
    public static ParameterInfo Computed(ParameterInfo parameter, Func<int, int, double> function) => parameter with { Function = function };

    /// <summary>A parameter whose initial values the class of a layer can compute.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="layer">The layer, constructed for its sizes.</param>
    /// <param name="name">The parameter's name in the layer.</param>
    public static ParameterInfo Computed(ParameterInfo parameter, RnnDsl.Execution.Module layer, string name) =>
        parameter with { Function = layer.Info.Parameters.First(p => p.Name == name).Function };

    /// <summary>A parameter of a layer of an abstract model, whose initial values the class of the layer can compute.</summary>
    /// <param name="parameter">The parameter, under its path.</param>
    /// <param name="model">The model that derives from the abstract model.</param>
    public static ParameterInfo ComputedBelow(ParameterInfo parameter, Model model) => parameter with { Function = model.FunctionOf(parameter.Name) };

    /// <summary>An input or result of a method.</summary>
    public static ValueInfo Value(string name, ValueKind kind, int width, TargetKind target) => new(name, kind, width) { Target = target };

    /// <summary>An input of one-hot vectors with the given number of units.</summary>
    public static ValueInfo OneHot(string name, ValueKind kind, int units, TargetKind target) => new(name, kind, 1) { Target = target, Units = units, IsScalar = true };

    /// <summary>A sequence along another axis than the first.</summary>
    public static ValueInfo OnAxis(ValueInfo value, int axis) => value with { Axis = axis };

    /// <summary>A sequence at every step of an axis.</summary>
    public static ValueInfo Nested(ValueInfo value, int of) => value with { Kind = ValueKind.Sequences, Of = of };

    /// <summary>A state that is carried along another axis than the first.</summary>
    public static StateInfo OnAxis(StateInfo state, int axis) => state with { Axis = axis };

    /// <summary>An input or result of a method that is a sequence of scalars.</summary>
    public static ValueInfo Scalars(string name, TargetKind target) => new(name, ValueKind.Sequence, 1) { Target = target, IsScalar = true };

    /// <summary>A state that a method carries through time.</summary>
    public static StateInfo State(string name, int width, float initial, bool reverse, bool isScalar) => new(name, width, initial, reverse, isScalar);

    /// <summary>A compiled method.</summary>
    public static MethodInfo Method(
        string name, ValueInfo[] inputs, ValueInfo result, StateInfo[] states, CompiledProgram forward, CompiledProgram? training, StepProgram? step, string? withoutStream) =>
        new(name, inputs, result, states, forward, training, step) { WithoutStream = withoutStream };

    /// <summary>A loss whose training program reads <see cref="Shard.ExampleWeights"/>. One input has the steps that count: all of them, or only those with a label, except for
    /// some at the ends.</summary>
    public static MethodInfo Counted(MethodInfo loss, int input, bool labels, int first, int last) => loss with { Counts = new CountedSteps(input, labels, first, last) };

    /// <summary>A loss without a sequence as its target, so that an example counts once.</summary>
    public static MethodInfo CountedOnce(MethodInfo loss) => loss with { Counts = CountedSteps.Once };

    /// <summary>A loss that calls no loss function, so that nothing says which steps count.</summary>
    public static MethodInfo NotCounted(MethodInfo loss) => loss with { Counts = CountedSteps.Unknown };

    /// <summary>A method with a scan that starts from values of the method.</summary>
    public static MethodInfo Started(MethodInfo method) => method with { IsStarted = true };

    /// <summary>A loss that cannot be computed chunk by chunk, and the reason.</summary>
    public static MethodInfo NotInChunks(MethodInfo loss, string reason) => loss with { WithoutChunks = reason };

    /// <summary>A method with an axis that has every k-th step of another, beginning with the first.</summary>
    public static MethodInfo Thinned(MethodInfo method, int axis, int of, int every) =>
        method with { Thinned = [.. method.Thinned, new ThinnedAxis(axis, of, every)], Axes = Math.Max(method.Axes, axis + 1) };

    /// <summary>A method with streams along one of its axes, under a condition: the inputs of all other axes.</summary>
    /// <param name="method">The method.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="condition">Computes the values that the steps are given; null if there are none.</param>
    /// <param name="step">The step, for empty sequences.</param>
    public static MethodInfo Conditional(MethodInfo method, int axis, CompiledProgram? condition, ConditionalStepProgram step) =>
        method with { Conditionals = [.. method.Conditionals, new(axis, condition, step, null)] };

    /// <summary>A method without such streams along an axis, and the reason.</summary>
    public static MethodInfo NotConditional(MethodInfo method, int axis, string reason) => method with { Conditionals = [.. method.Conditionals, new(axis, null, null, reason)] };

    /// <summary>Fingerprints of the equations of one part.</summary>
    public static EquationsInfo Equations(string part, string values, string training) => new(part, values, training);

    /// <summary>The same, with the fingerprints that earlier versions of the generator wrote.</summary>
    public static EquationsInfo Equations(string part, string values, string training, string earlierValues, string earlierTraining) =>
        new(part, values, training) { Earlier = (earlierValues, earlierTraining) };

    /// <summary>The module.</summary>
    public static ModuleInfo Module(string name, Dimension[] dimensions, ParameterInfo[] parameters, MethodInfo[] methods, string fingerprint, EquationsInfo[] equations) =>
        new(name, dimensions, parameters, methods, fingerprint) { Equations = equations };
}
