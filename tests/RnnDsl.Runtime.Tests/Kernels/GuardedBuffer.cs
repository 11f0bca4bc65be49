using System.Runtime.InteropServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices.Tests;

/// <summary>Floats between two fences of a value that nothing computes; <see cref="Dispose"/> sees that both still stand.
/// Starts as NaN, so that whatever is read without having been written shows.</summary>
sealed unsafe class GuardedBuffer : IDisposable
{
    const int Fence = 64;
    const float Mark = -1.2345e30f;

    readonly float* memory;

    public GuardedBuffer(long length, int misalignment = 0)
    {
        Length = (int)length;
        memory = (float*)NativeMemory.AlignedAlloc((nuint)(Length + 2 * Fence + misalignment) * sizeof(float), 64);
        Floats = new Floats(memory + Fence + misalignment);
        new Span<float>(Floats.Pointer - Fence, Fence).Fill(Mark);
        new Span<float>(Floats.Pointer + Length, Fence).Fill(Mark);
        Span.Fill(float.NaN);
    }

    public int Length { get; }
    public Floats Floats { get; }
    public Span<float> Span => Floats.Span(Length);

    /// <summary>Fills the first columns of each row with numbers between -1 and 1, exactly the same for the same random generator.</summary>
    public GuardedBuffer Randomize(Random random, int rows, int stride, int columns)
    {
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                Span[r * stride + c] = (float)(random.NextDouble() * 2 - 1);
        return this;
    }

    public void Dispose()
    {
        bool whole = new Span<float>(Floats.Pointer - Fence, Fence).IndexOfAnyExcept(Mark) < 0
            && new Span<float>(Floats.Pointer + Length, Fence).IndexOfAnyExcept(Mark) < 0;
        NativeMemory.AlignedFree(memory);
        Assert.True(whole, "A kernel wrote outside of a buffer.");
    }
}
