using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>Matrices as values: what is computed of matrices of parameters, entry by entry, with scalars of parameters.</summary>
internal sealed partial class EquationParser
{
    /// <summary>The node of a value; of a transposed matrix one that transposes.</summary>
    Node NodeOf(Value value) => value.Transposed ? builder.Apply(Op.Transpose, value.Node) : value.Node;

    /// <summary>An operator between a matrix and a matrix or scalar.</summary>
    Value? Entries(Op op, ExpressionSyntax leftSyntax, Value left, ExpressionSyntax rightSyntax, Value right, ExpressionSyntax whole)
    {
        if (left.Shape.IsMatrix && right.Shape.IsMatrix && left.Shape != right.Shape)
            reporter.Report(Descriptors.Elementwise, whole.GetLocation(), Origin(rightSyntax) ?? Origin(leftSyntax), Text(leftSyntax), Describe(leftSyntax, left),
                Text(rightSyntax), Describe(rightSyntax, right), OperatorText(op), HintTransposed(left.Shape, rightSyntax, right));
        else if (right.Shape.IsMatrix && left.Shape.IsVector && op == Op.Multiply)
        {
            reporter.Report(Descriptors.Product, whole.GetLocation(), Origin(rightSyntax), Text(rightSyntax), right.Describe(),
                "what stands to its right", Text(leftSyntax), Describe(leftSyntax, left), HintOrder(leftSyntax, left, rightSyntax, right, whole));
            return null;
        }
        else if (left.Shape.IsVector || right.Shape.IsVector)
        {
            (ExpressionSyntax matrixSyntax, Value matrix) = left.Shape.IsMatrix ? (leftSyntax, left) : (rightSyntax, right);
            ReportExpression(whole, $"{Text(matrixSyntax)} is {matrix.Describe()}, and a matrix can only multiply a vector");
            return null;
        }
        else if (Varying(left) is { } || Varying(right) is { })
        {
            (ExpressionSyntax scalarSyntax, ExpressionSyntax matrixSyntax) = left.Shape.IsMatrix ? (rightSyntax, leftSyntax) : (leftSyntax, rightSyntax);
            string instead = op == Op.Multiply && Multiplied(whole) is { } vector ? $". Write {Text(scalarSyntax)} * ({Text(matrixSyntax)} * {Text(vector)})" : "";
            ReportExpression(whole, $"a matrix is computed of parameters alone, and {Text(scalarSyntax)} {Varying(left) ?? Varying(right)}{instead}");
        }
        else
            return new Value(op == Op.SelectGreater ? Intrinsics.Compare(builder, NodeOf(left), NodeOf(right), negated: false) : builder.Apply(op, NodeOf(left), NodeOf(right)));
        return Placeholder(left.Shape.IsMatrix ? left.Shape : right.Shape, Domain.Parameters);
    }

    /// <summary>That a value differs from example to example or from step to step; null of what is computed of parameters alone.</summary>
    string? Varying(Value value)
    {
        if (value.Shape.IsMatrix)
            return null;
        if (!value.Node.Domain.IsParameters)
            return value.IsSequence || !IsModel ? "differs from step to step" : "differs from example to example";
        // A layer may drop units of parameters.
        var seen = new HashSet<int>();
        var open = new Stack<int>([value.Node.Id]);
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (!seen.Add(id))
                continue;
            if (OpTable.Kind(builder[id]) == OpKind.Call)
                return "is what a layer gives";
            foreach (int input in builder[id].Inputs)
                open.Push(input);
        }
        return null;
    }

    static string HintTransposed(Shape wanted, ExpressionSyntax syntax, Value value) =>
        value.Shape == Shape.Matrix(wanted.Columns!, wanted.Rows!) ? $". Transpose({Text(syntax)}) would fit" : "";
}
