using System.Numerics.Tensors;

namespace RnnDsl.Training;

/// <summary>The size of gradients, and its limits. Frozen parameters (multiplier 0) do not count.</summary>
public static class GradientClip
{
    /// <summary>Euclidean norm of the gradient of all trained parameters.</summary>
    public static double Norm(ParameterStore parameters, ReadOnlySpan<float> gradients, ReadOnlySpan<float> multipliers = default)
    {
        double sum = 0;
        IReadOnlyList<Parameter> slices = parameters.Slices;
        for (int i = 0; i < slices.Count; i++)
            if (multipliers.IsEmpty || multipliers[i] != 0)
            {
                // A norm a slice, because squares of large gradients leave the range of floats earlier than their sum of a double.
                double norm = SliceNorm(gradients.Slice(slices[i].Offset, slices[i].Length));
                sum += norm * norm;
            }
        return Math.Sqrt(sum);
    }

    /// <summary>What to multiply a gradient by so that its norm stays within a limit (Pascanu et al. 2013).</summary>
    public static double Factor(double norm, double limit) => norm > limit ? limit / norm : 1;

    /// <summary>Limits every element to ±<paramref name="limit"/>.</summary>
    public static void Clamp(Span<float> gradients, double limit) =>
        TensorPrimitives.Clamp(gradients, (float)-limit, (float)limit, gradients);

    static double SliceNorm(ReadOnlySpan<float> gradient)
    {
        float squares = TensorPrimitives.SumOfSquares(gradient);
        if (float.IsFinite(squares) && squares > 1e-30f)
            return Math.Sqrt(squares);
        // Too large or too small to be squared in single precision.
        float scale = Math.Abs(TensorPrimitives.MaxMagnitude(gradient));
        if (scale == 0 || !float.IsFinite(scale))
            return scale;
        double sum = 0;
        foreach (float value in gradient)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
