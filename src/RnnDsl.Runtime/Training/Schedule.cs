namespace RnnDsl.Training;

/// <summary>
/// The course of the learning rate, as a factor of the optimizer's rate. Time is counted in epochs with fractions, so a schedule means the same for every batch size, and changes
/// with every step.
/// </summary>
/// <remarks>The functions that make one throw an <see cref="ArgumentOutOfRangeException"/> for a number that is not finite, a factor below zero, or a time that is not above zero.</remarks>
public abstract class Schedule
{
    /// <summary>The factor at one time, a finite number that is not below zero.</summary>
    /// <param name="epoch">The number of epochs done so far: 1.5 in the middle of the second.</param>
    /// <param name="epochs">The number of epochs in all.</param>
    public abstract double Factor(double epoch, double epochs);

    /// <summary>Always 1.</summary>
    public static Schedule Constant { get; } = new Curve((_, _) => 1);

    /// <summary>A factor of <paramref name="factor"/> after every <paramref name="every"/> epochs.</summary>
    public static Schedule Step(double every, double factor = 0.1)
    {
        Positive(every, nameof(every));
        Positive(factor, nameof(factor));
        return new Curve((epoch, _) => Math.Pow(factor, Math.Floor(epoch / every)));
    }

    /// <summary>A factor of <paramref name="factor"/> over each epoch.</summary>
    public static Schedule Exponential(double factor)
    {
        Positive(factor, nameof(factor));
        return new Curve((epoch, _) => Math.Pow(factor, epoch));
    }

    /// <summary>From 1 to <paramref name="end"/> along half a cosine (Loshchilov &amp; Hutter 2017).</summary>
    public static Schedule Cosine(double end = 0)
    {
        NotNegative(end, nameof(end));
        return new Curve((epoch, epochs) => Anneal(1, end, epoch / epochs));
    }

    /// <summary>From 1 to <paramref name="end"/> along a line.</summary>
    public static Schedule Linear(double end = 0)
    {
        NotNegative(end, nameof(end));
        return new Curve((epoch, epochs) => 1 + (end - 1) * Math.Clamp(epoch / epochs, 0, 1));
    }

    /// <summary>Rises linearly from <paramref name="from"/> in the first <paramref name="warmUp"/> epochs. Another schedule follows.</summary>
    public static Schedule WarmUp(double warmUp, Schedule? then = null, double from = 0.01)
    {
        Positive(warmUp, nameof(warmUp));
        NotNegative(from, nameof(from));
        Schedule rest = then ?? Constant;
        return new Curve((epoch, epochs) =>
        {
            double left = Math.Max(epochs - warmUp, double.Epsilon);
            return epoch < warmUp ? (from + (1 - from) * epoch / warmUp) * rest.Factor(0, left) : rest.Factor(epoch - warmUp, left);
        });
    }

    /// <summary>Rises to 1 and falls almost to zero, both along half a cosine (Smith &amp; Topin 2019; shape and defaults of PyTorch's OneCycleLR).</summary>
    /// <param name="rise">The part of the time that the rise takes.</param>
    /// <param name="start">Factor at the start.</param>
    /// <param name="end">Factor at the end.</param>
    public static Schedule OneCycle(double rise = 0.3, double start = 1 / 25.0, double end = 1 / 250000.0)
    {
        if (rise is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rise), rise, "The rise takes a part of the time, between 0 and 1.");
        NotNegative(start, nameof(start));
        NotNegative(end, nameof(end));
        return new Curve((epoch, epochs) =>
        {
            double time = epoch / epochs;
            return time < rise ? Anneal(start, 1, time / rise) : Anneal(1, end, (time - rise) / (1 - rise));
        });
    }

    static double Anneal(double from, double to, double time) =>
        to + (from - to) * 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(time, 0, 1)));

    static void Positive(double value, string name)
    {
        if (!double.IsFinite(value) || value <= 0)
            throw new ArgumentOutOfRangeException(name, value, "It is a finite number above zero.");
    }

    static void NotNegative(double value, string name)
    {
        if (!double.IsFinite(value) || value < 0)
            throw new ArgumentOutOfRangeException(name, value, "It is a factor of the learning rate, a finite number that is not below zero.");
    }

    sealed class Curve(Func<double, double, double> factor) : Schedule
    {
        public override double Factor(double epoch, double epochs) => factor(epoch, epochs);
    }
}
