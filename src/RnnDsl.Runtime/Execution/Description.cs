using System.ComponentModel;
using RnnDsl.Execution;

namespace RnnDsl.CompilerServices;

/// <summary>
/// What generated code says of a module. It calls these methods and no constructor of the records that they make, so that the records may grow: a method that is
/// here stays as it is, and what is new gets a method of its own.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Description
{
    /// <summary>
    /// Version of the interface between generated code and the runtime, which generated code states. It rises where code that was compiled before can no longer
    /// run; 0 is what code of RnnDsl 0.1 stands for, which stated nothing.
    /// </summary>
    public const int Version = 1;

    /// <summary>A dimension and its size.</summary>
    public static Dimension Dimension(string name, int size) => new(name, size);

    /// <summary>A parameter and its first values.</summary>
    public static ParameterInfo Parameter(string name, int rank, int rows, int columns, Initial initial, double initialValue) => new(name, rank, rows, columns, initial, initialValue);

    /// <summary>A parameter that is not trained.</summary>
    public static ParameterInfo Fixed(ParameterInfo parameter) => parameter with { IsFixed = true };

    /// <summary>A parameter whose first values a function of row and column computes.</summary>
    public static ParameterInfo Computed(ParameterInfo parameter, Func<int, int, double> function) => parameter with { Function = function };

    /// <summary>A parameter whose first values the class of a layer knows how to compute.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="layer">The layer, made for its sizes.</param>
    /// <param name="name">What the parameter is called there.</param>
    public static ParameterInfo Computed(ParameterInfo parameter, RnnDsl.Execution.Module layer, string name) =>
        parameter with { Function = layer.Info.Parameters.First(p => p.Name == name).Function };

    /// <summary>A parameter of a layer of an abstract model, whose first values the class of the layer knows how to compute.</summary>
    /// <param name="parameter">The parameter, under its path.</param>
    /// <param name="model">The model that derives from the abstract one.</param>
    public static ParameterInfo ComputedBelow(ParameterInfo parameter, Model model) => parameter with { Function = model.FunctionOf(parameter.Name) };

    /// <summary>An input or result of a method.</summary>
    public static ValueInfo Value(string name, ValueKind kind, int width, TargetKind target) => new(name, kind, width) { Target = target };

    /// <summary>An input whose vectors are one-hot, of so many units.</summary>
    public static ValueInfo OneHot(string name, ValueKind kind, int units, TargetKind target) => new(name, kind, 1) { Target = target, Units = units, IsScalar = true };

    /// <summary>A sequence of another axis than the first.</summary>
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

    /// <summary>A loss whose training program reads <see cref="Shard.ExampleWeights"/>; an input has the steps that count, of which only those with a label may, but for some at the ends.</summary>
    public static MethodInfo Counted(MethodInfo loss, int input, bool labels, int first, int last) => loss with { Counts = new CountedSteps(input, labels, first, last) };

    /// <summary>A loss without a target that is a sequence: an example counts once.</summary>
    public static MethodInfo CountedOnce(MethodInfo loss) => loss with { Counts = CountedSteps.Once };

    /// <summary>A loss that calls no loss function, so that nothing says which steps count.</summary>
    public static MethodInfo NotCounted(MethodInfo loss) => loss with { Counts = CountedSteps.Unknown };

    /// <summary>A method of which a scan starts from values of its own.</summary>
    public static MethodInfo Started(MethodInfo method) => method with { IsStarted = true };

    /// <summary>A method of which an axis has each k-th step of another, from the first on.</summary>
    public static MethodInfo Thinned(MethodInfo method, int axis, int of, int every) =>
        method with { Thinned = [.. method.Thinned, new ThinnedAxis(axis, of, every)], Axes = Math.Max(method.Axes, axis + 1) };

    /// <summary>A method that has streams along one of its axes, under a condition: the inputs of all others.</summary>
    /// <param name="method">The method.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="condition">Computes what is given to the steps; null if nothing is.</param>
    /// <param name="step">The step, for empty sequences.</param>
    public static MethodInfo Conditional(MethodInfo method, int axis, CompiledProgram? condition, ConditionalStepProgram step) =>
        method with { Conditionals = [.. method.Conditionals, new(axis, condition, step, null)] };

    /// <summary>A method that has no such streams along an axis, and why.</summary>
    public static MethodInfo NotConditional(MethodInfo method, int axis, string reason) => method with { Conditionals = [.. method.Conditionals, new(axis, null, null, reason)] };

    /// <summary>Fingerprints of the equations of one part.</summary>
    public static EquationsInfo Equations(string part, string values, string training) => new(part, values, training);

    /// <summary>The module.</summary>
    public static ModuleInfo Module(string name, Dimension[] dimensions, ParameterInfo[] parameters, MethodInfo[] methods, string fingerprint, EquationsInfo[] equations) =>
        new(name, dimensions, parameters, methods, fingerprint) { Equations = equations };
}
