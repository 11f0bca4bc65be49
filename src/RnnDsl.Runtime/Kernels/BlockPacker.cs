using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>A block of weights that is being packed, see <see cref="Panels.Pack{V}(Floats, int, int, Floats, int, int, bool, int, int)"/>.</summary>
readonly record struct PackedBlock(Floats Packed, int Outputs, int Depth, Floats Weights, int Rows, int Columns, bool Transpose, int OutputOffset, int DepthOffset)
{
    /// <summary>The end of its outputs.</summary>
    public int End => OutputOffset + (Transpose ? Columns : Rows);
}

/// <summary>Packs blocks for the calling thread, with the help of others.</summary>
abstract class BlockPacker
{
    /// <summary>The packer of the calling thread; null if there is none.</summary>
    [ThreadStatic] public static BlockPacker? Current;

    /// <summary>Packs a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="lanes">The lanes of a vector; a panel has two vectors.</param>
    /// <returns>False if the caller must pack the block itself.</returns>
    public abstract bool Run(in PackedBlock block, int lanes);
}
