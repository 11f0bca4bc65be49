using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Parsing;

/// <summary>The fields, states and locals that the equations read and assign.</summary>
internal sealed class Usage
{
    public HashSet<ISymbol> Read { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The names of states that are assigned.</summary>
    public HashSet<string> Assigned { get; } = [];

    /// <summary>The names of states whose value before the step is read.</summary>
    public HashSet<string> ReadBefore { get; } = [];

    /// <summary>The locals that an equation computes.</summary>
    public HashSet<ISymbol> Locals { get; } = new(SymbolEqualityComparer.Default);
}
