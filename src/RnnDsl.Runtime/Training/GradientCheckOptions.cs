namespace RnnDsl.Training;

/// <summary>On which numbers <see cref="GradientCheck.Verify"/> compares, and how closely.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>Of all random numbers: the same seed gives the same numbers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Steps of each example. Where a method reads sequences of several lengths, the others have lengths of their own, of up to twice as many steps.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [5, 3, 1];

    /// <summary>Single derivatives that are compared of each parameter, input and state, beside the one along a random direction that all its numbers have a part in.</summary>
    public int Elements { get; init; } = 3;

    /// <summary>Least value of an input; targets of <c>BinaryCrossEntropy</c> and <c>CrossEntropy</c> are probabilities whatever it is.</summary>
    public double Low { get; init; } = -1;

    /// <summary>Largest value of an input.</summary>
    public double High { get; init; } = 1;

    /// <summary>Whether parameters are moved by random numbers for the time of the check, so that biases are not all zero; what is fixed is not moved. Without it the values of now are used.</summary>
    public bool MovesParameters { get; init; } = true;

    /// <summary>How far a result may be from that of the equations, in parts of the largest result. Compiled sigmoids and tanhs are right to 2.5e-7.</summary>
    public double ValueTolerance { get; init; } = 2e-5;

    /// <summary>How far a derivative may be from that of the equations, in parts of the largest derivative by numbers of the same array; along a random direction in parts of the gradient's norm.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The methods to compare; null for all.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Parameters ("encoder.clip") whose gradients are not compared: those behind a <c>StopGradient</c>, which differences do not see.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Whether gradients are compared, or values alone.</summary>
    public bool Gradients { get; init; } = true;

    internal void Check()
    {
        if (Lengths.Count == 0 || Lengths.Any(length => length < 1))
            throw new ArgumentException($"{nameof(Lengths)} needs at least one example, and each needs at least one step.");
        ArgumentOutOfRangeException.ThrowIfNegative(Elements);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Tolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ValueTolerance);
        if (!(Low < High) || !double.IsFinite(High - Low))
            throw new ArgumentException(FormattableString.Invariant($"Inputs are drawn from {nameof(Low)} to {nameof(High)}, but these are {Low} and {High}."));
    }
}
