using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The abstract model that a model derives from, expressed in the model's dimensions and with the cells that it gives.</summary>
/// <param name="Type">The abstract model with its type arguments.</param>
/// <param name="Text">What the abstract model declares.</param>
/// <param name="Class">What its constructor takes.</param>
internal sealed record BaseModel(INamedTypeSymbol Type, ModelText Text, BaseClass Class)
{
    /// <summary>The abstract model, and the abstract models that it derives from in turn.</summary>
    public IEnumerable<INamedTypeSymbol> Types
    {
        get
        {
            for (INamedTypeSymbol? type = Type; type is not null && !KnownSymbols.IsModelBase(type); type = type.BaseType)
                yield return type;
        }
    }

    /// <summary>Whether a method belongs to one of these classes.</summary>
    public bool Declares(IMethodSymbol method) => !method.IsStatic && Types.Any(t => SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, method.ContainingType.OriginalDefinition));

    /// <summary>The abstract model as a layer whose methods are called. It has no path of its own.</summary>
    public LayerSlot AsLayer => new("", Text.Name, new LayerField("", null, default, default, IsModel: true), null, Text);
}

/// <summary>A cell that is given for a type parameter.</summary>
/// <param name="Name">How the type argument is written.</param>
/// <param name="Layer">The cell as an unnamed layer, in the dimensions of the class that gives it.</param>
/// <param name="Made">How the cell is made.</param>
/// <param name="Location">Where the cell is given.</param>
internal sealed record GivenCell(string Name, LayerDecl Layer, MadeCell Made, Location Location);
