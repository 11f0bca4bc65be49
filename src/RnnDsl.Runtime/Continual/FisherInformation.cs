using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Continual;

/// <summary>
/// The diagonal of the empirical Fisher information: the mean, over examples, of the squared derivative of one example's loss by each parameter. It is that of the data's own targets; where the loss is no negative logarithm of a
/// probability, it still says how much the loss of single examples depends on a parameter. What a loss drops in training (<see cref="Ops"/>' Dropout) is dropped here too, with keys that depend on the seed alone.
/// </summary>
static class FisherInformation
{
    /// <summary>The diagonal, laid out like the trainer's parameters.</summary>
    /// <param name="trainer">Says what is trained, and by which loss.</param>
    /// <param name="data">The examples.</param>
    /// <param name="most">If there are more, so many are drawn.</param>
    /// <param name="seed">The seed of that draw.</param>
    public static float[] Diagonal(Trainer trainer, Dataset data, int most, int seed)
    {
        var random = new RandomStream(seed, "Fisher information");
        int[] examples = [.. Enumerable.Range(0, data.Count)];
        if (data.Count > most)
            random.Shuffle<int>(examples);
        Executor executor = trainer.MakeExecutor(trainer.Method);
        var sums = new double[trainer.Trainable.Parameters.Length];
        int count = Math.Min(most, examples.Length);
        for (int i = 0; i < count; i++)
        {
            executor.Noise = random.Bits();
            executor.Gradient(data, examples.AsSpan(i, 1));
            Span<float> gradient = trainer.Trainable.Gradient(executor.Gradients);
            for (int p = 0; p < gradient.Length; p++)
                sums[p] += (double)gradient[p] * gradient[p];
        }
        if (sums.Any(s => !double.IsFinite(s)))
            throw new DivergenceException("The Fisher information is not finite, because a gradient of a single example is not: train with a smaller learning rate, or with ClipNorm (1 is usual).");
        return Array.ConvertAll(sums, sum => (float)(sum / count));
    }
}

/// <summary>What elastic weight consolidation remembers: where the parameters were, and how much each of them mattered.</summary>
/// <param name="Task">The name of the task after which this was so.</param>
/// <param name="Values">θ*, laid out like the trained parameters.</param>
/// <param name="Fisher">F, the diagonal of the Fisher information.</param>
public sealed record EwcAnchor(string Task, ReadOnlyMemory<float> Values, ReadOnlyMemory<float> Fisher);

/// <summary>Adds λ·Σ F⊙(θ − θ*) to the gradient: that of the penalty ½λ·Σ F⊙(θ − θ*)².</summary>
sealed class AnchorRule(double strength, IReadOnlyList<EwcAnchor> anchors) : IGradientRule
{
    readonly float[] differences = new float[anchors[0].Values.Length];

    public void Change(GradientStep step)
    {
        Span<float> gradient = step.Gradient;
        foreach (EwcAnchor anchor in anchors)
        {
            if (anchor.Values.Length != gradient.Length)
                throw new InvalidOperationException($"After '{anchor.Task}' {anchor.Values.Length} floats were trained, and now {gradient.Length}: train the same parameters in all tasks.");
            System.Numerics.Tensors.TensorPrimitives.Subtract(step.Trainable.Parameters.ReadOnlyValues, anchor.Values.Span, differences);
            System.Numerics.Tensors.TensorPrimitives.Multiply(differences, anchor.Fisher.Span, differences);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(differences, (float)strength, gradient, gradient);
        }
    }

    /// <summary>½λ·Σ F⊙(θ − θ*)².</summary>
    public static double Penalty(double strength, IReadOnlyList<EwcAnchor> anchors, ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (EwcAnchor anchor in anchors)
            for (int i = 0; i < values.Length; i++)
                sum += anchor.Fisher.Span[i] * ((double)values[i] - anchor.Values.Span[i]) * ((double)values[i] - anchor.Values.Span[i]);
        return 0.5 * strength * sum;
    }
}
