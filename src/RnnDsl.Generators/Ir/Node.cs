namespace RnnDsl.Generators.Ir;

/// <summary>One operation of a graph, named by its place in <see cref="Graph.Nodes"/>.</summary>
/// <param name="Id">Index in the graph.</param>
/// <param name="Op">What it does.</param>
/// <param name="Inputs">Operands. They come earlier in the graph, save the first operand of a <see cref="Op.Shift"/>.</param>
/// <param name="Shape">Shape of the value.</param>
/// <param name="Space">Over what it varies.</param>
/// <param name="Text">Name of an input, parameter or state; offset of a slice; direction of a shift; number of a dropout.</param>
/// <param name="Value">Value of a constant; rate of a dropout.</param>
/// <param name="Label">The user's name for the value, if it has one. It does not distinguish nodes.</param>
/// <param name="Equation">Index in <see cref="Graph.Equations"/> of the equation it comes from, or -1.</param>
/// <param name="Axis">Of what varies over steps, whose: inputs that equations combine step by step share an axis, others have axes of their own. Of what varies over examples, the axis in
/// whose order of sequences its rows stand; the first axis' order is that of the examples.</param>
internal sealed record Node(
    int Id, Op Op, EquatableArray<int> Inputs, Shape Shape, Space Space, string Text = "", double Value = 0, string? Label = null, int Equation = -1, int Axis = 0)
{
    /// <summary>True for a shift towards later steps: the state of a forward scan.</summary>
    public bool IsForward => Text == "forward";
}

/// <summary>A named result of a graph.</summary>
internal sealed record Result(string Name, int Node)
{
    const string Gradient = "gradient:";

    /// <summary>True for the gradient of a parameter, or of a matrix a part of it.</summary>
    public bool IsGradient => Name.StartsWith(Gradient, StringComparison.Ordinal);

    /// <summary>True for the value that a scan leaves of a state.</summary>
    public bool IsState => Name.StartsWith("state:", StringComparison.Ordinal);

    /// <summary>The parameter whose gradient it is.</summary>
    public string Of => Name.Substring(Gradient.Length);
}
