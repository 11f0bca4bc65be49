using RnnDsl.Execution;

namespace RnnDsl.Training;

/// <summary>
/// What a <see cref="Trainer"/> trains: parameters that determine those of a module. They may be the module's own or others, such as low-rank adapters.
/// </summary>
public interface ITrainable
{
    /// <summary>The module that runs.</summary>
    Module Module { get; }

    /// <summary>The parameters that the optimizer moves.</summary>
    ParameterStore Parameters { get; }

    /// <summary>The factors of the learning rate, one for each slice of <see cref="Parameters"/>; 0 freezes it. An empty span stands for 1 everywhere.</summary>
    ReadOnlySpan<float> Multipliers { get; }

    /// <summary>Whether <see cref="Gradient"/> reads the gradient of this parameter of the module. If it does not, a step computes nothing that only such parameters need, and it finds zeros. The answer
    /// may change from step to step.</summary>
    /// <param name="parameter">The index among the slices of the module's parameters.</param>
    bool NeedsGradient(int parameter) => true;

    /// <summary>The gradient with respect to <see cref="Parameters"/>.</summary>
    /// <param name="moduleGradient">The gradient with respect to the module's parameters. It may be returned, and may be overwritten.</param>
    Span<float> Gradient(Span<float> moduleGradient);

    /// <summary>Called after <see cref="Parameters"/> have changed. Gives the module the values that follow from them.</summary>
    void Apply();
}

/// <summary>A module of which all parameters are trained.</summary>
sealed class WholeModule(Module module) : ITrainable
{
    public Module Module { get; } = module ?? throw new ArgumentNullException(nameof(module));

    public ParameterStore Parameters => Module.Parameters;

    public ReadOnlySpan<float> Multipliers => [];

    public Span<float> Gradient(Span<float> moduleGradient) => moduleGradient;

    public void Apply()
    {
    }
}
