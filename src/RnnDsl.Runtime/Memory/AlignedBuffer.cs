using RnnDsl.CompilerServices;

namespace RnnDsl.Memory;

/// <summary>
/// Floats that begin on a cache line and never move. Grows when asked for more, and is kept. The memory belongs to the
/// collector (a pinned array), so spans over it stay valid whatever becomes of the owner.
/// </summary>
sealed unsafe class AlignedBuffer
{
    /// <summary>Floats of a buffer at most.</summary>
    public static int MostFloats => Array.MaxLength - Layout.Alignment;

    float[] array = [];
    int start;

    /// <summary>Floats asked for, at most.</summary>
    public long Length { get; private set; }

    public Floats Floats { get; private set; }

    public Span<float> Span => array.AsSpan(start, (int)Length);

    /// <summary>At least that many floats: what they held before, or zeros if the buffer had to grow.</summary>
    /// <param name="floats">How many.</param>
    /// <param name="wayOut">What the message advises where they are too many; null: what makes a batch need less.</param>
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
