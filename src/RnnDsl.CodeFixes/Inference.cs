using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.CodeFixes;

/// <summary>Finds the types of the undeclared names of a cell from its equations. The equations need not compile.</summary>
internal sealed class Inference
{
    /// <summary>Functions of one argument whose result has its shape.</summary>
    public static readonly HashSet<string> UnitByUnit = ["Sigmoid", "Tanh", "Relu", "LeakyRelu", "Elu", "Gelu", "Silu", "Softplus", "LogSigmoid", "Exp", "Log", "Sqrt", "Abs", "Square", "Sin", "Cos", "Floor",
        "Normalize", "Softmax", "LogSoftmax", "StopGradient", "Dropout", "VariationalDropout"];

    readonly Place place;
    readonly Dictionary<string, Shape> missing;
    readonly Dictionary<string, Shape?> locals = [];
    bool contradicted;

    Inference(Place place, IEnumerable<string> names)
    {
        this.place = place;
        missing = names.ToDictionary(n => n, n => char.IsUpper(n[0]) ? new Shape(new(), new()) : Shape.Vector(new()));
    }

    /// <summary>The types of the names that could be found, in their order; null if the equations contradict each other.</summary>
    public static Dictionary<string, string>? Of(Place place, ClassDeclarationSyntax type, string[] names)
    {
        var inference = new Inference(place, names);
        foreach (MethodDeclarationSyntax method in type.Members.OfType<MethodDeclarationSyntax>())
            inference.Read(method);
        return inference.contradicted ? null : names.Where(n => inference.missing[n].Text is not null).ToDictionary(n => n, n => inference.missing[n].Text!);
    }

    void Read(MethodDeclarationSyntax method)
    {
        locals.Clear();
        Shape? result = Shape.Of(place.TypeOf(method.ReturnType));
        if (method.ExpressionBody is { } body)
            Join(Of(body.Expression), result);
        foreach (SyntaxNode node in method.Body?.DescendantNodes(n => n is not ExpressionSyntax) ?? [])
            switch (node)
            {
                case VariableDeclaratorSyntax { Initializer: { } initializer } local:
                    locals[local.Identifier.ValueText] = Of(initializer.Value);
                    break;
                case ReturnStatementSyntax { Expression: { } returned }:
                    Join(Of(returned), result);
                    break;
                case ExpressionStatementSyntax statement:
                    Of(statement.Expression);
                    break;
            }
    }

    /// <summary>The shape of an expression; null if nothing is known about it.</summary>
    Shape? Of(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax brackets => Of(brackets.Expression),
        PrefixUnaryExpressionSyntax unary => Of(unary.Operand),
        IdentifierNameSyntax name => missing.TryGetValue(name.Identifier.ValueText, out Shape? shape) ? shape
            : locals.TryGetValue(name.Identifier.ValueText, out Shape? local) ? local : Shape.Of(place.TypeOf(name)),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product => Product(Of(product.Left), Of(product.Right)),
        BinaryExpressionSyntax binary => Elementwise(Of(binary.Left), Of(binary.Right)),
        AssignmentExpressionSyntax assignment => Assigned(assignment),
        ConditionalExpressionSyntax choice => Elementwise(Of(choice.WhenTrue), Of(choice.WhenFalse)),
        InvocationExpressionSyntax call => Call(call),
        _ => Shape.Of(place.TypeOf(expression)),
    };

    Shape? Assigned(AssignmentExpressionSyntax assignment)
    {
        Shape? target = Of(assignment.Left), value = Of(assignment.Right);
        if (target is { IsNumber: false } && value is { IsNumber: false })
            Join(target, value);
        if (assignment.Left is IdentifierNameSyntax name && target is null)
            locals[name.Identifier.ValueText] = value;
        return target ?? value;
    }

    Shape? Product(Shape? left, Shape? right)
    {
        if (left is not { IsMatrix: true } || right is { IsNumber: true })
            return Elementwise(left, right);
        if (right is { IsMatrix: true })
            contradicted = true;
        if (right is { IsVector: true })
            contradicted |= !Dimension.Join(left.Columns!, right.Rows!);
        return Shape.Vector(left.Rows!);
    }

