using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// A sequence as one value: its steps are the rows of a matrix or, for a sequence of scalars, the units of a vector.
public static unsafe partial class Rows
{
    /// <summary>Copies the steps of a sequence, which lie among those of other sequences, one after another.</summary>
    /// <param name="steps">The first row of the axis.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="space">The rows of the axis.</param>
    /// <param name="sequence">The number of the sequence.</param>
    /// <param name="width">The floats of a step.</param>
    /// <param name="whole">Gets the steps, without padding.</param>
    public static void Whole(Floats steps, int stride, RowSpace space, int sequence, int width, Floats whole)
    {
        for (int step = 0; step < space.Lengths[sequence]; step++, whole += width)
            Copy(steps + (space.RowOffsets[step] + (nint)sequence) * stride, whole, width);
    }

    /// <summary>Copies consecutive steps, each to the position of the next step.</summary>
    /// <param name="whole">The steps.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="width">The floats of a step.</param>
    /// <param name="first">The value of the first step.</param>
    /// <param name="target">Gets the steps. It must not overlap them.</param>
    public static void Later(Floats whole, int steps, int width, float first, Floats target)
    {
        Fill(target, width, first);
        Copy(whole, target + width, (steps - 1) * width);
    }

    /// <summary>Copies consecutive steps, each to the position of the previous step.</summary>
    /// <param name="whole">The steps.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="width">The floats of a step.</param>
    /// <param name="last">The value of the last step.</param>
    /// <param name="target">Gets the steps. It must not overlap them.</param>
    public static void Earlier(Floats whole, int steps, int width, float last, Floats target)
    {
        Copy(whole + width, target, (steps - 1) * width);
        Fill(target + (nint)(steps - 1) * width, width, last);
    }

    /// <summary>Copies consecutive rows to the steps of a sequence.</summary>
    /// <param name="whole">The steps, without padding.</param>
    /// <param name="width">The floats of a step.</param>
    /// <param name="space">The rows of the axis.</param>
    /// <param name="sequence">The number of the sequence.</param>
    /// <param name="steps">The first row of the axis.</param>
    /// <param name="stride">Floats from row to row.</param>
    public static void Unfold(Floats whole, int width, RowSpace space, int sequence, Floats steps, int stride)
    {
        for (int step = 0; step < space.Lengths[sequence]; step++, whole += width)
            Copy(whole, steps + (space.RowOffsets[step] + (nint)sequence) * stride, width);
    }
}
