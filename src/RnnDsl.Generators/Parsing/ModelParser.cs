using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Parses a class marked [Model]. Each of its methods that returns a value is compiled, and so is each such method of its abstract base model. An abstract model is parsed
/// in the same way. Only the input and output are known of the cells that its type parameters stand for.</summary>
internal static class ModelParser
{
    public static ModuleModel? Parse(INamedTypeSymbol type, CellSource cells, Reporter reporter) => cells.Open(type, () => ParseOpen(type, cells, reporter));

    static ModuleModel? ParseOpen(INamedTypeSymbol type, CellSource cells, Reporter reporter)
    {
        Location location = TypeDecls.LocationOf(type);
        var dims = new DimScope(type, isModel: true, reporter);
        Members members = Members.Read(type, isModel: true, dims, cells, reporter);
        // A base class that cannot be read has been reported, there or here.
        if (members.Base is null && !KnownSymbols.IsModelBase(type.BaseType))
            return null;
        var usage = new Usage();
        IMethodSymbol[] compiled = type.GetMembers().OfType<IMethodSymbol>().Where(IsCompiled).ToArray();
        bool isAbstract = KnownSymbols.IsAbstractModel(type);
        EquatableArray<MethodModel> inherited = members.Base?.Text.Methods ?? default;
        if (compiled.Length == 0 && inherited.Count == 0 && !isAbstract)
            reporter.Report(Descriptors.NoEquations, location, type.Name, "write a method that returns a Vec, Seq or Scalar");
        // Overloads collide, and so do a method and an element of another method's tuple with the same name.
        foreach (IGrouping<string, IMethodSymbol> alike in compiled.SelectMany(m => ProgramsOf(m).Select(p => (Method: m, Program: MethodModel.ProgramNameOf(p)))).GroupBy(p => p.Program, p => p.Method))
            foreach (IMethodSymbol other in alike.Skip(1))
                reporter.Report(Descriptors.NameCollision, other.Locations[0], $"This {other.Name}", "that above", alike.Key + "Forward", type.Name);
        InheritanceRules.Check(type, compiled, members, isAbstract, reporter);
        var methods = new List<MethodModel>(inherited);
        foreach (IMethodSymbol method in compiled)
            if (ParseMethod(method, new EquationParser(type, dims, members, usage, cells, reporter), dims, reporter) is { Count: > 0 } parsed)
                methods.AddRange(parsed);
            else
                reporter.Invalidate(method.Locations[0]);
        if (compiled.Length > 0)
            UsageRules.Check(members, usage, dims, cells, reporter);
        dims.CheckNames(location);
        if (!GeneratedMemberNames.Check(type, dims.Decls, compiled.SelectMany(ProgramsOf).Select(MethodModel.ProgramNameOf), methods.SelectMany(m => m.StreamedAxes.Select(axis => (m.ProgramName, axis))), reporter,
            [.. members.Fields.Where(f => f.Abstract is not null).Select(f => f.ClassName), .. isAbstract ? ["BindFields", "RunEquations"] : Array.Empty<string>()]))
            return null;
        bool isValid = !reporter.HasErrors;
        return new ModuleModel(TypeDecls.Read(type, cells), null, dims.Decls.ToEquatable(), Initials.Decide(members.Parameters, null, []),
            members.Layers.ToEquatable(), isValid ? methods.ToEquatable() : [], isValid) 
        {
            Fields = members.Fields, Arrays = members.Arrays, Base = members.Base?.Class, WithoutCalls = TakenCallNames(type, methods).ToEquatable(),
            CellParameters = isAbstract ? KnownSymbols.CellParameters(type).Select(p => p.Name).ToEquatable() : null,
        };
    }

    /// <summary>Names of array calls that other members already have. A compiled method does not count, because such a call is an overload of it.</summary>
    static IEnumerable<string> TakenCallNames(INamedTypeSymbol type, IEnumerable<MethodModel> methods)
    {
        for (INamedTypeSymbol? owner = type; owner is not null && !KnownSymbols.IsModelBase(owner); owner = owner.BaseType)
            foreach (string name in methods.SelectMany(m => new[] { m.Call.Method, m.StreamsName }).Distinct())
                if (owner.TypeParameters.Any(p => p.Name == name) || owner.GetMembers(name).Any(m => m is not IMethodSymbol method || !IsCompiled(method)))
                    yield return name;
    }

