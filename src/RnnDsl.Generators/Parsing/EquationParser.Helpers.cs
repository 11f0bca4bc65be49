using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Helpers: methods of the class itself and static methods of this compilation, which are inlined where they are called. A call with the same arguments as an earlier one returns
/// the earlier value, so that helpers which call other helpers several times do not double the program each time.
/// </summary>
internal sealed partial class EquationParser
{
    /// <summary>With more nodes or more inlined calls, the passes and then the C# compiler would take minutes.</summary>
    internal const int MostNodes = 100_000, MostInlined = 10_000;

    /// <summary>How often a helper may stand within itself. Deeper calls could exhaust the stack of the C# compiler.</summary>
    const int MostRecursive = 64;

    readonly Dictionary<ISymbol, Dictionary<string, Item?>> inlined = new(SymbolEqualityComparer.Default);
    int assignments, inlinings;

    bool IsHelper(IMethodSymbol method) => method.MethodKind == MethodKind.Ordinary && (IsOwn(method) || (method.IsStatic && !KnownSymbols.IsOps(method.ContainingType)));

    bool IsOwn(IMethodSymbol method) => SymbolEqualityComparer.Default.Equals(method.ContainingType.OriginalDefinition, type);

    /// <summary>The method itself. For a partial method, the part with the body.</summary>
    static IMethodSymbol Body(IMethodSymbol called) => called.OriginalDefinition.PartialImplementationPart ?? called.OriginalDefinition;

    Item? Helper(IMethodSymbol called, InvocationExpressionSyntax call, ExpressionSyntax?[] arguments)
    {
        IMethodSymbol method = Body(called);
        if (Obstacle(called, call) is { } obstacle)
        {
            ReportExpression(call, obstacle);
            return null;
        }
        Item?[] values = Items(arguments, i => Default(method.Parameters[i]));
        for (int i = 0; i < values.Length; i++)
            if (arguments[i] is null && values[i] is null)
            {
                ReportExpression(call, $"the value that '{method.Parameters[i].Name}' has where it is omitted is not known to the compiler; give it one");
                return null;
            }
        int depth = Frames().Count(f => SymbolEqualityComparer.Default.Equals(f.Method, method));
        if (depth > 0 && reporter.Has(Descriptors.Recursion))
            return null;
        if (depth == MostRecursive)
        {
            reporter.Report(Descriptors.Recursion, call.GetLocation(), method.Name,
                $"helpers are inlined where they are called, and this one is within itself {MostRecursive} times. Numbers that are known when the equations are compiled must end its calls");
            return null;
        }
        Dictionary<ITypeParameterSymbol, Dim> bound = Bind(called, values, call.GetLocation());
        for (int i = 0; i < values.Length; i++)
            if (arguments[i] is { } syntax)
                values[i] = PassedArgument(called.Parameters[i], bound, values[i], syntax);
        return Shared(called, bound, values, call);
    }

    /// <summary>Why a method of the class cannot be inlined at all, or null.</summary>
    string? Obstacle(IMethodSymbol called, InvocationExpressionSyntax call)
    {
        if (called.Parameters.Any(p => p.RefKind != RefKind.None || p.IsParams))
            return "a helper takes its arguments by value";
        if ((IsOwn(called) && !SymbolEqualityComparer.Default.Equals(called.ContainingType, type))
            || (call.Expression is MemberAccessExpressionSyntax { Expression: not (ThisExpressionSyntax or BaseExpressionSyntax) } && !called.IsStatic))
            return "a helper is called on the very object whose equations these are";
        if (Declaration(Body(called)) is not { } declaration || (declaration.Body is null && declaration.ExpressionBody is null))
            return IsOwn(called) ? $"{called.Name} has no equations here that could be inlined" : $"{called.ContainingType.Name}.{called.Name} is not in this project, so that its equations cannot be inlined";
        bool isValue = KnownSymbols.IsVec(called.ReturnType) || KnownSymbols.IsSeq(called.ReturnType) || KnownSymbols.IsScalar(called.ReturnType)
            || KnownSymbols.IsMat(called.ReturnType) || Arithmetic.IsKnown(called.ReturnType) || called.ReturnType.IsTupleType || KnownSymbols.IsStates(called.ReturnType) || KnownSymbols.IsLayer(called.ReturnType);
        return isValue || called.ReturnsVoid || called.ReturnType.TypeKind is TypeKind.Error or TypeKind.TypeParameter ? null
            : "a helper returns a Vec, Seq, Mat, Scalar, number, layer, States, or a tuple of them";
    }

