using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>The dropouts of one region: a mask is made before the loop over the rows, its numbers for a row before the loop over the units.</summary>
internal sealed class Masks(CodeWriter hoisted, Func<string, string> unique)
{
    readonly Dictionary<string, (string Mask, string Scale)> masks = [];

    /// <summary>The operand with units dropped.</summary>
    /// <param name="node">The dropout.</param>
    /// <param name="operand">What it drops units of.</param>
    /// <param name="before">Runs at each row, before the loop over the units.</param>
    /// <param name="rows">Names of the rows' numbers that this loop has already.</param>
    public Expression Drop(Node node, Expression operand, CodeWriter before, Dictionary<string, string> rows)
    {
        if (!masks.TryGetValue(node.Text, out (string Mask, string Scale) names))
        {
            masks.Add(node.Text, names = (unique("mask"), unique("scale")));
            hoisted.Line($"DropoutMask {names.Mask} = new(s.Noise, {node.Text}, {node.Value.ToString("R", CultureInfo.InvariantCulture)});");
            hoisted.Line($"V {names.Scale} = V.Broadcast({names.Mask}.Scale);");
        }
        if (!rows.TryGetValue(names.Mask, out string? row))
        {
            rows.Add(names.Mask, row = unique(names.Mask + "Row"));
            before.Line($"ulong {row} = {names.Mask}.Row(first + r);");
        }
        return Expression.Fill(OpTable.Get(Op.Dropout).Vector!, Op.Dropout, [operand, new(row), new(names.Mask + ".Below"), new(names.Scale)]);
    }
}
