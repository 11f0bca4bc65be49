using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// Steps of an axis that has some of another's, seen from there.
public static unsafe partial class Rows
{
    /// <summary>Copies a row, or writes zeros where there is none.</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="row">Which row; −1: none.</param>
    /// <param name="target">Gets it.</param>
    /// <param name="width">Floats to copy.</param>
    public static void CopyTaken(Floats rows, int stride, int row, Floats target, int width)
    {
        if (row < 0)
            Fill(target, width, 0);
        else
            Copy(rows + (nint)row * stride, target, width);
    }

    /// <summary>A number of a row, or 0 where there is none.</summary>
    /// <param name="rows">The numbers, one a row.</param>
    /// <param name="row">Which row; −1: none.</param>
    public static float Taken(Floats rows, int row) => row < 0 ? 0 : rows[row];
}
