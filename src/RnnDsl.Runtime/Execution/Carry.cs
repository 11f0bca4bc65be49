using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>How generated time loops receive states from the caller and return them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Carry
{
    /// <summary>The state before the first step: the caller's, or the constant if the caller gives none.</summary>
    public static void Start(Floats carry, Floats[] states, int index, long count, float constant)
    {
        if (Wanted(states, index) is { IsNull: false } given)
            Rows.Copy(given, carry, count);
        else
            Rows.Fill(carry, count, constant);
    }

    /// <summary>Returns the state after the last step to a caller that wants it.</summary>
    public static void Finish(Floats carry, Floats[] states, int index, long count)
    {
        if (Wanted(states, index) is { IsNull: false } target)
            Rows.Copy(carry, target, count);
    }

    /// <summary>
    /// At regular intervals, sets carried values to zero if they have decayed below 2.5e-29. Otherwise they would fall below 1.2e-38 and rounding would keep them there, where
    /// processors take a hundred cycles or more for each product. A value that halves at every step does not get there between two flushes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Flush(int step, Floats carry, long count)
    {
        if (step % FlushSteps == 0)
            Flush(carry, count);
    }

    /// <summary>Forward in time: the end of the steps from <paramref name="from"/> up to the next <see cref="Flush(int, Floats, long)"/>.</summary>
    public static int UpToFlush(int from, int end) => Math.Min(end, (from + FlushSteps - 1) / FlushSteps * FlushSteps + 1);

    /// <summary>Backward in time: the first of the steps before <paramref name="to"/> down to the next <see cref="Flush(int, Floats, long)"/>.</summary>
    public static int DownToFlush(int to, int begin) => Math.Max(begin, (to - 1) / FlushSteps * FlushSteps);

    internal static void Flush(Floats carry, long count) => Rows.Flush(carry, count, FloatBits.NotTiny);

    internal const int FlushSteps = 16;

    /// <summary>The memory in which the caller wants a result, or a null pointer.</summary>
    public static Floats Wanted(Floats[]? targets, int index) => targets is not null && index < targets.Length ? targets[index] : Floats.Null;
}
