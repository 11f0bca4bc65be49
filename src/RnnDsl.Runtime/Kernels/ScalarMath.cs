using System.ComponentModel;

namespace RnnDsl.CompilerServices;

/// <summary>The functions of <see cref="VectorMath"/> for one float, for equations on scalars.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ScalarMath
{
    /// <summary>1 / (1 + e⁻ˣ), without overflow.</summary>
    public static float Sigmoid(float x) => 0.5f + 0.5f * MathF.Tanh(0.5f * x);

    /// <summary>ln(1 + eˣ), without overflow.</summary>
    public static float Softplus(float x) => MathF.Max(x, 0) + float.LogP1(MathF.Exp(-MathF.Abs(x)));
}
