using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>What messages say about an expression: its text, its shape, its origin, and what would fit in its place.</summary>
internal sealed partial class EquationParser
{
    static string Text(ExpressionSyntax expression) => EquationText.Of(expression);

    /// <summary>The shape of an expression; for a local also the line that computes it.</summary>
    string Describe(ExpressionSyntax expression, Value value)
    {
        if (expression is IdentifierNameSyntax && Semantics(expression).GetSymbolInfo(expression, cells.Cancellation).Symbol is ILocalSymbol local)
            return $"{value.Describe()} (line {local.Locations[0].GetLineSpan().StartLinePosition.Line + 1})";
        return value.Describe();
    }

    /// <summary>Where a named value is declared.</summary>
    Location? Origin(ExpressionSyntax expression) => expression is IdentifierNameSyntax or MemberAccessExpressionSyntax
        ? Semantics(expression).GetSymbolInfo(expression, cells.Cancellation).Symbol?.Locations.FirstOrDefault(l => l.IsInSource) : null;

    /// <summary>How to write a product whose matrix stands to the right of a factor that it does not multiply: <c>g * U * h</c> is <c>(g * U) * h</c>.</summary>
    string HintOrder(ExpressionSyntax leftSyntax, Value left, ExpressionSyntax matrixSyntax, Value matrix, ExpressionSyntax whole)
    {
        if (Multiplied(whole) is { } factors)
            return $". Write {Text(leftSyntax)} * ({Text(matrixSyntax)} * {factors})";
        return left.Shape.IsVector && left.Shape.Rows!.Equals(matrix.Shape.Columns) ? $". Write {Text(matrixSyntax)} * {Text(leftSyntax)}" : "";
    }

    /// <summary>The factors to the right of a product up to the first that is no constant number; null if there is none.</summary>
    string? Multiplied(SyntaxNode product)
    {
        while (product.Parent is ParenthesizedExpressionSyntax parenthesised)
            product = parenthesised;
        if (product.Parent is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } outer || outer.Left != product)
            return null;
        if (!Semantics(outer.Right).GetConstantValue(outer.Right, cells.Cancellation).HasValue)
            return Text(outer.Right);
        return Multiplied(outer) is { } further ? $"{Text(outer.Right)} * {further}" : null;
    }

    /// <summary>A matrix that maps the vector to the expected shape, or else a vector that fits the matrix. Of two matrices the one that fits when it is transposed.</summary>
    string HintProduct(ExpressionSyntax matrixSyntax, Value matrix, ExpressionSyntax vectorSyntax, Value vector, ExpressionSyntax whole)
    {
        if (vector.Shape.IsMatrix)
            return vector.Shape.Columns!.Equals(matrix.Shape.Columns) ? $". Transpose({Text(vectorSyntax)}) would fit"
                : matrix.Shape.Rows!.Equals(vector.Shape.Rows) ? $". Transpose({Text(matrixSyntax)}) would fit" : "";
        if (vector.Shape.IsScalar && Multiplied(whole) is { } factors)
            return $". Write {Text(vectorSyntax)} * ({Text(matrixSyntax)} * {factors})";
        if (vector.Shape.IsVector && HintShape(Shape.Matrix(matrix.Shape.Rows!, vector.Shape.Rows!), matrixSyntax) is { Length: > 0 } fitting)
            return fitting;
        if (vector.Shape.IsVector && matrix.Shape.Rows!.Equals(vector.Shape.Rows))
            return $". Transpose({Text(matrixSyntax)}) would fit";
        Shape wanted = Shape.Vector(matrix.Shape.Columns!);
        IParameterSymbol? input = frame.Method.Parameters.FirstOrDefault(p => (frame.Values[p] as Value)?.Shape == wanted);
        if (input is not null)
            return WouldFit(input.Name, wanted);
        return members.States.FirstOrDefault(s => s.Shape == wanted) is { } state ? WouldFit(state.Name, wanted) : "";
    }

    string HintElementwise(ExpressionSyntax leftSyntax, Value left, ExpressionSyntax rightSyntax, Value right)
    {
        if (IsParameter(rightSyntax) && HintShape(left.Shape, rightSyntax) is { Length: > 0 } forRight)
            return forRight;
        if (IsParameter(leftSyntax) && HintShape(right.Shape, leftSyntax) is { Length: > 0 } forLeft)
            return forLeft;
        return HintMap(left.Shape, right);
    }

    bool IsParameter(ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax name && members.OwnParameters.Any(p => p.Name == name.Identifier.ValueText);

    /// <summary>A parameter of that shape.</summary>
    string HintShape(Shape shape, ExpressionSyntax instead) =>
        Similar(members.OwnParameters.Where(p => p.Shape == shape), Text(instead)) is { } fitting ? WouldFit(fitting.Name, fitting.Shape) : "";

    /// <summary>A matrix that maps the value to that shape.</summary>
    string HintMap(Shape wanted, Value value) =>
        wanted.IsVector && value.Shape.IsVector
            && members.OwnParameters.FirstOrDefault(p => p.Shape == Shape.Matrix(wanted.Rows!, value.Shape.Rows!)) is { } map
            ? $". {ElementName.Written(map.Name)} ({map.Shape.Describe()}) times it would fit" : "";

    /// <summary>A layer that accepts the value.</summary>
    string HintLayer(LayerDecl layer, Value value, bool scans)
    {
        if (scans && !value.IsSequence && value.Shape == layer.Cell.Input)
            return ". Scan runs over a sequence";
        LayerDecl? fitting = members.LayerSlots.Select(l => l.Cell).FirstOrDefault(l => l is not null && l.Cell.Input == value.Shape && scans == l.Cell.States.Count > 0);
        return fitting is null ? "" : $". {ElementName.Written(fitting.Field)} ({fitting.Cell.Input.Rows} to {fitting.Cell.Output.Rows}) would fit";
    }

    static string WouldFit(string name, Shape shape) =>
        shape.IsMatrix ? $". {ElementName.Written(name)} ({shape.Describe()}) would fit" : $". {ElementName.Written(name)}, {shape.Describe()}, would fit";

    /// <summary>Of several candidates that fit, the one whose name has the longest common ending with the given name: for Wi it is Ui rather than Uf.</summary>
    static ParameterDecl? Similar(IEnumerable<ParameterDecl> fitting, string name) =>
        fitting.Where(p => ElementName.Written(p.Name) != name).OrderByDescending(p => CommonSuffix(ElementName.Written(p.Name), name)).FirstOrDefault();

    static int CommonSuffix(string a, string b)
    {
        int length = 0;
        while (length < a.Length && length < b.Length && a[a.Length - 1 - length] == b[b.Length - 1 - length])
            length++;
        return length;
    }
}