    /// <summary>The argument as the helper's parameter holds it.</summary>
    Item? PassedArgument(IParameterSymbol parameter, Dictionary<ITypeParameterSymbol, Dim> bound, Item? item, ExpressionSyntax syntax)
    {
        item = Converted(item, parameter.Type);
        if (item is not (null or Value))
            return item;
        var value = item as Value;
        bool isSequence = KnownSymbols.IsSeq(parameter.Type);
        Shape? shape = Arithmetic.IsKnown(parameter.Type) ? null : Members.ReadShape(parameter.Type, dims, parameter.Locations[0], bound);
        if (shape is null || (value is not null && Fits(shape, isSequence, value)))
            return value;
        if (value is not null)
            reporter.Report(Descriptors.HelperArgument, syntax.GetLocation(), Origin(syntax), parameter.ContainingSymbol.Name, Value.Describe(shape, isSequence),
                parameter.Name, Text(syntax), Describe(syntax, value), HintShape(shape, syntax));
        return Placeholder(shape, shape.IsMatrix ? Domain.Parameters : isSequence ? Domain.Steps() : Domain.Examples());
    }

    /// <summary>The helper's value. It is that of an earlier call if all values that it depends on are the same and the call had no other effect.</summary>
    Item? Shared(IMethodSymbol called, Dictionary<ITypeParameterSymbol, Dim> bound, Item?[] values, InvocationExpressionSyntax call)
    {
        IMethodSymbol method = Body(called);
        if (!inlined.TryGetValue(method, out Dictionary<string, Item?>? results))
            inlined.Add(method, results = []);
        string key = Key(called, bound, values);
        if (results.TryGetValue(key, out Item? value))
            return value;
        if (builder.Count > MostNodes || ++inlinings > MostInlined)
        {
            ReportTooLarge(call.GetLocation(), called.Name, "calls of helpers");
            return null;
        }
        int assigned = assignments, dropouts = builder.Dropouts;
        value = Inline(method, called.ReturnType, bound, values);
        // Every call assigns the states that the helper assigns, and every call drops units anew.
        if (assigned == assignments && dropouts == builder.Dropouts)
            results[key] = value;
        return value;
    }

    /// <summary>Reports once that there are too many equations.</summary>
    void ReportTooLarge(Location location, string what, string repeated)
    {
        if (!reporter.Has(Descriptors.TooLarge))
            reporter.Report(Descriptors.TooLarge, location, what, builder.Count > MostNodes
                ? $"the equations have come to more than {MostNodes.ToString("N0", CultureInfo.InvariantCulture)} operations"
                : $"there are more than {MostInlined.ToString("N0", CultureInfo.InvariantCulture)} {repeated}");
    }

    string Key(IMethodSymbol called, Dictionary<ITypeParameterSymbol, Dim> bound, Item?[] values)
    {
        var key = new StringBuilder().Append(assignments);
        foreach (ITypeParameterSymbol parameter in Body(called).TypeParameters.Concat(called.ContainingType.OriginalDefinition.TypeParameters))
            key.Append(' ').Append(bound.TryGetValue(parameter, out Dim? dim) ? dim.Text : "?");
        foreach (Item? value in values)
            Append(key.Append(' '), value);
        return key.ToString();
    }

    static void Append(StringBuilder key, Item? item)
    {
        switch (item)
        {
            case Value value:
                key.Append(value.Node.Id.ToString(CultureInfo.InvariantCulture)).Append(value.Transposed ? "T" : "")
                    .Append(value.Number is { } number ? $"{number.GetType().Name}{(number is double or float ? "" : System.Convert.ToString(number, CultureInfo.InvariantCulture))}" : "");
                break;
            case LayerItem { Layer.Name: var name }:
                key.Append(name);
                break;
            case ArrayItem { Elements: var elements }:
                key.Append(elements[0].Name).Append("[]");
                break;
            case TupleItem { Elements: var elements }:
                Append(key, elements);
                break;
            case StatesItem { Values: var values, Scan: var run }:
                Append(key.Append(run?.Id.ToString(CultureInfo.InvariantCulture)), values);
                break;
            default:
                key.Append('?');
                break;
        }
    }

