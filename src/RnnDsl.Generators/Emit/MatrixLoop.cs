using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// A loop through a matrix that takes its rows one by one, since something of a row or of a column is read or summed. Rows lie one behind the other without padding, so the last vector of a row
/// ends where the next row begins: it is masked where it is summed or stored.
/// </summary>
internal sealed class MatrixLoop(Shape shape, Func<string, string> unique)
{
    readonly string row = unique("row");
    readonly CodeWriter before = new();
    readonly CodeWriter after = new();
    readonly Dictionary<string, string> pointers = [];
    readonly Dictionary<string, string> broadcasts = [];

    /// <summary>The shape of the matrix if a loop must take its rows one by one, else null.</summary>
    public static Shape? Of(Schedule schedule, RegionLoop loop) =>
        loop.Over.IsMatrix && loop.Nodes.Any(n => schedule[n].Op == Op.Across || (OpTable.Kind(schedule[n]) == OpKind.Reduction && schedule[n].ReducesSide)) ? loop.Over : null;

    /// <summary>How many columns there are.</summary>
    public string Columns => Names.Size(shape.Columns!);

    /// <summary>The pointer to the present row of a matrix.</summary>
    public string Row(string matrix)
    {
        if (pointers.TryGetValue(matrix, out string? known))
            return known;
        pointers.Add(matrix, known = unique(matrix + "Here"));
        before.Line($"Floats {known} = {matrix} + {row} * {Columns};");
        return known;
    }

    /// <summary>The unit of a vector that the whole row has, in all lanes.</summary>
    public string InEachColumn(string vector, string name)
    {
        if (broadcasts.TryGetValue(vector, out string? known))
            return known;
        broadcasts.Add(vector, known = unique(name + "Here"));
        before.Line($"V {known} = V.Broadcast({vector}[{row}]);");
        return known;
    }

    /// <summary>Sums, or takes the largest, over the columns or the rows.</summary>
    /// <param name="node">The reduction.</param>
    /// <param name="entry">What it reduces.</param>
    /// <param name="target">Where its value lies.</param>
    /// <param name="lanes">A name for what each lane has come to.</param>
    /// <param name="beforeLoop">What is done before the first row.</param>
    /// <param name="body">What is done for each vector of entries.</param>
    public void Reduce(Node node, Expression entry, string target, string lanes, CodeWriter beforeLoop, CodeWriter body)
    {
        string fill = node.IsMax ? "float.NegativeInfinity" : "0f";
        if (node.Over == Over.Rows)
        {
            beforeLoop.Line($"Rows.Fill({target}, {Columns}, {fill});");
            body.Line(node.IsMax ? $"V.Store(V.Max(V.Load({target}, j), {entry.Text}), {target}, j);" : $"V.Store(V.Load({target}, j) + {entry.Within(1)}, {target}, j);");
            return;
        }
        before.Line($"V {lanes} = V.Broadcast({fill});");
        string masked = $"V.FirstLanes({entry.Text}, {Columns} - j, {fill})";
        body.Line(node.IsMax ? $"{lanes} = V.Max({lanes}, {masked});" : $"{lanes} += {masked};");
        after.Line($"{target}[{row}] = V.{(node.IsMax ? "MaxAcross" : "Sum")}({lanes});");
    }

    /// <summary>The loop over rows with that over the columns in it.</summary>
    public void Write(CodeWriter writer, CodeWriter body)
    {
        writer.Open($"for (nint {row} = 0; {row} < {Names.Size(shape.Rows!)}; {row}++)").Lines(before);
        writer.Open($"for (nint j = 0; j < {Columns}; j += V.Count)").Lines(body).Close();
        writer.Lines(after).Close();
    }
}
