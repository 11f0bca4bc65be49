namespace RnnDsl.Training;

/// <summary>The numbers on which <see cref="GradientCheck.Verify"/> compares, and the tolerances.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>The seed of all random numbers. The same seed gives the same numbers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The number of steps of each example. If a method reads sequences of several lengths, the others get lengths of their own, of up to twice as many steps.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [5, 3, 1];

    /// <summary>The number of single derivatives that are compared for each parameter, input and state, besides the derivative along a random direction in which all numbers take part.</summary>
    public int Elements { get; init; } = 3;

    /// <summary>The smallest value of an input. Targets of <c>BinaryCrossEntropy</c> and <c>CrossEntropy</c> are probabilities in any case.</summary>
    public double Low { get; init; } = -1;

    /// <summary>The largest value of an input.</summary>
    public double High { get; init; } = 1;

    /// <summary>How far from its declared first value a number of a state may start, at most. States that must be positive, such as weights of which the equations take the logarithm, need less than their
    /// first value; 0 starts all states where they are declared.</summary>
    public double StateSpread { get; init; } = 0.5;

    /// <summary>Whether parameters are moved by random numbers during the check, so that biases are not all zero. Fixed parameters are not moved. Otherwise the current values are
    /// used.</summary>
    public bool MovesParameters { get; init; } = true;

    /// <summary>The allowed difference between a result and that of the equations, relative to the largest result. Compiled sigmoids and tanhs are accurate to 2.5e-7.</summary>
    public double ValueTolerance { get; init; } = 2e-5;

    /// <summary>The allowed difference between a derivative and that of the equations, relative to the largest derivative with respect to numbers of the same array. Along a random
    /// direction it is relative to the gradient's norm.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The methods to compare; null for all.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Parameters ("encoder.clip") whose gradients are not compared: those behind a <c>StopGradient</c>, which differences do not see.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Whether gradients are compared, rather than values only.</summary>
    public bool Gradients { get; init; } = true;

    internal void Check()
    {
        if (Lengths.Count == 0 || Lengths.Any(length => length < 1))
            throw new ArgumentException($"{nameof(Lengths)} needs at least one example, and each needs at least one step.");
        ArgumentOutOfRangeException.ThrowIfNegative(Elements);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Tolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ValueTolerance);
        if (!(StateSpread >= 0) || !double.IsFinite(StateSpread))
            throw new ArgumentOutOfRangeException(nameof(StateSpread), StateSpread, "It is a distance: 0 or more.");
        if (!(Low < High) || !double.IsFinite(High - Low))
            throw new ArgumentException(FormattableString.Invariant($"Inputs are drawn from {nameof(Low)} to {nameof(High)}, but these are {Low} and {High}."));
    }
}
