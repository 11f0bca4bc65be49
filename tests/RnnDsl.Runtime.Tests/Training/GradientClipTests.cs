using RnnDsl.Execution;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

public class GradientClipTests
{
    static readonly ParameterStore Store = ParameterStore.Create(
        "Test", [new("a", 1, 3, 1, Initial.Constant, 0), new("b", 1, 2, 1, Initial.Constant, 0)], 1);

    static float[] Gradient(float scale)
    {
        var gradient = new float[Store.Length];
        (gradient[0], gradient[1], gradient[2], gradient[16], gradient[17]) = (scale, 2 * scale, -2 * scale, 4 * scale, 0);
        return gradient;
    }

    [Theory]
    [InlineData(1f), InlineData(1e30f), InlineData(1e-30f)]
    public void The_norm_is_over_all_trained_parameters(float scale)
    {
        Assert.Equal(1, GradientClip.Norm(Store, Gradient(scale)) / (5 * (double)scale), 1e-6);
        Assert.Equal(1, GradientClip.Norm(Store, Gradient(scale), [0.5f, 0]) / (3 * (double)scale), 1e-6);
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.NegativeInfinity)]
    public void A_norm_of_what_is_not_finite_is_not_finite(float scale) =>
        Assert.False(double.IsFinite(GradientClip.Norm(Store, Gradient(scale))));

    [Fact]
    public void Only_too_large_norms_are_reduced()
    {
        Assert.Equal(1, GradientClip.Factor(norm: 2, limit: 3));
        Assert.Equal(0.5, GradientClip.Factor(norm: 6, limit: 3));
        Assert.Equal(1, GradientClip.Factor(norm: 0, limit: 3));
    }

    [Fact]
    public void Elements_are_clamped()
    {
        float[] gradient = Gradient(1);
        GradientClip.Clamp(gradient, 1.5);
        Assert.Equal([1, 1.5f, -1.5f, 1.5f, 0], [.. gradient[..3], .. gradient[16..18]]);
    }
}
