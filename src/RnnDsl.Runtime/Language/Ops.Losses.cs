namespace RnnDsl;

// Losses: scalars that say how far a prediction is from its target. A sequence's loss is the mean over its steps.
public static partial class Ops
{
    /// <summary>The mean over units and time of (prediction − target)².</summary>
    public static Scalar MeanSquaredError<D>(Vec<D> prediction, Vec<D> target) =>
        Mean(Vec<D>.Zip(prediction, target, static (p, t) => Functions.Square(p - t)));

    /// <inheritdoc cref="MeanSquaredError{D}(Vec{D}, Vec{D})"/>
    public static Scalar MeanSquaredError<D>(Seq<D> prediction, Seq<D> target) =>
        prediction.MeanOf(target, MeanSquaredError);

    /// <inheritdoc cref="MeanSquaredError{D}(Vec{D}, Vec{D})"/>
    public static Scalar MeanSquaredError(Scalar prediction, Scalar target) => Square(prediction - target);

    /// <summary>The mean over units and time of |prediction − target|.</summary>
    public static Scalar MeanAbsoluteError<D>(Vec<D> prediction, Vec<D> target) =>
        Mean(Vec<D>.Zip(prediction, target, static (p, t) => Math.Abs(p - t)));

    /// <inheritdoc cref="MeanAbsoluteError{D}(Vec{D}, Vec{D})"/>
    public static Scalar MeanAbsoluteError<D>(Seq<D> prediction, Seq<D> target) =>
        prediction.MeanOf(target, MeanAbsoluteError);

    /// <inheritdoc cref="MeanAbsoluteError{D}(Vec{D}, Vec{D})"/>
    public static Scalar MeanAbsoluteError(Scalar prediction, Scalar target) => Abs(prediction - target);

    /// <summary>The mean over units and time of ½e² where |e| ≤ <paramref name="delta"/> = δ, and of δ·(|e| − ½δ) elsewhere, with e = prediction − target (Huber 1964).</summary>
    /// <exception cref="ArgumentException"><paramref name="delta"/> is not above zero.</exception>
    public static Scalar Huber<D>(Vec<D> prediction, Vec<D> target, double delta = 1) =>
        Mean(Vec<D>.Zip(prediction, target, (p, t) => Functions.Huber(p - t, delta)));

    /// <inheritdoc cref="Huber{D}(Vec{D}, Vec{D}, double)"/>
    public static Scalar Huber<D>(Seq<D> prediction, Seq<D> target, double delta = 1) =>
        prediction.MeanOf(target, (p, t) => Huber(p, t, delta));

    /// <inheritdoc cref="Huber{D}(Vec{D}, Vec{D}, double)"/>
    public static Scalar Huber(Scalar prediction, Scalar target, double delta = 1) =>
        Functions.Huber(prediction.Value - target.Value, delta);

    /// <summary>−Σ target · log softmax(logits) over the classes, the mean of it over time.</summary>
    /// <param name="logits">Scores of the classes, before any softmax.</param>
    /// <param name="targetDistribution">Probabilities of the classes: one-hot, or any other distribution.</param>
    public static Scalar CrossEntropy<D>(Vec<D> logits, Vec<D> targetDistribution) => -Dot(targetDistribution, LogSoftmax(logits));

    /// <inheritdoc cref="CrossEntropy{D}(Vec{D}, Vec{D})"/>
    /// <remarks>A step whose target is the zero vector does not count, neither in the sum nor in the number of steps by which the sum is divided. If no step counts, the loss is 0.</remarks>
    public static Scalar CrossEntropy<D>(Seq<D> logits, Seq<D> targetDistribution) =>
        logits.MeanOf(targetDistribution, CrossEntropy) * logits.Steps / Math.Max(1, targetDistribution.All.Count(step => step.Values.Any(value => value != 0)));

    /// <summary>The mean over units and time of −t·log σ(x) − (1 − t)·log(1 − σ(x)), without overflow.</summary>
    /// <param name="logits">Scores x, before any sigmoid.</param>
    /// <param name="targets">Targets t from 0 to 1.</param>
    public static Scalar BinaryCrossEntropy<D>(Vec<D> logits, Vec<D> targets) =>
        Mean(Vec<D>.Zip(logits, targets, Functions.BinaryCrossEntropy));

    /// <inheritdoc cref="BinaryCrossEntropy{D}(Vec{D}, Vec{D})"/>
    public static Scalar BinaryCrossEntropy<D>(Seq<D> logits, Seq<D> targets) => logits.MeanOf(targets, BinaryCrossEntropy);
}
