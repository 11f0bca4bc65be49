using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>What a name or an expression of the equations stands for: a <see cref="Value"/>, or an object that contains values.</summary>
internal abstract record Item;

/// <summary>A layer, which is used through its methods.</summary>
internal sealed record LayerItem(LayerSlot Layer) : Item;

/// <summary>An array field of the class. Its elements are parameters, states or layers.</summary>
internal sealed record ArrayItem(IReadOnlyList<Slot> Elements) : Item;

/// <summary>A table of constants, which a static property gives as a ReadOnlySpan. Nothing can change its elements.</summary>
internal sealed record TableItem(IReadOnlyList<Value> Elements) : Item;

/// <summary>The states of a cell, from which a scan starts or which one leaves. After a mistake values are null.</summary>
internal sealed record StatesItem(IReadOnlyList<Value?> Values) : Item
{
    /// <summary>If the cell is a type parameter: the scan that leaves the states. The states are not known yet then, and there are no values.</summary>
    public Node? Scan { get; init; }
}

/// <summary>A tuple. After a mistake elements are null.</summary>
internal sealed record TupleItem(IReadOnlyList<Item?> Elements) : Item;
