using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>A class marked [Model]: each of its methods that returns a value is compiled.</summary>
internal static class ModelParser
{
    public static ModuleModel? Parse(INamedTypeSymbol type, CellSource cells, Reporter reporter) => cells.Open(type, () => ParseOpen(type, cells, reporter));

    static ModuleModel? ParseOpen(INamedTypeSymbol type, CellSource cells, Reporter reporter)
    {
        Location location = TypeDecls.Place(type);
        var dims = new DimScope(type, isModel: true, reporter);
        Members members = Members.Read(type, isModel: true, dims, cells, reporter);
        var usage = new Usage();
        IMethodSymbol[] compiled = type.GetMembers().OfType<IMethodSymbol>().Where(IsCompiled).ToArray();
        if (compiled.Length == 0)
            reporter.Report(Descriptors.NoEquations, location, type.Name, "write a method that returns a Vec, Seq or Scalar");
        foreach (IGrouping<string, IMethodSymbol> overloads in compiled.GroupBy(m => m.Name))
            foreach (IMethodSymbol other in overloads.Skip(1))
                reporter.Report(Descriptors.NameCollision, other.Locations[0], $"This {other.Name}", "that above", other.Name + "Forward", type.Name);
        var methods = new List<MethodModel>();
        foreach (IMethodSymbol method in compiled)
            if (ParseMethod(method, new EquationParser(type, dims, members, usage, cells, reporter), dims, reporter) is { } parsed)
                methods.Add(parsed);
            else
                reporter.Invalidate(method.Locations[0]);
        if (compiled.Length > 0)
            UsageRules.Check(members, usage, dims, cells, reporter);
        dims.CheckNames(location);
        if (!HalfNames.Check(type, dims.Decls, compiled.Select(m => m.Name), reporter))
            return null;
        bool isValid = !reporter.HasErrors;
        return new ModuleModel(TypeDecls.Read(type, cells), null, dims.Decls.ToEquatable(), Initials.Decide(members.Parameters, null, []),
            members.Layers.ToEquatable(), isValid ? methods.ToEquatable() : [], isValid) { Fields = members.Fields, Arrays = members.Arrays };
    }

    static bool IsCompiled(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsStatic: false, IsGenericMethod: false, IsOverride: false }
        && IsValue(method.ReturnType) && method.Parameters.All(p => IsValue(p.Type) && p.RefKind == RefKind.None);

    static bool IsValue(ITypeSymbol type) => KnownSymbols.IsVec(type) || KnownSymbols.IsSeq(type) || KnownSymbols.IsScalar(type);

    static MethodModel? ParseMethod(IMethodSymbol method, EquationParser parser, DimScope dims, Reporter reporter)
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
                var input = new ValueDecl(parameter.Name, units is null ? shape : Shape.Scalar, SpaceOf(parameter.Type), Units: units);
                inputs.Add(input);
                Node leaf = builder.Leaf(Op.Input, input.Shape, input.Space, input.Name);
                arguments.Add(new Value(units is null ? leaf : builder.OneHot(leaf, units)));
            }
            else
                arguments.Add(null);
        }
        Value? value = parser.Inline(method, arguments);
        Shape? result = Members.ReadShape(method.ReturnType, dims, method.Locations[0]);
        if (value is null || result is null || value.Shape != result || inputs.Count < method.Parameters.Length)
            return null;
        if (inputs.Any(i => i.Units is not null))
            parser.ReportWrittenOut(value.Node);
        Space space = SpaceOf(method.ReturnType);
        builder.AddResult("return", builder.Spread(value.Node, result, space));
        Graph graph = builder.ToGraph();
        parser.CheckConstants(graph, method.Locations[0]);
        // After a mistake there may be several inputs without a name.
        ILookup<string, int> axes = graph.Nodes.Where(n => n.Op == Op.Input).ToLookup(n => n.Text, n => n.Axis);
        return new MethodModel(method.Name, inputs.Select(i => i with
        {
            Target = parser.Targets.TryGetValue(i.Name, out string? target) ? target : null, Axis = axes[i.Name].First(),
        }).ToEquatable(), new ValueDecl("return", result, space, Axis: graph.Result("return").Axis), result.IsScalar && space == Space.Batch, graph) { Counts = parser.Counts };
    }

    static Space SpaceOf(ITypeSymbol type) => KnownSymbols.IsSeq(type) ? Space.Sequence : Space.Batch;
}
