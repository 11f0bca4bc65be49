using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>A block of weights on its way into a packed matrix, see <see cref="Panels.Pack{V}(Floats, int, int, Floats, int, int, bool, int, int)"/>.</summary>
readonly record struct PackedBlock(Floats Packed, int Outputs, int Depth, Floats Weights, int Rows, int Columns, bool Transpose, int OutputOffset, int DepthOffset)
{
    /// <summary>Behind its last output.</summary>
    public int End => OutputOffset + (Transpose ? Columns : Rows);
}

/// <summary>Others who pack a part of a block.</summary>
abstract class PackHelp
{
    /// <summary>Those that the calling thread has; null: none.</summary>
    [ThreadStatic] public static PackHelp? Current;

    /// <summary>Packs it.</summary>
    /// <param name="block">The block.</param>
    /// <param name="lanes">Of the vectors of which two are a panel.</param>
    /// <returns>False if the block is the caller's to pack.</returns>
    public abstract bool Run(in PackedBlock block, int lanes);
}
