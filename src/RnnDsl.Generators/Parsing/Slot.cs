using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The role of a field of a cell or model, or of one element of an array field.</summary>
/// <param name="Name">Its name in the module: "W", or "R.2" for an element of an array.</param>
internal abstract record Slot(string Name);

internal sealed record ParameterSlot(ParameterDecl Parameter) : Slot(Parameter.Name);

internal sealed record StateSlot(StateDecl State) : Slot(State.Name);

/// <summary>A cell or a model as a layer.</summary>
/// <param name="Name">Its name in the module.</param>
/// <param name="Type">The class, as shown to users: "Lstm&lt;Word, Hidden&gt;".</param>
/// <param name="Field">The field, as the generated constructor sets it.</param>
/// <param name="Cell">The cell; null if the layer is a model.</param>
/// <param name="Model">The model, in the dimensions of its owner; null if the layer is a cell.</param>
internal sealed record LayerSlot(string Name, string Type, LayerField Field, LayerDecl? Cell, ModelText? Model) : Slot(Name)
{
    /// <summary>The cells that it consists of, under their paths.</summary>
    public IEnumerable<LayerDecl> Cells => Cell is not null ? [Cell] : Model!.Layers.Select(l => l with { Field = $"{Name}.{l.Field}" });

    /// <summary>The parameters that belong to none of these cells, under their paths.</summary>
    public IEnumerable<ParameterDecl> Parameters => Cell is not null ? [] : Model!.Parameters.Select(p => p with { Name = $"{Name}.{p.Name}" });
}
