using RnnDsl.CompilerServices;

namespace RnnDsl.Memory;

/// <summary>
/// Floats that begin on a cache line and never move. The buffer grows on demand and is kept. Its memory belongs to the garbage collector (a pinned array), so spans over it stay
/// valid even if the owner is gone.
/// </summary>
sealed unsafe class AlignedBuffer
{
    /// <summary>The most floats of a buffer.</summary>
    public static int MostFloats => Array.MaxLength - Layout.Alignment;

    float[] array = [];
    int start;

    /// <summary>The largest number of floats that was asked for.</summary>
    public long Length { get; private set; }

    public Floats Floats { get; private set; }

    public Span<float> Span => array.AsSpan(start, (int)Length);

    /// <summary>At least that many floats: with their old contents, or zeros if the buffer had to grow.</summary>
    /// <param name="floats">The number of floats.</param>
    /// <param name="wayOut">The advice in the message if there are too many; null for advice on how a batch needs fewer.</param>
    public Floats Reserve(long floats, string? wayOut = null)
    {
        if (floats > Length)
            Grow(floats, wayOut);
        return Floats;
    }

    void Grow(long floats, string? wayOut)
    {
        if (floats > MostFloats)
            throw new InvalidOperationException($"{floats} floats are needed in one piece of memory, more than the {MostFloats} that fit: " +
                $"{wayOut ?? "use smaller batches, fewer examples per shard, or shorter sequences"}.");
        array = GC.AllocateArray<float>((int)floats + Layout.Alignment, pinned: true);
        fixed (float* first = array)
        {
            nuint misaligned = (nuint)first / sizeof(float) % Layout.Alignment;
            start = misaligned == 0 ? 0 : Layout.Alignment - (int)misaligned;
            Floats = new Floats(first + start);
        }
        Length = floats;
    }
}
