namespace RnnDsl.Training;

/// <summary>
/// A mean of the parameters over the steps of a training. It is smoother than the parameters of any single step, and often generalizes better. The optimizer goes on from the
/// parameters themselves. Set it as
/// <see cref="Trainer.Averaging"/>.
/// <code>
/// using var trainer = new Trainer(model, new AdamW()) { Averaging = WeightAverage.Exponential(0.999) };
/// </code>
/// </summary>
public sealed class WeightAverage
{
    WeightAverage(double decay, int fromEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromEpoch, 1);
        (Decay, FromEpoch) = (decay, fromEpoch);
    }

    /// <summary>The first epoch, from 1, whose steps count. Before it there is no average, and the parameters themselves are validated.</summary>
    public int FromEpoch { get; }

    /// <summary>
    /// The exponential moving average, a ← d·a + (1 − d)·w after each step. Its weights are divided by their sum, as Adam's are (Kingma &amp; Ba 2015, section 3), so that the
    /// initial parameters have no part in it: after the first
    /// step it is w.
    /// </summary>
    /// <param name="decay">d, above 0 and below 1. Some 1 / (1 − d) steps have a part in the average: 0.999 is usual, 0.99 for trainings of some hundreds of steps, 0.9999 for
    /// those of many thousands.</param>
    /// <param name="fromEpoch">The first epoch whose steps count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is not between 0 and 1, or the epoch is below 1.</exception>
    public static WeightAverage Exponential(double decay = 0.999, int fromEpoch = 1) => decay is > 0 and < 1 ? new(decay, fromEpoch)
        : throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay is a number above 0 and below 1, such as 0.999.");

    /// <summary>
    /// The mean of the parameters after all steps from an epoch on, each with the same weight (Polyak &amp; Juditsky 1992). With a learning rate that stays high, and the last
    /// quarter of the epochs, it is stochastic weight averaging
    /// (Izmailov et al. 2018), which counts one step of each epoch in place of all.
    /// </summary>
    /// <param name="fromEpoch">The first epoch whose steps count, from 1: usually after the loss has stopped falling fast.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is below 1.</exception>
    public static WeightAverage Uniform(int fromEpoch) => new(1, fromEpoch);

    /// <summary>"exponential, 0.999, from epoch 1" or "uniform, from epoch 5".</summary>
    public override string ToString() => FormattableString.Invariant($"{(Decay == 1 ? "uniform" : $"exponential, {Decay:R}")}, from epoch {FromEpoch}");

    /// <summary>The decay; 1 for equal weights.</summary>
    internal double Decay { get; }

    /// <summary>The average before the first step. Made here alone, so that a native program whose trainings have no average is without all that computes one.</summary>
    internal AveragedParameters Begin(ParameterStore parameters) => new(this, parameters);

    /// <summary>The average with this decay, as a checkpoint keeps it.</summary>
    internal static WeightAverage Of(double decay, int fromEpoch) => decay == 1 ? Uniform(fromEpoch) : Exponential(decay, fromEpoch);

    /// <summary>The sum of the weights of a number of steps, each a factor of d below the next.</summary>
    internal double Sum(long steps) => Decay == 1 ? steps : 1 - Math.Pow(Decay, steps);

    /// <summary>The part that the last steps have in the average of all.</summary>
    /// <param name="last">The number of the last steps.</param>
    /// <param name="sum">The <see cref="Sum"/> of all steps.</param>
    internal double Part(long last, double sum) => Sum(last) / sum;
}
