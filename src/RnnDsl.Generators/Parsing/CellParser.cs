using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>A class marked [Cell].</summary>
internal static class CellParser
{
    public static ModuleModel? Parse(INamedTypeSymbol type, CellSource cells, Reporter reporter) =>
        cells.Open(type, () => ParseOpen(type, cells, reporter));

    static ModuleModel? ParseOpen(INamedTypeSymbol type, CellSource cells, Reporter reporter)
    {
        Location location = TypeDecls.LocationOf(type);
        if (KnownSymbols.CellBase(type) is not { } cellBase)
            return null;
        var dims = new DimScope(type, isModel: false, reporter);
        Dim? input = dims.Read(cellBase.TypeArguments[0], location), output = dims.Read(cellBase.TypeArguments[1], location);
        Dim? memory = cellBase.Arity > 2 ? dims.Read(cellBase.TypeArguments[2], location) : null;
        Members members = Members.Read(type, isModel: false, dims, cells, reporter);
        Graph step = new([], [], []);
        bool countsSteps = false;
        var usage = new Usage();
        if (StepMethod(type, cellBase.Arity - 1, reporter) is { } method && input is not null && output is not null && (memory is not null || cellBase.Arity == 2))
        {
            var parser = new EquationParser(type, dims, members, usage, cells, reporter);
            if (ParseStep(parser, method, Shape.Vector(input), Shape.Vector(output), memory is null ? null : Shape.Vector(memory), members) is { } parsed)
            {
                step = parsed;
                countsSteps = parser.CountsSteps;
                UsageRules.Check(members, usage, dims, cells, reporter);
            }
            else
                reporter.Invalidate(method.Locations[0]);
        }
        dims.CheckNames(location);
        if (!GeneratedMemberNames.Check(type, dims.Decls, [KnownSymbols.Scan], cellBase.Arity > 2 ? [(KnownSymbols.Scan, 0), (KnownSymbols.Scan, 1)] : [], reporter))
            return null;
        EquatableArray<StateDecl> states = members.States.Concat(countsSteps ? [StateDecl.OfSteps] : Array.Empty<StateDecl>()).ToEquatable();
        EquatableArray<ParameterDecl> parameters = Initials.Decide(members.Parameters, step, states);
        EquatableArray<DimDecl> decls = dims.Decls.ToEquatable();
        EquatableArray<LayerDecl> layers = members.Layers.ToEquatable();
        if (input is null || output is null || (memory is null && cellBase.Arity > 2))
            return null;
        var cell = new CellModel(type.Name, decls, Shape.Vector(input), Shape.Vector(output), parameters, states, layers,
            reporter.HasErrors ? new Graph([], [], []) : step) { Memory = memory is null ? null : Shape.Vector(memory) };
        return new ModuleModel(TypeDecls.Read(type, cells), cell, decls, parameters, layers, [], !reporter.HasErrors) { Fields = members.Fields, Arrays = members.Arrays };
    }

    /// <summary>The graph of a step; null if its result does not fit (C# or a diagnostic says why).</summary>
    static Graph? ParseStep(EquationParser parser, IMethodSymbol method, Shape input, Shape output, Shape? memory, Members members)
    {
        GraphBuilder builder = parser.Builder;
        Value[] looked = memory is null ? [] : [new Value(builder.Whole(builder.Leaf(Op.Input, memory, Domain.Steps(), CellModel.MemoryName)))];
        parser.StepDomain = Domain.Examples().AsSingle(memory is not null);
        var result = parser.Inline(method, [new Value(builder.Leaf(Op.Input, input, parser.StepDomain, "x")), .. looked]) as Value;
        if (result is null || result.Shape != output)
            return null;
        builder.AddResult("return", builder.Broadcast(result.Node, output, Domain.Examples()));
        foreach (StateDecl state in members.States)
            builder.AddResult(state.Name, builder.Broadcast(parser.StateAfter(state).Node, state.Shape, Domain.Examples()));
        if (parser.CountsSteps)
            builder.AddResult(StateDecl.StepNumber, builder.Name(builder.Add(parser.StepNumber, builder.Constant(1)), StateDecl.StepNumber));
        Graph step = builder.ToGraph();
        parser.CheckConstants(step, method.Locations[0]);
        return step;
    }

    static IMethodSymbol? StepMethod(INamedTypeSymbol type, int arguments, Reporter reporter)
    {
        IMethodSymbol[] methods = type.GetMembers(KnownSymbols.Step).OfType<IMethodSymbol>().ToArray();
        IMethodSymbol? step = methods.FirstOrDefault(m => m is { IsOverride: true, IsAbstract: false } && m.Parameters.Length == arguments && m.Arity == 0);
        if (step is null)
            reporter.Report(Descriptors.NoEquations, TypeDecls.LocationOf(type), type.Name, $"override {KnownSymbols.Step}, which computes one step");
        else
            foreach (IMethodSymbol other in methods.Where(m => !SymbolEqualityComparer.Default.Equals(m, step)))
                reporter.Report(Descriptors.SeveralSteps, other.Locations[0], type.Name);
        return step;
    }
}
