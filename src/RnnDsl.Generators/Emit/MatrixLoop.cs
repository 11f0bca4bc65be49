using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// A loop that takes the rows of a matrix one by one, because it reads or sums a row or a column. Rows follow each other without padding, so the last vector of a row reaches into
/// the next row. It is masked where it is summed or stored.
/// </summary>
internal sealed class MatrixLoop(Shape shape, Func<string, string> unique)
{
    readonly string row = unique("row");
    readonly CodeWriter before = new();
    readonly CodeWriter after = new();
    readonly Dictionary<string, string> pointers = [];
    readonly Dictionary<string, string> broadcasts = [];

    /// <summary>The shape of the matrix if a loop must take its rows one by one; otherwise null.</summary>
    public static Shape? Of(Schedule schedule, RegionLoop loop) =>
        loop.Over.IsMatrix && loop.Nodes.Any(n => schedule[n].Op == Op.Across || (OpTable.Kind(schedule[n]) == OpKind.Reduction && schedule[n].ReducesSide)) ? loop.Over : null;

    /// <summary>The number of columns.</summary>
    public string Columns => Names.Size(shape.Columns!);

    /// <summary>The pointer to the current row of a matrix.</summary>
    public string Row(string matrix)
    {
        if (pointers.TryGetValue(matrix, out string? known))
            return known;
        pointers.Add(matrix, known = unique(matrix + "Here"));
        before.Line($"Floats {known} = {matrix} + {row} * {Columns};");
        return known;
    }

    /// <summary>The unit of a vector that belongs to the current row, in all lanes.</summary>
    public string InEachColumn(string vector, string name)
    {
        if (broadcasts.TryGetValue(vector, out string? known))
            return known;
        broadcasts.Add(vector, known = unique(name + "Here"));
        before.Line($"V {known} = V.Broadcast({vector}[{row}]);");
        return known;
    }

    /// <summary>Sums over the columns or rows, or takes their maximum.</summary>
    /// <param name="node">The reduction.</param>
    /// <param name="entry">The value that it reduces.</param>
    /// <param name="target">Where the result lies.</param>
    /// <param name="lanes">A name for the partial result of each lane.</param>
    /// <param name="beforeLoop">Gets what is done before the first row.</param>
    /// <param name="body">Gets what is done for each vector of entries.</param>
    public void Reduce(Node node, Expression entry, string target, string lanes, CodeWriter beforeLoop, CodeWriter body)
    {
        string fill = node.IsMax ? "float.NegativeInfinity" : "0f";
        if (node.Over == Over.Rows)
        {
            beforeLoop.Line($"Rows.Fill({target}, {Columns}, {fill});");
            body.Line(node.IsMax ? $"V.Store(VectorMath.Max(V.Load({target}, j), {entry.Text}), {target}, j);" : $"V.Store(V.Load({target}, j) + {entry.Within(1)}, {target}, j);");
            return;
        }
        before.Line($"V {lanes} = V.Broadcast({fill});");
        string masked = $"V.FirstLanes({entry.Text}, {Columns} - j, {fill})";
        body.Line(node.IsMax ? $"{lanes} = VectorMath.Max({lanes}, {masked});" : $"{lanes} += {masked};");
        after.Line($"{target}[{row}] = V.{(node.IsMax ? "MaxAcross" : "Sum")}({lanes});");
    }

    /// <summary>Writes the loop over rows, and within it the loop over columns.</summary>
    public void Write(CodeWriter writer, CodeWriter body)
    {
        writer.Open($"for (nint {row} = 0; {row} < {Names.Size(shape.Rows!)}; {row}++)").Lines(before);
        writer.Open($"for (nint j = 0; j < {Columns}; j += V.Count)").Lines(body).Close();
        writer.Lines(after).Close();
    }
}
