using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Reads [Fixed], and the static methods by which [Fixed] and [Init] compute the values of parameters.</summary>
internal static class ParameterFunctions
{
    /// <summary>The parameter with what its attributes say. A fixed parameter starts at zero unless they say otherwise.</summary>
    public static ParameterDecl Read(IFieldSymbol field, ParameterDecl parameter, CellSource cells, Reporter reporter)
    {
        AttributeData? mark = KnownSymbols.Fixed(field), init = KnownSymbols.Init(field);
        if (mark is not null)
            parameter = parameter with { IsFixed = true, Initial = parameter.Initial == InitialKind.Auto ? InitialKind.Constant : parameter.Initial };
        if (NamesMethod(mark) && init is not null)
        {
            reporter.Report(Descriptors.Computed, LocationOf(mark!, field), field.Name, $"computed by {Named(mark)}", "[Init] gives it other first values; leave one of both out");
            return parameter;
        }
        AttributeData? naming = NamesMethod(mark) ? mark : init;
        return Named(naming) is { } method ? parameter with { Function = Find(field, naming!, method, parameter.Shape, cells, reporter) } : parameter;
    }

    /// <summary>Whether an attribute names a method.</summary>
    public static bool NamesMethod(AttributeData? attribute) => Named(attribute) is not null;

    /// <summary>The method name that an attribute is given; empty for a null argument; null if the attribute is given no name.</summary>
    static string? Named(AttributeData? attribute) =>
        attribute?.ConstructorArguments is [{ Type.SpecialType: SpecialType.System_String, Kind: TypedConstantKind.Primitive } name] ? name.Value as string ?? "" : null;

    static ParameterFunction? Find(IFieldSymbol field, AttributeData attribute, string name, Shape shape, CellSource cells, Reporter reporter)
    {
        SyntaxNode? syntax = attribute.ApplicationSyntaxReference?.GetSyntax(cells.Cancellation);
        IMethodSymbol[] methods = syntax is null || name.Length == 0 ? []
            : [.. cells.Semantics(syntax).LookupSymbols(syntax.SpanStart, name: name).OfType<IMethodSymbol>()];
        // Of several overloads, the one with the most parameters is taken.
        if (methods.Where(m => Obstacle(m, shape) is null).OrderByDescending(m => m.Parameters.Length).FirstOrDefault() is { } method)
            return new ParameterFunction($"{method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.{TypeDecls.Identifier(name)}", method.Parameters.Length);
        string why = name.Length == 0 ? "the attribute names no method"
            : methods.Length == 0 ? $"{field.ContainingType.Name} has no method of this name that it can call"
            : methods.Length == 1 ? Obstacle(methods[0], shape)! : "no method of this name fits";
        string allowed = $"static double {(name.Length == 0 ? "F" : name)}{string.Join(" or ", Forms(shape))}";
        reporter.Report(Descriptors.Computed, LocationOf(attribute, field), field.Name, name.Length == 0 ? "computed" : $"computed by {name}", $"{why}; {shape.Describe()} is computed by {allowed}");
        return null;
    }

    static string? Obstacle(IMethodSymbol method, Shape shape) =>
        !method.IsStatic ? "it is not static"
        : method.IsGenericMethod ? "it is generic"
        : method.ReturnType.SpecialType != SpecialType.System_Double || method.ReturnsByRef || method.ReturnsByRefReadonly
            ? $"it returns {(method.ReturnsByRef || method.ReturnsByRefReadonly ? "a reference" : method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat))}"
        : method.Parameters.Any(p => p.Type.SpecialType != SpecialType.System_Int32 || p.RefKind != RefKind.None) || !Forms(shape).Any(f => Count(f) == method.Parameters.Length)
            ? $"it takes ({string.Join(", ", method.Parameters.Select(p => p.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)))})"
        : null;

    static string[] Forms(Shape shape) => shape.Rank switch
    {
        0 => ["()"],
        1 => ["(int unit)", "(int unit, int size)"],
        _ when shape.Rows!.Equals(shape.Columns) => ["(int row, int column)", "(int row, int column, int size)", "(int row, int column, int rows, int columns)"],
        _ => ["(int row, int column)", "(int row, int column, int rows, int columns)"],
    };

    static int Count(string form) => form == "()" ? 0 : form.Split(',').Length;

    /// <summary>Reports [Fixed] where it would have no effect.</summary>
    public static void CheckFixed(IFieldSymbol field, bool isLayer, bool isValue, Reporter reporter)
    {
        if (KnownSymbols.Fixed(field) is not { } mark)
            return;
        string? why = isLayer ? "it is a layer; mark its parameters where they are declared, or freeze them while a model is trained (FineTuning)"
            : !isValue ? "it is no parameter"
            : KnownSymbols.IsState(field) ? "it is a state, which every step assigns"
            : null;
        if (why is not null)
            reporter.Report(Descriptors.Computed, LocationOf(mark, field), field.Name, "fixed", why);
    }

    static Location LocationOf(AttributeData attribute, IFieldSymbol field) => attribute.ApplicationSyntaxReference?.GetSyntax().GetLocation() ?? field.Locations[0];
}
