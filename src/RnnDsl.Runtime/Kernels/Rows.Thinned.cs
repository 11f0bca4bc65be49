using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// Steps of an axis that has every k-th step of another, as seen from the other axis.
public static unsafe partial class Rows
{
    /// <summary>Copies a row, or writes zeros where there is none.</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="row">The row; −1 for none.</param>
    /// <param name="target">Gets the row.</param>
    /// <param name="width">Floats to copy.</param>
    public static void CopyTaken(Floats rows, int stride, int row, Floats target, int width)
    {
        if (row < 0)
            Fill(target, width, 0);
        else
            Copy(rows + (nint)row * stride, target, width);
    }

    /// <summary>The number in a row, or 0 if there is no row.</summary>
    /// <param name="rows">The numbers, one for each row.</param>
    /// <param name="row">The row; −1 for none.</param>
    public static float Taken(Floats rows, int row) => row < 0 ? 0 : rows[row];
}
