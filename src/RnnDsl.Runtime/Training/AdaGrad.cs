using System.Numerics;
using System.Runtime.CompilerServices;

namespace RnnDsl.Training;

/// <summary>AdaGrad (Duchi et al. 2011): s ← s + g²; w ← w − η·g / (√s + ε).</summary>
/// <param name="learningRate">η.</param>
public sealed class AdaGrad(double learningRate = 1e-2) : Optimizer(learningRate)
{
    /// <summary>ε, above zero.</summary>
    public double Epsilon { get; init => field = AboveZero(value, nameof(Epsilon)); } = 1e-10;

    private protected override int Memories => 1;

    internal override void Describe(Dictionary<string, string> settings)
    {
        settings.Add(nameof(Epsilon), Trainer.Text(Epsilon));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Update(Stretch s)
    {
        float rate = (float)s.Rate, decay = (float)WeightDecay;
        var epsilon = new Vector<float>((float)Epsilon);
        for (int i = 0; i < s.Values.Length; i++)
        {
            Vector<float> w = s.Values[i];
            Vector<float> g = s.Gradients[i] * s.GradientFactor + w * decay;
            Vector<float> sum = s.First[i] = s.First[i] + g * g;
            s.Values[i] = w - g * rate / (Vector.SquareRoot(sum) + epsilon);
        }
    }
}
