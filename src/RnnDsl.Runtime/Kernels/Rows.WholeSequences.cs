using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// A sequence as one value: its steps as the rows of a matrix, or of scalars as the units of a vector.
public static unsafe partial class Rows
{
    /// <summary>Copies the steps of a sequence, which lie among those of others, one behind the other.</summary>
    /// <param name="steps">First row of the axis.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="space">The rows of the axis.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="width">Floats a step.</param>
    /// <param name="whole">Gets the steps, without padding.</param>
    public static void Whole(Floats steps, int stride, RowSpace space, int sequence, int width, Floats whole)
    {
        for (int step = 0; step < space.Lengths[sequence]; step++, whole += width)
            Copy(steps + (space.RowOffsets[step] + (nint)sequence) * stride, whole, width);
    }

    /// <summary>Copies steps that lie one behind the other, each to the place of the next.</summary>
    /// <param name="whole">The steps.</param>
    /// <param name="steps">How many.</param>
    /// <param name="width">Floats a step.</param>
    /// <param name="first">What the first becomes.</param>
    /// <param name="target">Gets them; it does not overlap.</param>
    public static void Later(Floats whole, int steps, int width, float first, Floats target)
    {
        Fill(target, width, first);
        Copy(whole, target + width, (steps - 1) * width);
    }

    /// <summary>Copies steps that lie one behind the other, each to the place of the one before.</summary>
    /// <param name="whole">The steps.</param>
    /// <param name="steps">How many.</param>
    /// <param name="width">Floats a step.</param>
    /// <param name="last">What the last becomes.</param>
    /// <param name="target">Gets them; it does not overlap.</param>
    public static void Earlier(Floats whole, int steps, int width, float last, Floats target)
    {
        Copy(whole + width, target, (steps - 1) * width);
        Fill(target + (nint)(steps - 1) * width, width, last);
    }

    /// <summary>Copies what lies one behind the other to the steps of a sequence.</summary>
    /// <param name="whole">The steps, without padding.</param>
    /// <param name="width">Floats a step.</param>
    /// <param name="space">The rows of the axis.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="steps">First row of the axis.</param>
    /// <param name="stride">Floats from row to row.</param>
    public static void Unfold(Floats whole, int width, RowSpace space, int sequence, Floats steps, int stride)
    {
        for (int step = 0; step < space.Lengths[sequence]; step++, whole += width)
            Copy(whole, steps + (space.RowOffsets[step] + (nint)sequence) * stride, width);
    }
}
