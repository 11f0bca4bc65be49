using System.Numerics.Tensors;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>What one stream adds to the products of a step: for some products B·(A·x), where x is the operand, and a vector. So a stream has other matrices than the others, and shares the packed
/// weights with them.</summary>
sealed class StepCorrections
{
    /// <param name="At">The offset of the products of the operand.</param>
    /// <param name="Number">The number of the product.</param>
    /// <param name="Count">The number of products of the operand.</param>
    /// <param name="Outputs">The units of the product.</param>
    /// <param name="Depth">The values of the operand.</param>
    /// <param name="Rank">The rows of A; zero if <paramref name="B"/> is a vector that is added as it is.</param>
    /// <param name="A">The offset of A [rank × depth].</param>
    /// <param name="B">The offset of B [rank × outputs], whose rows are padded.</param>
    readonly record struct Term(nint At, int Number, int Count, int Outputs, int Depth, int Rank, nint A, nint B);

    readonly AlignedBuffer factors = new();
    readonly Term[] terms;

    /// <param name="corrections">The corrections, in any order.</param>
    public StepCorrections(IReadOnlyList<StepCorrection> corrections)
    {
        factors.Reserve(corrections.Sum(c => Layout.Align(c.A.Length) + c.Rows * Layout.Align(c.Product.Outputs)), "use adapters of a smaller rank");
        terms = new Term[corrections.Count];
        nint at = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            StepCorrection c = corrections[i];
            nint a = at, b = a + (nint)Layout.Align(c.A.Length);
            c.A.CopyTo((factors.Floats + a).Span(c.A.Length));
            at = b;
            for (int row = 0; row < c.Rows; row++, at += (nint)Layout.Align(c.Product.Outputs))
                c.B.AsSpan(row * c.Product.Outputs, c.Product.Outputs).CopyTo((factors.Floats + at).Span(c.Product.Outputs));
            terms[i] = new Term(c.Product.At, c.Product.Number, c.Product.Count, c.Product.Outputs, c.Product.Depth, c.Rank, a, b);
        }
        RoomFloats = terms.Length == 0 ? 0 : terms.Max(t => t.Depth) + terms.Max(t => t.Rank);
    }

    /// <summary>The bytes of the factors.</summary>
    public long Bytes => factors.Length * sizeof(float);

    /// <summary>The floats of the room that <see cref="Add"/> needs.</summary>
    public int RoomFloats { get; }

    /// <summary>Adds the corrections to the products of an operand.</summary>
    /// <param name="at">The offset of the products of the operand.</param>
    /// <param name="words">The operand in the format in which it is multiplied.</param>
    /// <param name="sums">The products: [outputs / lanes][product][lane].</param>
    /// <param name="room">Room for <see cref="RoomFloats"/>.</param>
    public void Add<V, W>(nint at, Floats words, Floats sums, Floats room) where V : struct, ISimd<V> where W : struct, IStepWeights
    {
        Floats values = Floats.Null;
        foreach (ref readonly Term term in terms.AsSpan())
        {
            if (term.At != at)
                continue;
            if (term.Rank == 0)
            {
                for (nint unit = 0; unit < term.Outputs; unit += V.Count)
                    AddTo(sums, term, unit, V.Load(factors.Floats + term.B, unit));
                continue;
            }
            if (values.IsNull)
                values = W.Values(words, term.Depth, room);
            Floats inner = room + term.Depth;
            for (int k = 0; k < term.Rank; k++)
                inner[k] = TensorPrimitives.Dot<float>((factors.Floats + (term.A + k * term.Depth)).Span(term.Depth), values.Span(term.Depth));
            nint row = (nint)Layout.Align(term.Outputs);
            for (nint unit = 0; unit < term.Outputs; unit += V.Count)
            {
                V sum = V.Broadcast(0);
                for (int k = 0; k < term.Rank; k++)
                    sum = V.MultiplyAdd(V.Broadcast(inner[k]), V.Load(factors.Floats + term.B, k * row + unit), sum);
                AddTo(sums, term, unit, sum);
            }
        }
    }

    static void AddTo<V>(Floats sums, in Term term, nint unit, V value) where V : struct, ISimd<V>
    {
        nint index = unit * term.Count + term.Number * V.Count;
        V.Store(V.Load(sums, index) + value, sums, index);
    }
}

/// <summary>What a stream adds to one product: B·(A·x), or the vector B.</summary>
/// <param name="Product">The product.</param>
/// <param name="Rank">The rows of A; zero for a vector.</param>
/// <param name="A">[rank × depth].</param>
/// <param name="B">[rank × outputs], or a vector.</param>
sealed record StepCorrection(StepProduct Product, int Rank, float[] A, float[] B)
{
    public int Rows => Math.Max(Rank, 1);
}
