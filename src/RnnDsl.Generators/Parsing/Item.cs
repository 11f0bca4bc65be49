using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>What a name or an expression of the equations stands for: a <see cref="Value"/>, or what values are found in.</summary>
internal abstract record Item;

/// <summary>A layer, which is run by its methods.</summary>
internal sealed record LayerItem(LayerSlot Layer) : Item;

/// <summary>An array of the class: its elements are parameters, states or layers.</summary>
internal sealed record ArrayItem(IReadOnlyList<Slot> Elements) : Item;

/// <summary>States of a cell: from which a scan starts, or which one leaves. After a mistake values are null.</summary>
internal sealed record StatesItem(IReadOnlyList<Value?> Values) : Item
{
    /// <summary>The scan that leaves them, where its cell is a type parameter: which they are is not known yet, and there are no values.</summary>
    public Node? Run { get; init; }
}

/// <summary>A tuple. After a mistake elements are null.</summary>
internal sealed record TupleItem(IReadOnlyList<Item?> Elements) : Item;
