using System.ComponentModel;

namespace RnnDsl.CompilerServices;

/// <summary>Where a streaming step gets its products. Steps are written once over it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IStepProducts
{
    /// <summary>True if they were made before the step, for several streams together. False if the loops of the step make them.</summary>
    static abstract bool AreMade { get; }
}

/// <summary>The loops of the step make the products.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ProductsHere : IStepProducts
{
    /// <inheritdoc/>
    public static bool AreMade
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
        get => false;
    }
}

/// <summary>The products were made before the step, by <see cref="StreamGroup"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ProductsMade : IStepProducts
{
    /// <inheritdoc/>
    public static bool AreMade
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
        get => true;
    }
}