    /// <summary>The shape of an operation that works unit by unit. A number goes with any shape.</summary>
    Shape? Elementwise(Shape? left, Shape? right)
    {
        if (left is null || right is null)
            return left is { IsNumber: false } ? left : right is { IsNumber: false } ? right : null;
        if (left.IsNumber || right.IsNumber)
            return left.IsNumber ? right : left;
        Join(left, right);
        return left;
    }

    void Join(Shape? one, Shape? other)
    {
        if (one is null || other is null)
            return;
        contradicted |= one.IsNumber != other.IsNumber || one.IsMatrix != other.IsMatrix || one.Rows is { } rows && !Dimension.Join(rows, other.Rows!)
            || one.Columns is { } columns && other.Columns is { } others && !Dimension.Join(columns, others);
    }

    Shape? Call(InvocationExpressionSyntax call)
    {
        Shape?[] arguments = [.. call.ArgumentList.Arguments.Select(a => Of(a.Expression))];
        if (call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Map" } access && place.TypeOf(access.Expression) is { } layer && Known.IsCell(layer))
            return Layer(layer, arguments);
        ISymbol? called = place.Semantics.GetSymbolInfo(call, place.Cancellation) is var info ? info.Symbol ?? info.CandidateSymbols.FirstOrDefault() : null;
        if (called is not IMethodSymbol method)
            return null;
        if (method.ContainingType.ToDisplayString() == Known.Ops)
            return Function(method.Name, arguments);
        if (method.IsGenericMethod)
            return null;
        for (int i = 0; i < arguments.Length && i < method.Parameters.Length; i++)
            Join(arguments[i], Shape.Of(method.Parameters[i].Type));
        return Shape.Of(method.ReturnType);
    }

    Shape? Layer(ITypeSymbol layer, Shape?[] arguments)
    {
        INamedTypeSymbol? above = layer.BaseType;
        while (above is not null && above.Name != "Cell")
            above = above.BaseType;
        if (above is not { TypeArguments: [var input, var output] } || arguments is not [{ IsVector: true } given])
            return null;
        Join(given, Shape.Vector(Dimension.Of(input)));
        return Shape.Vector(Dimension.Of(output));
    }

    Shape? Function(string name, Shape?[] arguments)
    {
        if (UnitByUnit.Contains(name))
            return arguments.FirstOrDefault();
        switch (name, arguments)
        {
            case ("Max" or "Sum" or "Mean" or "LogSumExp", [_]):
                return Shape.Number;
            case ("Dot", [var a, var b]):
                Join(a, b);
                return Shape.Number;
            case ("Min" or "Max" or "Mod" or "Hadamard", [var a, var b]):
                return Elementwise(a, b);
            case ("Clip" or "Where", [var a, var b, var c]):
                // A comparison of two numbers chooses between whole vectors.
                return Elementwise(Elementwise(b, c), a);
            case ("Concat", [{ IsVector: true } a, { IsVector: true } b]):
                return Shape.Vector(new Dimension(a.Rows!, b.Rows!));
            case ("Left" or "Right", [{ IsVector: true } whole]):
                (Dimension left, Dimension right) = (new(), new());
                contradicted |= !Dimension.Join(whole.Rows!, new Dimension(left, right));
                return Shape.Vector(name == "Left" ? left : right);
            case ("Transpose", [{ IsMatrix: true } matrix]):
                return new(matrix.Columns, matrix.Rows);
            case ("Outer" or "OuterSum", [{ IsVector: true } a, { IsVector: true } b]):
                return new(a.Rows, b.Rows);
            case ("SumOverColumns" or "MaxOverColumns" or "LogSumExpOverColumns", [{ IsMatrix: true } matrix]):
                return Shape.Vector(matrix.Rows!);
            case ("SumOverRows" or "MaxOverRows" or "LogSumExpOverRows", [{ IsMatrix: true } matrix]):
                return Shape.Vector(matrix.Columns!);
            default:
                return null;
        }
    }
}
