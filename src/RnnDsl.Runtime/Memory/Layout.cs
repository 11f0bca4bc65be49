using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RnnDsl.CompilerServices;

/// <summary>The layout of rows in memory. Rows are padded, so that no inner loop has a tail.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Layout
{
    /// <summary>The alignment of a parameter's slice and of an arena's buffer, in floats (one cache line).</summary>
    public const int Alignment = 16;

    /// <summary>The lanes of the vector type in use: 16, 8 or 4.</summary>
    public static int Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
    }

    /// <summary>The floats between the starts of two rows that hold <paramref name="width"/> values each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pad(int width) => (width + Lanes - 1) & -Lanes;

    /// <summary>The floats between the starts of two rows that hold <paramref name="floats"/> each and belong to a program alone. It adds some if the rows would otherwise map to
    /// the same few sets of the L1 cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Row(int floats) => floats % AliasingStride == 0 ? floats + Alignment : floats;

    /// <summary>Rows whose starts are a multiple of this number of floats apart map to the same few sets of the L1 cache.</summary>
    internal const int AliasingStride = 1024;

    /// <summary>Rounds up to whole cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Align(long floats) => (floats + Alignment - 1) & -Alignment;
}
