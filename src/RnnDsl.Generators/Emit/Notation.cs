using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes values as equations for the comments in generated code.</summary>
internal sealed class Notation(Graph graph, Names names)
{
    /// <summary>"i = σ(Wi·x + Ui·h(t−1) + bi)".</summary>
    public string Equation(Node node) => $"{Name(node)} = {Right(node, 0)}";

    /// <summary>True if equations refer to the value by a name of its own.</summary>
    static bool IsNamed(Node node) => node.Label is not null || OpTable.Kind(node) is OpKind.Leaf or OpKind.RowReduction or OpKind.Time;

    string Name(Node node) => node.Label ?? names.BaseName(node);

    string Right(Node node, int depth)
    {
        if (OpTable.Notation(node) is not { } notation)
            return Name(node);
        string[] operands = [.. node.Inputs.Select(i => Operand(graph[i], node, depth + 1))];
        return string.Format(CultureInfo.InvariantCulture, notation, operands);
    }

    string Operand(Node node, Node reader, int depth)
    {
        switch (node.Op)
        {
            case Op.Constant:
                return node.Number.ToString("G6", CultureInfo.InvariantCulture).Replace('-', '−');
            case Op.Size:
                return "|" + node.Dim + "|";
            case Op.Length:
                return "T";
            case Op.ExampleWeight:
                return node.Argument is Argument.PerExample ? "w" : "1/B";
            case Op.OutputGradient:
                return "dy";
            case Op.Shift:
                return Names.StateOf(node) + (node.IsForward ? "(t−1)" : "(t+1)");
        }
        if (IsNamed(node) || depth > 6)
            return Name(node);
        string text = Right(node, depth);
        bool loose = node.Op is Op.Add or Op.Subtract, tight = reader.Op is Op.Multiply or Op.Divide or Op.Negate || reader.IsMatrixProduct;
        return (loose && (tight || (reader.Op == Op.Subtract && graph.Input(reader, 1) == node))) || (node.Op == Op.Divide && reader.Op is Op.Multiply or Op.Divide)
            ? $"({text})" : text;
    }
}
