using System.Numerics;
using System.Runtime.CompilerServices;

namespace RnnDsl.Training;

/// <summary>
/// Adam (Kingma &amp; Ba 2015): m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − η·m̂ / (√v̂ + ε), where m̂ and v̂ are corrected for their start at zero.
/// </summary>
/// <param name="learningRate">η.</param>
#pragma warning disable RS0022 // It is open for AdamW; what others could override is private to the assembly.
public class Adam(double learningRate = 1e-3) : Optimizer(learningRate)
#pragma warning restore RS0022
{
    /// <summary>β₁, the memory of the mean of the gradient; 0.9 is usual.</summary>
    public double Beta1 { get; init => field = BelowOne(value, nameof(Beta1)); } = 0.9;

    /// <summary>β₂, the memory of the mean of the squared gradient; 0.999 is usual, 0.99 or less if gradients change fast.</summary>
    public double Beta2 { get; init => field = BelowOne(value, nameof(Beta2)); } = 0.999;

    /// <summary>ε, which keeps the division finite, above zero; 1e-8 is usual.</summary>
    public double Epsilon { get; init => field = AboveZero(value, nameof(Epsilon)); } = 1e-8;

    private protected override int Memories => 2;

    private protected virtual bool DecaysWeights => false;

    internal override void Describe(Dictionary<string, string> settings)
    {
        settings.Add(nameof(Beta1), Trainer.Text(Beta1));
        settings.Add(nameof(Beta2), Trainer.Text(Beta2));
        settings.Add(nameof(Epsilon), Trainer.Text(Epsilon));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Update(Stretch s)
    {
        float correction = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, s.Step)));
        float rate = (float)(s.Rate / (1 - Math.Pow(Beta1, s.Step)));
        float decay = DecaysWeights ? 0 : (float)WeightDecay;
        float keep = DecaysWeights ? (float)(1 - s.Rate * WeightDecay) : 1;
        float beta1 = (float)Beta1, rest1 = (float)(1 - Beta1), beta2 = (float)Beta2, rest2 = (float)(1 - Beta2);
        var epsilon = new Vector<float>((float)Epsilon);
        for (int i = 0; i < s.Values.Length; i++)
        {
            Vector<float> w = s.Values[i];
            Vector<float> g = s.Gradients[i] * s.GradientFactor + w * decay;
            Vector<float> m = s.First[i] = s.First[i] * beta1 + g * rest1;
            Vector<float> v = s.Second[i] = s.Second[i] * beta2 + g * g * rest2;
            s.Values[i] = w * keep - m * rate / (Vector.SquareRoot(v) * correction + epsilon);
        }
    }
}

/// <summary>Adam whose weight decay shrinks the weights directly: w ← (1 − ηλ)·w before each step (Loshchilov &amp; Hutter 2019).</summary>
public sealed class AdamW : Adam
{
    /// <summary>Creates the optimizer with a weight decay of 0.01.</summary>
    /// <param name="learningRate">η: 1e-3 is usual.</param>
    public AdamW(double learningRate = 1e-3) : base(learningRate) => WeightDecay = 0.01;

    private protected override bool DecaysWeights => true;
}
