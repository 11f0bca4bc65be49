using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Reports declarations and computations that are never used.</summary>
internal static class UsageRules
{
    public static void Check(Members members, Usage usage, DimScope dims, CellSource cells, Reporter reporter)
    {
        // If an equation could not be read, it is not known what it uses.
        if (reporter.Has(Descriptors.UnsupportedStatement, Descriptors.UnsupportedExpression, Descriptors.ControlFlow, Descriptors.Recursion))
            return;
        (DiagnosticDescriptor What, ISymbol Symbol, object[] Arguments)[] found = [.. Find(members, usage), .. Find(dims, reporter)];
        // The same holds if C# could not read it.
        if (found.Length == 0 || cells.HasErrorsOfCSharp(reporter))
            return;
        foreach ((DiagnosticDescriptor what, ISymbol symbol, object[] arguments) in found)
            reporter.Report(what, symbol is ITypeSymbol type ? TypeDecls.LocationOf(type) : symbol.Locations[0], arguments);
    }

    static IEnumerable<(DiagnosticDescriptor, ISymbol, object[])> Find(Members members, Usage usage)
    {
        foreach ((IFieldSymbol field, StateDecl state) in members.StatesOfFields)
            if (!usage.Assigned.Contains(state.Name))
                yield return (Descriptors.StateNeverAssigned, field, [ElementName.Written(state.Name)]);
            else if (!usage.ReadBefore.Contains(state.Name))
                yield return (Descriptors.StateNeverRead, field, [ElementName.Written(state.Name)]);
        foreach (IFieldSymbol parameter in members.ParameterFields.Where(p => !usage.Read.Contains(p)))
            yield return (Descriptors.UnusedMember, parameter, ["Parameter", parameter.Name]);
        foreach (IFieldSymbol layer in members.LayerFields.Where(l => !usage.Read.Contains(l)))
            yield return (Descriptors.UnusedMember, layer, ["Layer", layer.Name]);
        foreach (ISymbol local in usage.Locals.Where(l => !usage.Read.Contains(l)))
            yield return (Descriptors.UnusedLocal, local, [local.Name]);
    }

    /// <summary>After a mistake, the code that uses a dimension may not have been read.</summary>
    static IEnumerable<(DiagnosticDescriptor, ISymbol, object[])> Find(DimScope dims, Reporter reporter) => reporter.HasErrors ? []
        : dims.Unused.Select(d => (Descriptors.UnusedDimension, (ISymbol)d, new object[] { d.Name, DimScope.FixedSize(d) is null ? ", and yet the constructor asks for its size" : "" }));
}
