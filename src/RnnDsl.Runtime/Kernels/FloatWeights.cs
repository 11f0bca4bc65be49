using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>Weights in the precision in which they were trained. A word is a float, and nothing follows a row.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct FloatWeights : IStepWeights
{
    /// <inheritdoc/>
    public static int MostLanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Words(int depth) => depth;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Row(int depth) => depth;

    /// <inheritdoc/>
    public static long OperandFloats(int depth) => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Operand(Floats operand, int depth, Floats words, Floats scale) => operand;

    /// <inheritdoc/>
    public static Floats Values(Floats words, int depth, Floats room) => words;

    /// <inheritdoc/>
    public static void Pack<V>(Floats packed, int abreast, int product, Floats weights, int rows, int columns, bool transpose)
        where V : struct, ISimd<V>
    {
        (int outputs, int depth) = transpose ? (columns, rows) : (rows, columns);
        for (int first = 0; first < outputs; first += V.Count)
            for (int k = 0; k < depth; k++)
            {
                Floats target = packed + ((nint)first * depth + (nint)k * V.Count) * abreast + product * V.Count;
                for (int lane = 0; lane < V.Count; lane++)
                {
                    nint output = first + lane;
                    target[lane] = output >= outputs ? 0 : transpose ? weights[k * (nint)columns + output] : weights[output * columns + k];
                }
            }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Begin<V>(V addend) where V : struct, ISimd<V> => addend;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MultiplyAdd<V>(V operand, Floats weights, nint at, V sums) where V : struct, ISimd<V> =>
        V.MultiplyAdd(operand, weights, at, sums);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MultiplyAdd<V>(V operand, V weights, V sums) where V : struct, ISimd<V> => V.MultiplyAdd(operand, weights, sums);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add<V>(V a, V b) where V : struct, ISimd<V> => a + b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V>(V sums, Floats behind, int product, int abreast, Floats operand, V addend) where V : struct, ISimd<V> => sums;
}
