using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>
/// Changes the gradient of each step of a <see cref="Trainer"/>, before it is clipped and before the optimizer moves the parameters: a penalty, a projection, a second loss.
/// Set it as <see cref="Trainer.GradientRule"/>.
/// </summary>
public interface IGradientRule
{
    /// <summary>Changes <see cref="GradientStep.Gradient"/>. It is called once in each training step, on the trainer's thread.</summary>
    void Change(GradientStep step);
}

/// <summary>One training step, as an <see cref="IGradientRule"/> sees it.</summary>
public readonly ref struct GradientStep
{
    readonly Dataset data;

    internal GradientStep(ITrainable trainable, Dataset data, ReadOnlySpan<int> examples, ulong noise, double loss, Span<float> gradient)
    {
        Trainable = trainable;
        this.data = data;
        Examples = examples;
        Noise = noise;
        Loss = loss;
        Gradient = gradient;
    }

    /// <summary>What is trained.</summary>
    public ITrainable Trainable { get; }

    /// <summary>The data of the step. With <see cref="Trainer.ChunkSteps"/> they are chunks of the sequences.</summary>
    /// <exception cref="InvalidOperationException">The data are <see cref="PartitionedDataset"/>, which no rank needs to have whole.</exception>
    public Dataset Data => data.Partition is null ? data : throw new InvalidOperationException(
        $"A gradient rule reads the data of a step, and these are in {data.Parts.Length} parts, which no rank needs to have whole: " +
        $"train on a {nameof(Dataset)}, or with a rule that reads no data.");

    /// <summary>The numbers of the step's examples in <see cref="Data"/>.</summary>
    public ReadOnlySpan<int> Examples { get; }

    /// <summary>The key of what the step drops; see <see cref="Executor.Noise"/>.</summary>
    public ulong Noise { get; }

    /// <summary>The mean loss of the examples, before the step.</summary>
    public double Loss { get; }

    /// <summary>The gradient with respect to <see cref="ITrainable.Parameters"/>, to be changed. It is laid out like them and dense, also for tables of which the loss reads single rows. The
    /// gaps between the parameters must stay zero.</summary>
    public Span<float> Gradient { get; }

    /// <summary>Adds a multiple of another gradient.</summary>
    /// <param name="moduleGradient">A gradient with respect to the parameters of the module, such as <see cref="Executor.Gradients"/> of another loss. It may be overwritten.</param>
    /// <param name="weight">The factor.</param>
    /// <exception cref="ArgumentException">It has another length than the module's parameters.</exception>
    public void Add(Span<float> moduleGradient, double weight)
    {
        ParameterStore parameters = Trainable.Module.Parameters;
        if (moduleGradient.Length != parameters.Length)
            throw new ArgumentException($"The gradient has {moduleGradient.Length} floats, but the parameters of {Trainable.Module.Info.Name} take {parameters.Length}.", nameof(moduleGradient));
        TensorPrimitives.MultiplyAdd(Trainable.Gradient(moduleGradient), (float)weight, Gradient, Gradient);
    }
}
