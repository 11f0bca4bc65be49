using RnnDsl.Execution;

namespace RnnDsl.Training;

/// <summary>
/// What a <see cref="Trainer"/> moves: parameters that determine those of a module, whether they are the module's own or others,
/// such as low-rank adapters.
/// </summary>
public interface ITrainable
{
    /// <summary>The module that runs.</summary>
    Module Module { get; }

    /// <summary>What the optimizer moves.</summary>
    ParameterStore Parameters { get; }

    /// <summary>Factors of the learning rate, one per slice of <see cref="Parameters"/>: 0 freezes it. Empty stands for 1
    /// everywhere.</summary>
    ReadOnlySpan<float> Multipliers { get; }

    /// <summary>Gradient with respect to <see cref="Parameters"/>.</summary>
    /// <param name="moduleGradient">Gradient with respect to the module's parameters. May be returned, and may be overwritten.</param>
    Span<float> Gradient(Span<float> moduleGradient);

    /// <summary>Called after <see cref="Parameters"/> changed: gives the module the values that follow from them.</summary>
    void Apply();
}

/// <summary>A module all of whose parameters are trained.</summary>
sealed class WholeModule(Module module) : ITrainable
{
    public Module Module => module;

    public ParameterStore Parameters => module.Parameters;

    public ReadOnlySpan<float> Multipliers => [];

    public Span<float> Gradient(Span<float> moduleGradient) => moduleGradient;

    public void Apply()
    {
    }
}
