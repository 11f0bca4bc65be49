using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnDsl.CompilerServices;

/// <summary>
/// A pointer to floats that moves like one, for generated code: projects that consume the generator need no
/// <c>unsafe</c> switch. It checks nothing; whoever makes one vouches for the memory behind it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct Floats(float* pointer)
{
    /// <summary>Where they begin.</summary>
    public float* Pointer { [MethodImpl(MethodImplOptions.AggressiveInlining)] get; } = pointer;

    /// <summary>No floats.</summary>
    public static Floats Null => default;

    /// <summary>Whether it points to nothing.</summary>
    public bool IsNull => Pointer == null;

    /// <summary>The float at an index, which nothing checks.</summary>
    public ref float this[nint index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Pointer[index];
    }

    /// <summary>The same memory, so many floats further on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats operator +(Floats floats, nint offset) => new(floats.Pointer + offset);

    /// <summary>So many of them.</summary>
    public Span<float> Span(int length) => new(Pointer, length);
}
