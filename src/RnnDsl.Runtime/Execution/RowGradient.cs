using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// The gradient of a table of which a program reads single rows: those rows alone, in the order in which they were first touched. Its memory is that of the rows, and one whole
/// number for each row of the table, which is made at the first use.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowGradient
{
    const int FewestRows = 64;

    readonly int tableRows;
    AlignedBuffer values = new();

    /// <summary>For each row of the table its place among those that were touched, from 1; 0: not touched.</summary>
    int[] places = [];

    int[] touched = [];

    /// <param name="tableRows">Rows of the table.</param>
    /// <param name="width">Floats of a row.</param>
    public RowGradient(int tableRows, int width) => (this.tableRows, Width) = (tableRows, width);

    /// <summary>Floats of a row.</summary>
    public int Width { get; }

    /// <summary>Numbers of the rows that were touched.</summary>
    public ReadOnlySpan<int> Rows => touched.AsSpan(0, Count);

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>The gradient of a row, by its place in <see cref="Rows"/>.</summary>
    public ReadOnlySpan<float> this[int place] => values.Span.Slice(place * Width, Width);

    /// <summary>Forgets all rows.</summary>
    public void Begin()
    {
        if (places.Length == 0)
            places = new int[tableRows];
        foreach (int row in Rows)
            places[row] = 0;
        Count = 0;
    }

    /// <summary>Adds each row of values to the row of the table whose number stands beside it; −1 stands for none.</summary>
    /// <param name="rows">How many rows of values.</param>
    /// <param name="source">The first one.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="numbers">One number a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(nint rows, Floats source, int stride, Floats numbers)
    {
        for (nint row = 0; row < rows; row++, source += stride)
            if ((int)numbers[row] is >= 0 and int number)
                Add(source, number);
    }

    /// <summary>Adds another's rows, in their order.</summary>
    internal void Add(RowGradient other)
    {
        Floats source = other.values.Floats;
        foreach (int row in other.Rows)
        {
            Add(source, row);
            source += Width;
        }
    }

    void Add(Floats source, int row)
    {
        if (places[row] == 0)
        {
            Touch(row);
            CompilerServices.Rows.Copy(source, Place(row), Width);
        }
        else
            TableRows.Add(source, Place(row), Width);
    }

    Floats Place(int row) => values.Floats + (nint)(places[row] - 1) * Width;

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
        places[row] = Count;
    }
}
