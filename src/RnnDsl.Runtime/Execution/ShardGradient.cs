using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>The gradient of some shards: the dense gradients of parameters, and the touched rows of tables. Only those parts of the buffer are ever touched that are written.</summary>
sealed class ShardGradient
{
    public ShardGradient(ParameterStore parameters, int[] tables)
    {
        Dense.Reserve(parameters.Length);
        Tables = [.. tables.Select(t => new RowGradient(parameters.Slices[t].Info.Rows, parameters.Slices[t].Info.Columns))];
    }

    public AlignedBuffer Dense { get; } = new();

    public RowGradient[] Tables { get; }
}

/// <summary>The rows of a table whose gradient is not zero.</summary>
sealed class TouchedRows(Parameter table)
{
    int[] rows = [];
    int count;

    public Parameter Table => table;

    /// <summary>The rows of a parameter, or null if all of it may have a gradient.</summary>
    public static TouchedRows? Of(Parameter parameter, ReadOnlySpan<TouchedRows> touched)
    {
        foreach (TouchedRows rows in touched)
            if (ReferenceEquals(rows.Table, parameter))
                return rows;
        return null;
    }

    public ReadOnlySpan<int> Rows => rows.AsSpan(0, count);

    /// <summary>Writes the rows of a gradient to their positions in the table, and zeros to the rows of the last time.</summary>
    public void Take(RowGradient gradient, Span<float> total)
    {
        int width = table.Info.Columns;
        foreach (int row in Rows)
            total.Slice(table.Offset + row * width, width).Clear();
        if (rows.Length < gradient.Count)
            rows = new int[2 * gradient.Count];
        count = gradient.Count;
        gradient.Rows.CopyTo(rows);
        for (int i = 0; i < count; i++)
            gradient[i].CopyTo(total.Slice(table.Offset + rows[i] * width, width));
    }
}
