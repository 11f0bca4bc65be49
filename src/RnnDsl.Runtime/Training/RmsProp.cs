using System.Numerics;
using System.Runtime.CompilerServices;

namespace RnnDsl.Training;

/// <summary>
/// RMSprop (Tieleman &amp; Hinton 2012): v ← αv + (1 − α)g²; u ← μu + g / (√v + ε); w ← w − η·u.
/// </summary>
/// <param name="learningRate">η.</param>
public sealed class RmsProp(double learningRate = 1e-2) : Optimizer(learningRate)
{
    /// <summary>α, the memory of the mean of the squared gradient.</summary>
    public double Alpha { get; init => field = BelowOne(value, nameof(Alpha)); } = 0.99;

    /// <summary>ε, above zero.</summary>
    public double Epsilon { get; init => field = AboveZero(value, nameof(Epsilon)); } = 1e-8;

    /// <summary>μ; 0 for none.</summary>
    public double Momentum { get; init => field = NotNegative(value, nameof(Momentum)); }

    private protected override int Memories => Momentum != 0 ? 2 : 1;

    internal override void Describe(Dictionary<string, string> settings)
    {
        settings.Add(nameof(Alpha), Trainer.Text(Alpha));
        settings.Add(nameof(Epsilon), Trainer.Text(Epsilon));
        settings.Add(nameof(Momentum), Trainer.Text(Momentum));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Update(Stretch s)
    {
        float rate = (float)s.Rate, decay = (float)WeightDecay, momentum = (float)Momentum;
        float alpha = (float)Alpha, rest = (float)(1 - Alpha);
        var epsilon = new Vector<float>((float)Epsilon);
        for (int i = 0; i < s.Values.Length; i++)
        {
            Vector<float> w = s.Values[i];
            Vector<float> g = s.Gradients[i] * s.GradientFactor + w * decay;
            Vector<float> v = s.First[i] = s.First[i] * alpha + g * g * rest;
            Vector<float> move = g / (Vector.SquareRoot(v) + epsilon);
            if (!s.Second.IsEmpty)
                move = s.Second[i] = s.Second[i] * momentum + move;
            s.Values[i] = w - move * rate;
        }
    }
}
