using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Benchmarks;

/// <summary>Work written once over the vector type.</summary>
internal interface ILaneWork
{
    void Run<V>() where V : struct, ISimd<V>;
}

/// <summary>Runs such work with the vector type in use, and makes its data.</summary>
internal static unsafe class Lanes
{
    public static void Run<W>(W work) where W : struct, ILaneWork
    {
        if (Layout.Lanes == 16)
            work.Run<Simd512>();
        else if (Layout.Lanes == 8)
            work.Run<Simd256>();
        else
            work.Run<Simd128>();
    }

    /// <summary>Random numbers from −½ to ½ on a cache line.</summary>
    public static Floats Aligned(int count)
    {
        var random = new Random(1);
        var floats = new Floats((float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float) + 64, 64));
        for (int i = 0; i < count; i++)
            floats[i] = random.NextSingle() - 0.5f;
        return floats;
    }
}
