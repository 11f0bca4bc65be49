using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>The dropouts of one region. A mask is made before the loop over the rows, and its key for a row before the loop over the units.</summary>
/// <param name="hoisted">Gets what runs before the loop over the rows.</param>
/// <param name="unique">Makes a name that is not taken.</param>
/// <param name="rowOf">The number of a row within the shard.</param>
/// <param name="noise">For matrices: the field of the memory that holds the step's key, which all shards share. The entries of a matrix are one row, one after another.</param>
internal sealed class Masks(CodeWriter hoisted, Func<string, string> unique, string rowOf, string? noise)
{
    readonly Dictionary<int, (string Mask, string Scale)> masks = [];

    /// <summary>The operand with some units dropped.</summary>
    /// <param name="node">The dropout.</param>
    /// <param name="operand">The value whose units are dropped.</param>
    /// <param name="before">Gets what runs at each row, before the loop over the units.</param>
    /// <param name="rows">Names of row keys that this loop has already computed.</param>
    public Expression Drop(Node node, Expression operand, CodeWriter before, Dictionary<string, string> rows)
    {
        if (!masks.TryGetValue(node.Mask.Id, out (string Mask, string Scale) names))
        {
            masks.Add(node.Mask.Id, names = (unique("mask"), unique("scale")));
            hoisted.Line($"DropoutMask {names.Mask} = new({(node.Shape.IsMatrix ? "m." + noise : "s.Noise")}, {node.Mask.Id}, {node.Mask.Rate.ToString("R", CultureInfo.InvariantCulture)});");
            hoisted.Line($"V {names.Scale} = V.Broadcast({names.Mask}.Scale);");
        }
        if (!rows.TryGetValue(names.Mask, out string? row))
        {
            rows.Add(names.Mask, row = unique(names.Mask + "Row"));
            before.Line($"ulong {row} = {names.Mask}.Row({(node.Shape.IsMatrix ? "0" : rowOf)});");
        }
        return Expression.Fill(OpTable.Get(Op.Dropout).Vector!, Op.Dropout, [operand, new(row), new(names.Mask + ".Below"), new(names.Scale)]);
    }
}
