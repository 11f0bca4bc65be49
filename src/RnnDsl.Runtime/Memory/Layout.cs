using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RnnDsl.Memory;

/// <summary>How rows lie in memory: padded so that no inner loop has a tail.</summary>
public static class Layout
{
    /// <summary>Alignment of a parameter's slice and of an arena's buffer, in floats (one cache line).</summary>
    public const int Alignment = 16;

    /// <summary>Lanes of the vector type in use: 16, 8 or 4.</summary>
    public static int Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
    }

    /// <summary>Floats between the starts of two rows that hold <paramref name="width"/> values each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pad(int width) => (width + Lanes - 1) & -Lanes;

    /// <summary>Rounds up to whole cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Align(long floats) => (floats + Alignment - 1) & -Alignment;
}
