using System.Numerics;
using System.Runtime.CompilerServices;

namespace RnnDsl.Training;

/// <summary>
/// Gradient descent, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013): v ← μ·v + g; w ← w − η·v, or
/// w ← w − η·(g + μ·v).
/// </summary>
/// <param name="learningRate">η.</param>
public sealed class Sgd(double learningRate) : Optimizer(learningRate)
{
    /// <summary>μ; 0 for none.</summary>
    public double Momentum { get; init => field = NotNegative(value, nameof(Momentum)); }

    /// <summary>Whether the step looks ahead by the momentum.</summary>
    public bool Nesterov { get; init; }

    private protected override int Memories => Momentum != 0 ? 1 : 0;

    internal override void Describe(Dictionary<string, string> settings)
    {
        settings.Add(nameof(Momentum), Trainer.Text(Momentum));
        settings.Add(nameof(Nesterov), Nesterov.ToString());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Update(Stretch s)
    {
        float rate = (float)s.Rate, decay = (float)WeightDecay, momentum = (float)Momentum;
        for (int i = 0; i < s.Values.Length; i++)
        {
            Vector<float> w = s.Values[i];
            Vector<float> move = s.Gradients[i] * s.GradientFactor + w * decay;
            if (!s.First.IsEmpty)
            {
                Vector<float> v = s.First[i] = s.First[i] * momentum + move;
                move = Nesterov ? move + v * momentum : v;
            }
            s.Values[i] = w - move * rate;
        }
    }
}
