namespace RnnDsl.Memory;

/// <summary>
/// Floats that begin on a cache line and never move. Grows when asked for more, and is kept. The memory belongs to the
/// collector (a pinned array), so spans over it stay valid whatever becomes of the owner.
/// </summary>
sealed unsafe class AlignedBuffer
{
    float[] array = [];
    int start;

    /// <summary>Floats asked for, at most.</summary>
    public long Length { get; private set; }

    public Floats Floats { get; private set; }

    public Span<float> Span => array.AsSpan(start, (int)Length);

    /// <summary>At least that many floats: what they held before, or zeros if the buffer had to grow.</summary>
    public Floats Reserve(long floats)
    {
        if (floats > Length)
            Grow(floats);
        return Floats;
    }

    void Grow(long floats)
    {
        if (floats > Array.MaxLength - Layout.Alignment)
            throw new InvalidOperationException(
                $"{floats} floats are needed in one piece, more than the {Array.MaxLength - Layout.Alignment} that fit: " +
                "use smaller batches, fewer examples per shard, or shorter sequences.");
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
