using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;

namespace RnnDsl.Prediction;

/// <summary>Functions of the logits of symbols.</summary>
static class SymbolScores
{
    /// <summary>The symbol with the largest logit, the first of equal ones.</summary>
    /// <exception cref="ArgumentException">A logit is NaN or plus infinity, or no symbol is allowed.</exception>
    public static int Best(ReadOnlySpan<float> logits)
    {
        int best = logits.IsEmpty ? -1 : TensorPrimitives.IndexOfMax(logits);
        // The index of the largest is that of a NaN if there is one.
        if (best < 0 || !float.IsFinite(logits[best]))
            ThrowNoBest(logits, best);
        return best;
    }

    /// <summary>The logarithm of the sum of the exponentials.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="scratch">Room for as many values.</param>
    public static double LogSumExp(ReadOnlySpan<float> logits, Span<float> scratch)
    {
        float most = logits[Best(logits)];
        TensorPrimitives.Subtract(logits, most, scratch);
        TensorPrimitives.Exp(scratch, scratch);
        return most + Math.Log(TensorPrimitives.Sum(scratch));
    }

    [DoesNotReturn]
    static void ThrowNoBest(ReadOnlySpan<float> logits, int best) => throw new ArgumentException(best >= 0 && !float.IsNegativeInfinity(logits[best])
        ? FormattableString.Invariant($"The logit of symbol {best} is {logits[best]}: the model's state or weights are not finite any more.") : "No symbol is allowed to come next.");
}
