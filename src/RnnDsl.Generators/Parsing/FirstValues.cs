using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The initial values of fields: reads [Init], and refuses attributes and initializers without effect.</summary>
internal static class FirstValues
{
    const string Generated = "generated code gives it its first value; write [Init(number)]";

    /// <summary>The initial value of a parameter or state; Auto if none is given.</summary>
    public static (InitialKind, double) Read(IFieldSymbol field, Reporter reporter)
    {
        AttributeData? init = KnownSymbols.Init(field);
        if (init is null || init.ConstructorArguments.Length == 0 || init.ConstructorArguments.Any(a => a.Kind == TypedConstantKind.Error))
            return (InitialKind.Auto, 0);
        if (ParameterFunctions.NamesMethod(init))
            return (InitialKind.Constant, 0);
        TypedConstant first = init.ConstructorArguments[0];
        double last = Convert.ToDouble(init.ConstructorArguments.Last().Value, System.Globalization.CultureInfo.InvariantCulture);
        Location location = init.ApplicationSyntaxReference?.GetSyntax().GetLocation() ?? field.Locations[0];
        if (double.IsNaN(last) || float.IsInfinity((float)last))
        {
            reporter.Report(Descriptors.FirstValue, location, field.Name,
                last.ToString(System.Globalization.CultureInfo.InvariantCulture), "it must be a finite number of single precision");
            last = 0;
        }
        if (first.Kind != TypedConstantKind.Enum)
            return (InitialKind.Constant, last);
        string? kind = first.Type!.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => Equals(f.ConstantValue, first.Value))?.Name;
        if (Enum.TryParse(kind, out InitialKind parsed))
            return (parsed, last);
        reporter.Report(Descriptors.FirstValue, location, field.Name, $"distribution {first.Value}", "Initial has no such member");
        return (InitialKind.Auto, 0);
    }

    /// <summary>Reports attributes that would have no effect where they are written.</summary>
    public static void CheckAttributes(IFieldSymbol field, bool isLayer, bool isValue, Reporter reporter)
    {
        if (field.Type.TypeKind == TypeKind.Error)
            return;
        if (KnownSymbols.Init(field) is { } init && !isValue)
            reporter.Report(Descriptors.FirstValue, LocationOf(init, field), field.Name, "[Init]", isLayer
                ? "it is a layer, and how its parameters start is said where they are declared" : "it is neither parameter nor state");
        ParameterFunctions.CheckFixed(field, isLayer, isValue, reporter);
        if (KnownSymbols.State(field) is { } state && !isValue)
            reporter.Report(Descriptors.Captured, LocationOf(state, field), field.Name, isLayer ? "a layer keeps its own states; leave [State] out" : "a state is a Vec, a Mat or a Scalar");
    }

    /// <summary>Reports an initializer that would be overwritten. An initializer that says that there is no value yet is allowed.</summary>
    public static void CheckInitializer(IFieldSymbol field, bool isLayer, Reporter reporter)
    {
        if (field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { IsMissing: false } value })
            return;
        ExpressionSyntax stripped = value is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed ? suppressed.Operand : value;
        if (!stripped.IsKind(SyntaxKind.NullLiteralExpression) && !stripped.IsKind(SyntaxKind.DefaultLiteralExpression) && stripped is not DefaultExpressionSyntax)
            reporter.Report(Descriptors.FirstValue, value.GetLocation(), field.Name, EquationText.Of(value), isLayer ? "the generated constructor makes it" : Generated);
    }

    /// <summary>Reports constructors that assign fields which are overwritten later.</summary>
    public static void CheckConstructors(INamedTypeSymbol type, Members members, CellSource cells, Reporter reporter)
    {
        foreach (IMethodSymbol constructor in type.InstanceConstructors.Where(c => !c.IsImplicitlyDeclared))
            foreach (AssignmentExpressionSyntax assignment in constructor.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cells.Cancellation))
                .OfType<ConstructorDeclarationSyntax>().SelectMany(c => c.DescendantNodes().OfType<AssignmentExpressionSyntax>()))
                if (cells.Semantics(assignment).GetSymbolInfo(assignment.Left, cells.Cancellation).Symbol is IFieldSymbol field
                    && members.Slot(field) is ParameterSlot or StateSlot)
                    reporter.Report(Descriptors.FirstValue, assignment.GetLocation(), field.Name, EquationText.Of(assignment.Right), Generated);
    }

    /// <summary>The location of an attribute.</summary>
    public static Location LocationOf(AttributeData attribute, IFieldSymbol field) => attribute.ApplicationSyntaxReference?.GetSyntax().GetLocation() ?? field.Locations[0];
}
