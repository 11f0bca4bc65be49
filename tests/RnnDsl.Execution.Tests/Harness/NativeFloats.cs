using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution.Tests;

/// <summary>An aligned buffer between two guards that show whether a program wrote outside of it.</summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    const int Guard = 64;
    const float Canary = -7.25e18f;

    readonly float* memory;

    public NativeFloats(long count, float fill = 0)
    {
        Count = (int)count;
        memory = (float*)NativeMemory.AlignedAlloc((nuint)((Count + 2 * Guard) * sizeof(float)), 64);
        new Span<float>(memory, Count + 2 * Guard).Fill(Canary);
        Span.Fill(fill);
    }

    public int Count { get; }

    public Floats Pointer => new(memory + Guard);

    public Span<float> Span => new(memory + Guard, Count);

    public bool IsWhole => new Span<float>(memory, Guard).IndexOfAnyExcept(Canary) < 0 && new Span<float>(memory + Guard + Count, Guard).IndexOfAnyExcept(Canary) < 0;

    public void Dispose() => NativeMemory.AlignedFree(memory);
}