    static bool IsCompiled(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsStatic: false, IsGenericMethod: false, IsOverride: false }
        && (IsResult(method.ReturnType) || Elements(method) is { Length: > 0 } elements && elements.All(e => IsResult(e.Type))) && method.Parameters.All(p => IsValue(p.Type) && p.RefKind == RefKind.None);

    static bool IsValue(ITypeSymbol type) => KnownSymbols.IsVec(type) || KnownSymbols.IsSeq(type) || KnownSymbols.IsScalar(type);

    /// <summary>The types that a compiled method may return: all except a sequence at every step.</summary>
    static bool IsResult(ITypeSymbol type) => IsValue(type) && !KnownSymbols.IsSeqs(type);

    /// <summary>The elements of the tuple that a method returns; none for other methods.</summary>
    static ImmutableArray<IFieldSymbol> Elements(IMethodSymbol method) => method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple ? tuple.TupleElements : [];

    /// <summary>The programs of a method: the method itself, or each element of its tuple.</summary>
    public static IEnumerable<string> ProgramsOf(IMethodSymbol method) => Elements(method) is { Length: > 0 } elements ? elements.Select(e => $"{method.Name}.{e.Name}") : [method.Name];

    static List<MethodModel>? ParseMethod(IMethodSymbol method, EquationParser parser, DimScope dims, Reporter reporter)
    {
        GraphBuilder builder = parser.Builder;
        var inputs = new List<ValueDecl>();
        var arguments = new List<Value?>();
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (Members.ReadShape(parameter.Type, dims, parameter.Locations[0]) is { } shape)
            {
                Dim? units = KnownSymbols.IsOneHot(parameter) ? shape.Rows : null;
                if (units is null && KnownSymbols.IsOneHot(parameter))
                    reporter.Report(Descriptors.Captured, parameter.Locations[0], parameter.Name, "[OneHot] is for a Vec or Seq, whose unit the data then name");
                var input = new ValueDecl(parameter.Name, units is null ? shape : Shape.Scalar, DomainOf(parameter.Type), Units: units);
                inputs.Add(input);
                Node leaf = KnownSymbols.IsSeqs(parameter.Type) ? builder.LeafOfSequences(input.Shape, input.Name) : builder.Leaf(Op.Input, input.Shape, input.Domain, input.Name);
                arguments.Add(new Value(units is null ? leaf : builder.OneHot(leaf, units)));
            }
            else
                arguments.Add(null);
        }
        ImmutableArray<IFieldSymbol> elements = Elements(method);
        ITypeSymbol[] types = elements.Length == 0 ? [method.ReturnType] : [.. elements.Select(e => e.Type)];
        Value?[] values = parser.Inline(method, arguments) switch
        {
            Value one => [one],
            TupleItem tuple => [.. tuple.Elements.Select(e => e as Value)],
            _ => [],
        };
        if (values.Length != types.Length || inputs.Count < method.Parameters.Length)
            return null;
        if (inputs.Any(i => i.Units is not null))
            parser.ReportWrittenOut(values.OfType<Value>().Select(v => v.Node.Id));
        for (int i = 0; i < types.Length; i++)
        {
            Shape? result = Members.ReadShape(types[i], dims, method.Locations[0]);
            if (values[i] is not { } value || result is null || value.Shape != result || value.IsSequence != KnownSymbols.IsSeq(types[i]))
                return null;
            builder.AddResult("return", builder.Broadcast(value.Node, result, DomainOf(types[i]).OnAxis(value.Node.Axis)));
        }
        Graph graph = builder.ToGraph();
        parser.CheckConstants(graph, method.Locations[0]);
        // After a mistake there may be several inputs without a name.
        ILookup<string, Domain> domains = graph.Nodes.Where(n => n.Op == Op.Input).ToLookup(n => n.Name, n => n.Domain);
        EquatableArray<ValueDecl> declared = inputs.Select(i => i with
        {
            Target = parser.Targets.TryGetValue(i.Name, out string? target) ? target : null, Domain = domains[i.Name].First(),
        }).ToEquatable();
        // The elements of a tuple share their nodes, so a model that calls the method gets the shared nodes only once.
        return [.. ProgramsOf(method).Zip(graph.Results, (name, result) =>
        {
            Node value = graph[result.Node];
            return new MethodModel(name, declared, new ValueDecl("return", value.Shape, value.Domain), value.Shape.IsScalar && value.Domain.IsExamples,
                new Graph(graph.Nodes, [result], graph.Equations)) { Counts = parser.Counts };
        })];
    }

    static Domain DomainOf(ITypeSymbol type) => KnownSymbols.IsSeq(type) ? Domain.Steps() : Domain.Examples();
}