    static void Append(StringBuilder key, IEnumerable<Item?> items)
    {
        key.Append('(');
        foreach (Item? item in items)
            Append(key.Append(' '), item);
        key.Append(')');
    }

    /// <summary>The dimensions of a generic helper's type parameters: those that C# has inferred, or else those of the arguments.</summary>
    Dictionary<ITypeParameterSymbol, Dim> Bind(IMethodSymbol called, Item?[] arguments, Location place)
    {
        // The inferred types may contain the caller's own type parameters.
        var bound = frame.Bound.ToDictionary(b => b.Key, b => b.Value, (IEqualityComparer<ITypeParameterSymbol>)SymbolEqualityComparer.Default);
        IMethodSymbol method = Body(called);
        INamedTypeSymbol owner = called.ContainingType;
        if (!IsOwn(called))
            for (int i = 0; i < owner.Arity; i++)
                if (IsDim(owner.TypeArguments[i], frame.Bound) && dims.Read(owner.TypeArguments[i], place, frame.Bound) is { } ofClass)
                    bound[owner.OriginalDefinition.TypeParameters[i]] = ofClass;
        for (int i = 0; i < method.TypeParameters.Length; i++)
            if (!SymbolEqualityComparer.Default.Equals(called.TypeArguments[i], called.OriginalDefinition.TypeParameters[i]) && IsDim(called.TypeArguments[i], frame.Bound)
                && dims.Read(called.TypeArguments[i], place, frame.Bound) is { } dim)
                bound[method.TypeParameters[i]] = dim;
        for (int i = 0; i < method.Parameters.Length; i++)
        {
            if (arguments[i] is not Value argument || method.Parameters[i].Type is not INamedTypeSymbol named || argument.Shape.Rank != named.Arity)
                continue;
            Dim?[] actual = [argument.Shape.Rows, argument.Shape.Columns];
            for (int j = 0; j < named.Arity; j++)
                Unify(named.TypeArguments[j], actual[j]!);
        }
        return bound;

        void Unify(ITypeSymbol parameter, Dim actual)
        {
            if (parameter is ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method } free && !bound.ContainsKey(free))
                bound.Add(free, actual);
            else if (KnownSymbols.IsCat(parameter) && actual.IsConcat)
            {
                Unify(((INamedTypeSymbol)parameter).TypeArguments[0], actual.Left!);
                Unify(((INamedTypeSymbol)parameter).TypeArguments[1], actual.Right!);
            }
        }
    }

    bool IsDim(ITypeSymbol type, IReadOnlyDictionary<ITypeParameterSymbol, Dim> bound) => type switch
    {
        ITypeParameterSymbol parameter => parameter.TypeParameterKind == TypeParameterKind.Type || bound.ContainsKey(parameter),
        INamedTypeSymbol named when KnownSymbols.IsCat(named) => named.TypeArguments.All(a => IsDim(a, bound)),
        _ => KnownSymbols.IsDim(type),
    };

    /// <summary>The value of an omitted parameter; null if it is not known.</summary>
    Value? Default(IParameterSymbol parameter)
    {
        // Values that C# itself inserts, such as a line number, are not in the declaration.
        if (parameter.GetAttributes().Any(a => a.AttributeClass?.Name.StartsWith("Caller", StringComparison.Ordinal) == true))
            return null;
        if (KnownSymbols.IsScalar(parameter.Type))
            return new Value(builder.Constant(0));
        return Arithmetic.IsKnown(parameter.Type) && parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } number }
            && Arithmetic.Convert(number, parameter.Type, isChecked: false) is { } converted ? Known(converted, null) : null;
    }

    IEnumerable<Frame> Frames()
    {
        for (Frame? current = frame; current is not null; current = current.Caller)
            yield return current;
    }
}
