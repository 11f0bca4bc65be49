using System.ComponentModel;

namespace RnnDsl;

/// <summary>Marks a partial class derived from <see cref="Cell{TIn, TOut}"/> for compilation.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CellAttribute : Attribute;

/// <summary>Marks a partial class derived from <see cref="Model"/> for compilation.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute;

/// <summary>Marks fields of a cell that carry a value from one step to the next. A state starts at zero, or at the constant that <see cref="InitAttribute"/> gives.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class StateAttribute : Attribute;

/// <summary>How the parameters of this declaration get their first values, or where a state starts.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class InitAttribute : Attribute
{
    /// <summary>Each value is computed by a static method, which <see cref="FixedAttribute(string)"/> describes; then it is trained as any other.</summary>
    /// <param name="function">The method's name: <c>[Init(nameof(Ring))]</c>.</param>
    public InitAttribute(string function)
    {
        Kind = Initial.Constant;
        Function = function;
    }

    /// <summary>All equal to <paramref name="value"/>.</summary>
    public InitAttribute(double value) : this(Initial.Constant, value)
    {
    }

    // Without it [Init(0)] would be ambiguous: the literal 0 converts to every enum.
    /// <inheritdoc cref="InitAttribute(double)"/>
    public InitAttribute(int value) : this(Initial.Constant, value)
    {
    }

    /// <summary>Drawn as <paramref name="kind"/> says.</summary>
    /// <param name="kind">The distribution.</param>
    /// <param name="value">The gain of <see cref="Initial.Xavier"/> and <see cref="Initial.Orthogonal"/>, the bound of
    /// <see cref="Initial.Uniform"/>, the standard deviation of <see cref="Initial.Normal"/>.</param>
    public InitAttribute(Initial kind, double value = 1)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>The distribution; <see cref="Initial.Constant"/> where a number or a method was given.</summary>
    public Initial Kind { get; }

    /// <summary>The constant, gain, bound or standard deviation.</summary>
    public double Value { get; }

    /// <summary>The method that computes the values, or null.</summary>
    public string? Function { get; }
}

/// <summary>
/// Marks parameters that are not trained. They are saved with the model like all others, but no gradient is computed for them. Optimizers, weight decay, the gradient's norm and
/// its limits, adapters and fine-tuning do not change them.
/// <code>
/// [Fixed(nameof(Legendre))] Mat&lt;Memory, Memory&gt; A;
///
/// static double Legendre(int row, int column, int size) => row &lt; column ? -1 : (row - column) % 2 == 0 ? 1 : -1;
/// </code>
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class FixedAttribute : Attribute
{
    /// <summary>The values are zero until they are set through <see cref="Execution.Module.Parameters"/>, unless an <see cref="InitAttribute"/> beside this attribute gives them.</summary>
    public FixedAttribute()
    {
    }

    /// <summary>
    /// A static method of the class computes each value when the parameters are made; it returns a <see cref="double"/>. For a <see cref="Mat{R, C}"/> the method takes <c>(int
    /// row, int column)</c>, <c>(int row, int column, int rows, int columns)</c> or, if both dimensions are the same, <c>(int row, int column, int size)</c>; for a <see
    /// cref="Vec{D}"/> <c>(int unit)</c> or <c>(int unit, int size)</c>; for a <see cref="Scalar"/> nothing. Rows, columns and units count from 0. A value that is not finite in
    /// single precision is an <see cref="InvalidOperationException"/> at the first use of the parameters.
    /// </summary>
    /// <param name="function">The method's name: <c>[Fixed(nameof(Legendre))]</c>.</param>
    public FixedAttribute(string function) => Function = function;

    /// <summary>The method that computes the values, or null.</summary>
    public string? Function { get; }
}

/// <summary>
/// Number of elements of an array of parameters, states or layers: <c>[Count(3)] Lstm&lt;Hidden, Hidden&gt;[] deep;</c>. The generated part creates the elements. Equations loop
/// over them with <c>foreach</c> and <c>for</c>; the compiler unrolls these loops.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class CountAttribute(int count) : Attribute
{
    /// <summary>From 1 to 1,000.</summary>
    public int Count { get; } = count;
}

/// <summary>
/// For a parameter of a model's method: each of its vectors is 1 at one unit and 0 elsewhere. The data hold the number of that unit; −1 stands for the zero vector, as for padding
/// or a label that does not count. Equations do not change: <c>W * x</c> takes a column of W, <c>Transpose(table) * x</c> a row of a table, and costs no more than that column or
/// row. See <see cref="Sequences.Column.OneHot(string, int, int[][])"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OneHotAttribute : Attribute;

/// <summary>A dimension of fixed size: <c>[Size(3)] class Color : Dim;</c>. The generated constructor does not ask for it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SizeAttribute(int size) : Attribute
{
    /// <summary>The number of units, from 1.</summary>
    public int Size { get; } = size;
}

/// <summary>Written by the generator: the equations of a compiled cell as text. Models in other assemblies that contain the cell read it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CellGraphAttribute(string graph) : Attribute
{
    /// <summary>The text.</summary>
    public string Graph { get; } = graph;
}

/// <summary>Written by the generator: the equations of a compiled model as text. Exporters to other formats, such as ONNX, read it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelGraphAttribute(string graph) : Attribute
{
    /// <summary>The text.</summary>
    public string Graph { get; } = graph;
}
