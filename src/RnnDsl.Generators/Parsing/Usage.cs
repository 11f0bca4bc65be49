using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Parsing;

/// <summary>Which fields and locals the equations read and assign.</summary>
internal sealed class Usage
{
    public HashSet<ISymbol> Read { get; } = new(SymbolEqualityComparer.Default);

    public HashSet<ISymbol> Assigned { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>States whose value before the step is read.</summary>
    public HashSet<ISymbol> ReadBefore { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Locals that an equation computes.</summary>
    public HashSet<ISymbol> Locals { get; } = new(SymbolEqualityComparer.Default);
}
