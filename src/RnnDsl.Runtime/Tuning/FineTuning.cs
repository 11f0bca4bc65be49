using RnnDsl.Execution;
using RnnDsl.Training;

namespace RnnDsl.Tuning;

/// <summary>
/// Says which parameters are trained, and how fast. Parameters are named by patterns with * for any characters and ? for one character. If several patterns match, the last one
/// counts. Frozen parameters keep every bit.
/// <code>
/// var tuning = new FineTuning(model).Freeze("*").Train("head.*").Scale("encoder.b?", 0.1);
/// using var trainer = new Trainer(tuning, new Adam());
/// </code>
/// </summary>
public sealed class FineTuning : ITrainable
{
    readonly ITrainable inner;
    readonly float[] multipliers;

    /// <summary>Fine-tunes a module. Everything is trained until something else is said.</summary>
    public FineTuning(Module module) : this(new WholeModule(module ?? throw new ArgumentNullException(nameof(module))))
    {
    }

    /// <summary>Fine-tunes an object that is trained in a module's place, such as <see cref="LowRankAdapters"/>.</summary>
    public FineTuning(ITrainable inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        this.inner = inner;
        multipliers = new float[inner.Parameters.Slices.Count];
        if (inner.Multipliers.IsEmpty)
            multipliers.AsSpan().Fill(1);
        else
            inner.Multipliers.CopyTo(multipliers);
        for (int i = 0; i < multipliers.Length; i++)
            multipliers[i] = Optimizer.Multiplier(inner.Parameters.Slices[i], multipliers, i);
    }

    /// <inheritdoc/>
    public Module Module => inner.Module;

    /// <inheritdoc/>
    public ParameterStore Parameters => inner.Parameters;

    /// <inheritdoc/>
    public ReadOnlySpan<float> Multipliers => multipliers;

    /// <summary>What is trained so far.</summary>
    public TuningReport Report => TuningReport.Of(this);

    /// <summary>Freezes these parameters.</summary>
    /// <exception cref="ArgumentException">No parameter matches a pattern.</exception>
    public FineTuning Freeze(params ReadOnlySpan<string> patterns)
    {
        foreach (string pattern in patterns)
            Scale(pattern, 0);
        return this;
    }

    /// <summary>Trains these parameters at the full learning rate.</summary>
    /// <exception cref="ArgumentException">No parameter matches a pattern.</exception>
    public FineTuning Train(params ReadOnlySpan<string> patterns)
    {
        foreach (string pattern in patterns)
            Scale(pattern, 1);
        return this;
    }

    /// <summary>Trains the vectors and numbers among these parameters at the full learning rate: biases, and also peepholes and the gains of normalizations (BitFit, Zaken et al. 2022).</summary>
    /// <param name="patterns">The parameters; none for all.</param>
    /// <exception cref="ArgumentException">A pattern matches no parameter, or matrices alone.</exception>
    public FineTuning TrainVectors(params ReadOnlySpan<string> patterns)
    {
        foreach (string pattern in patterns.IsEmpty ? ["*"] : patterns)
        {
            int[] vectors = [.. NamePattern.SelectTrained(Parameters, pattern).Where(index => Parameters.Slices[index].Info.Rank < 2)];
            if (vectors.Length == 0)
                throw new ArgumentException($"'{pattern}' matches matrices alone.", nameof(patterns));
            foreach (int index in vectors)
                multipliers[index] = 1;
        }
        return this;
    }

    /// <summary>Trains these parameters at a multiple of the learning rate.</summary>
    /// <exception cref="ArgumentException">No parameter matches the pattern.</exception>
    public FineTuning Scale(string pattern, double multiplier)
    {
        if (!float.IsFinite((float)multiplier) || multiplier < 0 || (multiplier > 0 && (float)multiplier == 0))
            throw new ArgumentOutOfRangeException(nameof(multiplier), multiplier, "A multiplier is a finite number in single precision, not below zero; 0 freezes.");
        foreach (int index in NamePattern.SelectTrained(Parameters, pattern))
            multipliers[index] = (float)multiplier;
        return this;
    }

    /// <summary>Continues with these factors of the learning rate.</summary>
    internal void Resume(ReadOnlySpan<float> factors)
    {
        factors.CopyTo(multipliers);
        for (int i = 0; i < multipliers.Length; i++)
            multipliers[i] = Optimizer.Multiplier(Parameters.Slices[i], multipliers, i);
    }

    /// <inheritdoc/>
    public bool NeedsGradient(int parameter) => inner.NeedsGradient(parameter) && (!ReferenceEquals(Parameters, Module.Parameters) || multipliers[parameter] != 0);

    /// <inheritdoc/>
    public Span<float> Gradient(Span<float> moduleGradient) => inner.Gradient(moduleGradient);

    /// <inheritdoc/>
    public void Apply() => inner.Apply();
}
