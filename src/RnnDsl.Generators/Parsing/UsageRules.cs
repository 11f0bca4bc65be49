using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;

namespace RnnDsl.Generators.Parsing;

/// <summary>What is declared or computed for nothing.</summary>
internal static class UsageRules
{
    public static void Check(Members members, Usage usage, Reporter reporter)
    {
        // Where an equation could not be read, what it uses is not known.
        if (reporter.Has(Descriptors.UnsupportedStatement, Descriptors.UnsupportedExpression, Descriptors.ControlFlow, Descriptors.Recursion))
            return;
        foreach (IFieldSymbol state in members.StateFields)
            if (!usage.Assigned.Contains(state))
                reporter.Report(Descriptors.StateNeverAssigned, state.Locations[0], state.Name);
            else if (!usage.ReadBefore.Contains(state))
                reporter.Report(Descriptors.StateNeverRead, state.Locations[0], state.Name);
        foreach (IFieldSymbol parameter in members.ParameterFields)
            if (!usage.Read.Contains(parameter))
                reporter.Report(Descriptors.UnusedMember, parameter.Locations[0], "Parameter", parameter.Name);
        foreach (IFieldSymbol layer in members.LayerFields)
            if (!usage.Read.Contains(layer))
                reporter.Report(Descriptors.UnusedMember, layer.Locations[0], "Layer", layer.Name);
        foreach (ISymbol local in usage.Locals)
            if (!usage.Read.Contains(local))
                reporter.Report(Descriptors.UnusedLocal, local.Locations[0], local.Name);
    }
}
