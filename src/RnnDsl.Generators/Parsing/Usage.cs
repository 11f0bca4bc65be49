using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Parsing;

/// <summary>Which fields, states and locals the equations read and assign.</summary>
internal sealed class Usage
{
    public HashSet<ISymbol> Read { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Names of states that are assigned.</summary>
    public HashSet<string> Assigned { get; } = [];

    /// <summary>Names of states whose value before the step is read.</summary>
    public HashSet<string> ReadBefore { get; } = [];

    /// <summary>Locals that an equation computes.</summary>
    public HashSet<ISymbol> Locals { get; } = new(SymbolEqualityComparer.Default);
}
