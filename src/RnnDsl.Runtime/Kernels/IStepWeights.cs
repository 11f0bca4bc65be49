using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// How the weights of a streaming step are stored and multiplied. Steps are written once over it, as loops over 32-bit words. A word of a unit's row of weights multiplies one word
/// of the operand: one float, or four bytes. Packed weights lie in the order in which a step reads them: packed[output / lanes][word][product][lane]. After the words of some
/// outputs follows what their sums need.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IStepWeights
{
    /// <summary>The most lanes that multiply at full speed: 8 or 16.</summary>
    static abstract int MostLanes { get; }

    /// <summary>The words of one row of <paramref name="depth"/> weights.</summary>
    static abstract int Words(int depth);

    /// <summary>The words of one row, and of what follows it.</summary>
    static abstract int Row(int depth);

    /// <summary>The floats of a stream's memory for an operand in the format in which it is multiplied.</summary>
    static abstract long OperandFloats(int depth);

    /// <summary>Converts the operand to the format in which it is multiplied. It stays in place, or is written into <paramref name="words"/>. The result points to its words.</summary>
    /// <param name="operand">As many floats as <paramref name="depth"/>.</param>
    /// <param name="depth">The columns of the matrices.</param>
    /// <param name="words">Room for <see cref="OperandFloats"/>.</param>
    /// <param name="scale">The value of one unit of the operand's integers; zero to derive it from the operand's largest magnitude.</param>
    static abstract Floats Operand(Floats operand, int depth, Floats words, Floats scale);

    /// <summary>The values of an operand that <see cref="Operand"/> has converted.</summary>
    /// <param name="words">The result of <see cref="Operand"/>.</param>
    /// <param name="depth">The number of values.</param>
    /// <param name="room">Room for them.</param>
    static abstract Floats Values(Floats words, int depth, Floats room);

    /// <summary>Writes the weights of one of <paramref name="abreast"/> products of the same operand. They are dense and row-major [rows × columns], with one output in each row,
    /// or in each column if transposed. Lanes after the last output become zero.</summary>
    static abstract void Pack<V>(Floats packed, int abreast, int product, Floats weights, int rows, int columns, bool transpose)
        where V : struct, ISimd<V>;

    /// <summary>The initial value of sums that get an addend.</summary>
    static abstract V Begin<V>(V addend) where V : struct, ISimd<V>;

    /// <summary>The sums plus the products of a word of the operand, which is the same in all lanes, and the words at weights[at]. Sums start at zero bits or at <see cref="Begin"/>.</summary>
    static abstract V MultiplyAdd<V>(V operand, Floats weights, nint at, V sums) where V : struct, ISimd<V>;

    /// <summary>The same with weights that are already loaded.</summary>
    static abstract V MultiplyAdd<V>(V operand, V weights, V sums) where V : struct, ISimd<V>;

    /// <summary>Adds two partial sums.</summary>
    static abstract V Add<V>(V a, V b) where V : struct, ISimd<V>;

    /// <summary>Converts sums to products.</summary>
    /// <param name="sums">The sums of one of <paramref name="abreast"/> products.</param>
    /// <param name="behind">The address after the words of these outputs.</param>
    /// <param name="product">The number of this product.</param>
    /// <param name="abreast">The number of products of the same operand.</param>
    /// <param name="operand">The result of <see cref="Operand"/>.</param>
    /// <param name="addend">The initial value of the sums.</param>
    static abstract V Finish<V>(V sums, Floats behind, int product, int abreast, Floats operand, V addend) where V : struct, ISimd<V>;
}
