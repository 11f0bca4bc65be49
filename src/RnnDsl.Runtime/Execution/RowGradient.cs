using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// The gradient of a table of which a program reads single rows. It holds only those rows, in the order in which they were first touched. Its memory is that of these rows, plus
/// one integer for each row of the table, which is allocated at the first use.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowGradient
{
    const int FewestRows = 64;

    readonly int tableRows;
    AlignedBuffer values = new();

    /// <summary>For each row of the table, its position among the touched rows, counted from 1; 0 if it was not touched.</summary>
    int[] slots = [];

    int[] touched = [];

    /// <param name="tableRows">The number of rows of the table.</param>
    /// <param name="width">The floats of a row.</param>
    public RowGradient(int tableRows, int width) => (this.tableRows, Width) = (tableRows, width);

    /// <summary>Floats of a row.</summary>
    public int Width { get; }

    /// <summary>The numbers of the rows that were touched.</summary>
    public ReadOnlySpan<int> Rows => touched.AsSpan(0, Count);

    /// <summary>The number of rows that were touched.</summary>
    public int Count { get; private set; }

    /// <summary>The gradient of a row, by its index in <see cref="Rows"/>.</summary>
    public ReadOnlySpan<float> this[int place] => values.Span.Slice(place * Width, Width);

    /// <summary>The gradients of all touched rows, one after another.</summary>
    internal ReadOnlySpan<float> Values => values.Span[..(Count * Width)];

    /// <summary>Forgets all rows.</summary>
    public void Begin()
    {
        if (slots.Length == 0)
            slots = new int[tableRows];
        foreach (int row in Rows)
            slots[row] = 0;
        Count = 0;
    }

    /// <summary>Adds each row of values to the table's row with the corresponding number; −1 stands for none.</summary>
    /// <param name="rows">The number of rows of values.</param>
    /// <param name="source">The first row of values.</param>
    /// <param name="stride">The floats from one row to the next.</param>
    /// <param name="numbers">One number for each row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(nint rows, Floats source, int stride, Floats numbers)
    {
        for (nint row = 0; row < rows; row++, source += stride)
            if ((int)numbers[row] is >= 0 and int number)
                Add(source, number);
    }

    /// <summary>Adds the rows of another gradient, in their order.</summary>
    internal void Add(RowGradient other) => Add(other.Rows, other.values.Floats);

    /// <summary>Adds rows in their order.</summary>
    /// <param name="rows">Their numbers, all different.</param>
    /// <param name="source">Their values, one row after another.</param>
    internal void Add(ReadOnlySpan<int> rows, Floats source)
    {
        foreach (int row in rows)
        {
            Add(source, row);
            source += Width;
        }
    }

    void Add(Floats source, int row)
    {
        if (slots[row] == 0)
        {
            Touch(row);
            CompilerServices.Rows.Copy(source, Slot(row), Width);
        }
        else
            TableRows.Add(source, Slot(row), Width);
    }

    Floats Slot(int row) => values.Floats + (nint)(slots[row] - 1) * Width;

    void Touch(int row)
    {
        if (Count == touched.Length)
        {
            int most = Math.Max(FewestRows, 2 * Count);
            Array.Resize(ref touched, most);
            var larger = new AlignedBuffer();
            larger.Reserve((long)most * Width);
            values.Span[..(Count * Width)].CopyTo(larger.Span);
            values = larger;
        }
        touched[Count++] = row;
        slots[row] = Count;
    }
}
