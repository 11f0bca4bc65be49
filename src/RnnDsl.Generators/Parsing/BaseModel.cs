using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The abstract model that a model derives from, in the dimensions of that model and over the cells that it gives.</summary>
/// <param name="Type">The abstract model with its type arguments.</param>
/// <param name="Text">What it declares.</param>
/// <param name="Class">What its constructor takes.</param>
internal sealed record BaseModel(INamedTypeSymbol Type, ModelText Text, BaseClass Class)
{
    /// <summary>It, and the abstract models that it derives from.</summary>
    public IEnumerable<INamedTypeSymbol> Types
    {
        get
        {
            for (INamedTypeSymbol? type = Type; type is not null && !KnownSymbols.IsModelBase(type); type = type.BaseType)
                yield return type;
        }
    }

    /// <summary>Whether a method is one of its own.</summary>
    public bool Declares(IMethodSymbol method) => !method.IsStatic && Types.Any(t => SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, method.ContainingType.OriginalDefinition));

    /// <summary>As a layer whose methods are called: it has no path of its own.</summary>
    public LayerSlot AsLayer => new("", Text.Name, new LayerField("", null, default, default, IsModel: true), null, Text);
}

/// <summary>A cell that is given for a type parameter.</summary>
/// <param name="Name">How the type argument is written.</param>
/// <param name="Layer">The cell as a layer without a name, in the dimensions of the class that gives it.</param>
/// <param name="Made">How it is made.</param>
/// <param name="Location">Where it is given.</param>
internal sealed record GivenCell(string Name, LayerDecl Layer, MadeCell Made, Location Location);
