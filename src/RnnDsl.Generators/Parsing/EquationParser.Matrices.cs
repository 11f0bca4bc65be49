using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>Matrices as values: entry-by-entry operations on matrices.</summary>
internal sealed partial class EquationParser
{
    /// <summary>The node of a value. For a transposed matrix it is a node that transposes.</summary>
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
        else if (left.IsSequence || right.IsSequence)
            ReportExpression(whole, "a matrix for each step of a sequence stands in cells, and in the function that Each takes");
        else
            return new Value(op == Op.SelectGreater ? Intrinsics.Compare(builder, NodeOf(left), NodeOf(right), negated: false) : builder.Apply(op, NodeOf(left), NodeOf(right)));
        return Placeholder(left.Shape.IsMatrix ? left.Shape : right.Shape, Domain.Examples());
    }

    /// <summary>The product of two matrices that fit.</summary>
    Value OfMatrices(Value left, Value right, ExpressionSyntax whole)
    {
        if (left.Node.Domain.IsParameters && right.Node.Domain.IsParameters)
            return new Value(builder.Apply(Op.MatMul, NodeOf(left), NodeOf(right)));
        ReportExpression(whole, "products of matrices are of parameters alone; where a matrix is of a step, multiply a vector with one matrix after the other, A * (S * x)");
        return Placeholder(Shape.Matrix(left.Shape.Rows!, right.Shape.Columns!), Domain.Examples());
    }

    static string HintTransposed(Shape wanted, ExpressionSyntax syntax, Value value) =>
        value.Shape == Shape.Matrix(wanted.Columns!, wanted.Rows!) ? $". Transpose({Text(syntax)}) would fit" : "";
}
