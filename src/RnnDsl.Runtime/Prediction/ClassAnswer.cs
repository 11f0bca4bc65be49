using System.Globalization;
using System.Numerics.Tensors;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>The class that a model predicts for an example.</summary>
/// <param name="Class">The most probable class.</param>
/// <param name="Probabilities">The probabilities of all classes with their names, in the model's order.</param>
public sealed record ClassAnswer(string Class, IReadOnlyList<(string Class, double Probability)> Probabilities)
{
    /// <summary>The probability of the most probable class.</summary>
    public double Probability => Of(Class);

    /// <summary>The probability of a class.</summary>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public double Of(string name)
    {
        foreach ((string other, double probability) in Probabilities)
            if (other == name)
                return probability;
        throw new ArgumentException($"There is no class '{name}'. {NearestName.Hint(name, [.. Probabilities.Select(p => p.Class)])}", nameof(name));
    }

    /// <summary>Combines a model's probabilities with the names of the classes.</summary>
    /// <param name="classes">The names, in the order of the model's units.</param>
    /// <param name="probabilities">Probabilities, as <c>Softmax</c> computes them.</param>
    /// <exception cref="ArgumentException">There are more or fewer names than values, or two are alike.</exception>
    /// <exception cref="InvalidOperationException">The values are no probabilities.</exception>
    public static ClassAnswer Create(IReadOnlyList<string> classes, ReadOnlySpan<float> probabilities)
    {
        if (classes.Count != probabilities.Length)
            throw new ArgumentException($"There are {classes.Count} names of classes, but {probabilities.Length} probabilities.", nameof(classes));
        if (Names.Repeated(classes) is { } repeated)
            throw new ArgumentException($"Two classes are named '{repeated}'.", nameof(classes));
        CheckProbabilities(probabilities, "The model");
        var named = new (string, double)[classes.Count];
        for (int i = 0; i < named.Length; i++)
            named[i] = (classes[i], probabilities[i]);
        return new ClassAnswer(classes[TensorPrimitives.IndexOfMax(probabilities)], named);
    }

    /// <param name="values">The method's values for one example or step.</param>
    /// <param name="source">The method, such as "Model.Predict".</param>
    /// <exception cref="InvalidOperationException">They are no probabilities.</exception>
    internal static void CheckProbabilities(ReadOnlySpan<float> values, string source)
    {
        if (!(MathF.Abs(TensorPrimitives.Sum(values) - 1) < 1e-3f) || values.ContainsAnyInRange(float.NegativeInfinity, -1e-6f))
            throw new InvalidOperationException($"{source} gives values that are no probabilities, such as {string.Join(", ", values[..Math.Min(4, values.Length)].ToArray().Select(v => v.ToString("G4", CultureInfo.InvariantCulture)))}: return Softmax of the scores.");
    }

    /// <summary>"idle (0.93)".</summary>
    public override string ToString() => FormattableString.Invariant($"{Class} ({Probability:F2})");
}
