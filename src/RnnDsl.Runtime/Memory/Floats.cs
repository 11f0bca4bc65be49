using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnDsl.CompilerServices;

/// <summary>
/// A pointer to floats, with pointer arithmetic, for generated code: projects that use the generator need not allow <c>unsafe</c> code. Nothing is checked. Whoever creates one is
/// responsible for its memory.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct Floats(float* pointer)
{
    /// <summary>The address of the first float.</summary>
    public float* Pointer { [MethodImpl(MethodImplOptions.AggressiveInlining)] get; } = pointer;

    /// <summary>The null pointer.</summary>
    public static Floats Null => default;

    /// <summary>Whether it is the null pointer.</summary>
    public bool IsNull => Pointer == null;

    /// <summary>The float at an index. The index is not checked.</summary>
    public ref float this[nint index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Pointer[index];
    }

    /// <summary>The pointer moved by a number of floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats operator +(Floats floats, nint offset) => new(floats.Pointer + offset);

    /// <summary>A span of the given number of floats.</summary>
    public Span<float> Span(int length) => new(Pointer, length);
}
