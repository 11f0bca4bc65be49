using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// How the weights of a streaming step are stored and multiplied. Steps are written once over it, as loops over 32-bit words: of a unit's row of
/// weights a word holds as much as multiplies one word of the operand, one float or four bytes. Packed weights lie in the order in which a step
/// reads them: packed[output / lanes][word][product][lane], behind the words of some outputs what their sums need.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IStepWeights
{
    /// <summary>Most lanes that multiply at full speed: 8 or 16.</summary>
    static abstract int MostLanes { get; }

    /// <summary>Words of one row of <paramref name="depth"/> weights.</summary>
    static abstract int Words(int depth);

    /// <summary>Words of one row, and of what follows them.</summary>
    static abstract int Row(int depth);

    /// <summary>Floats of a stream's memory for an operand as it is multiplied.</summary>
    static abstract long OperandFloats(int depth);

    /// <summary>The operand as it is multiplied: where it lies already, or written into <paramref name="words"/>. Its words begin at the result.</summary>
    /// <param name="operand">So many floats as <paramref name="depth"/> says.</param>
    /// <param name="depth">Columns of the matrices.</param>
    /// <param name="words">Room of <see cref="OperandFloats"/>.</param>
    /// <param name="scale">What one whole number of the operand stands for; zero: as its largest magnitude now demands.</param>
    static abstract Floats Operand(Floats operand, int depth, Floats words, Floats scale);

    /// <summary>Writes the weights of one of <paramref name="abreast"/> products of the same operand: dense row-major [rows × columns], one output a
    /// row, or a column if transposed. Lanes behind the last output become zero.</summary>
    static abstract void Pack<V>(Floats packed, int abreast, int product, Floats weights, int rows, int columns, bool transpose)
        where V : struct, ISimd<V>;

    /// <summary>What sums begin with that get an addend.</summary>
    static abstract V Begin<V>(V addend) where V : struct, ISimd<V>;

    /// <summary>The sums, which begin at zero bits or <see cref="Begin"/>, and a word of the operand, the same in all lanes, times the words at
    /// weights[at].</summary>
    static abstract V MultiplyAdd<V>(V operand, Floats weights, nint at, V sums) where V : struct, ISimd<V>;

    /// <summary>Two partial sums in one.</summary>
    static abstract V Add<V>(V a, V b) where V : struct, ISimd<V>;

    /// <summary>The products from their sums.</summary>
    /// <param name="sums">Of one of <paramref name="abreast"/> products.</param>
    /// <param name="behind">Where the words of these outputs end.</param>
    /// <param name="product">Which one.</param>
    /// <param name="abreast">Products of the same operand.</param>
    /// <param name="operand">What <see cref="Operand"/> gave.</param>
    /// <param name="addend">What the sums began with.</param>
    static abstract V Finish<V>(V sums, Floats behind, int product, int abreast, Floats operand, V addend) where V : struct, ISimd<V>;
}
