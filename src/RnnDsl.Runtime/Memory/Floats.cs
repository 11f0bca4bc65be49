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
    public float* Pointer { [MethodImpl(MethodImplOptions.AggressiveInlining)] get; } = pointer;

    public static Floats Null => default;

    public bool IsNull => Pointer == null;

    public ref float this[nint index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Pointer[index];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats operator +(Floats floats, nint offset) => new(floats.Pointer + offset);

    public Span<float> Span(int length) => new(Pointer, length);
}
