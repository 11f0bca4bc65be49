using System.Numerics.Tensors;

namespace RnnDsl.Training;

/// <summary>The size of gradients and its limits. Frozen parameters (multiplier 0) and fixed parameters do not count.</summary>
public static class GradientClip
{
    /// <summary>The Euclidean norm of the gradient of all trained parameters.</summary>
    public static double Norm(ParameterStore parameters, ReadOnlySpan<float> gradients, ReadOnlySpan<float> multipliers = default) =>
        new GradientBlocks().Norm(parameters, gradients, multipliers, null);

    /// <summary>The factor of a gradient that keeps its norm within a limit (Pascanu et al. 2013).</summary>
    public static double Factor(double norm, double limit) => norm > limit ? limit / norm : 1;

    /// <summary>Limits every element to ±<paramref name="limit"/>.</summary>
    public static void Clamp(Span<float> gradients, double limit) =>
        TensorPrimitives.Clamp(gradients, (float)-limit, (float)limit, gradients);
}
