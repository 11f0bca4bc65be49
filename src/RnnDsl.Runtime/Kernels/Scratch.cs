using System.Runtime.InteropServices;

namespace RnnDsl.CompilerServices;

/// <summary>A thread's working memory for packed blocks. It is native memory, aligned to cache lines; it grows on demand and is kept until the thread is gone.</summary>
sealed unsafe class Scratch
{
    [ThreadStatic] static Scratch? current, steps;

    float* memory;
    nuint length;

    /// <summary>At least that many floats, with their old contents. They are valid until the thread's next call.</summary>
    public static float* Take(long floats) => Take(ref current, floats);

    /// <summary>The same from a second memory, for rows that are copied together before a product. The product itself uses the first memory.</summary>
    public static Floats TakeSteps(long floats) => new(Take(ref steps, floats));

    static float* Take(ref Scratch? kept, long floats)
    {
        Scratch scratch = kept ??= new Scratch();
        if ((nuint)floats > scratch.length)
            scratch.Grow((nuint)floats);
        return scratch.memory;
    }

    void Grow(nuint floats)
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
        length = 0;
        memory = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), 64);
        length = floats;
    }

    ~Scratch() => NativeMemory.AlignedFree(memory);
}
