using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>One training step.</summary>
public sealed partial class Trainer
{
    readonly GradientBlocks blocks = new();
    readonly AlignedBuffer changed = new();
    Dataset? seen;

    /// <summary>Makes one step on the given examples: loss, gradient, clipping, optimizer.</summary>
    /// <returns>The mean loss of the examples, before the step.</returns>
    /// <exception cref="DivergenceException">The loss or its gradient is not finite. The parameters are unchanged.</exception>
    /// <exception cref="ArgumentException">The data do not fit the method, or its loss; the message says where.</exception>
    /// <exception cref="InvalidOperationException">The trainer has an <see cref="Averaging"/>, which belongs to <see cref="Fit(Dataset, Dataset, CancellationToken)"/>.</exception>
    public double TrainStep(Dataset data, ReadOnlySpan<int> examples)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Averaging is not null)
            throw new InvalidOperationException($"{nameof(Averaging)} is done by {nameof(Fit)}, which knows when to give the model the average: leave it out for single steps.");
        try
        {
            if (!ReferenceEquals(data, seen))
            {
                RequireNoAdapters();
                TargetCheck.Check(trainable.Module, Executor.Method, data);
                if (Communicator is not null)
                    Agree(Settings(ExamplesOf(data)), null, data, null, default);
            }
            seen = data;
            return TrainStep(data, examples, null, null);
        }
        catch (Exception e) when (Tells(e))
        {
            throw;
        }
        catch (CommunicatorException e)
        {
            throw Saved(e);
        }
    }

    /// <param name="data">The data of the batch.</param>
    /// <param name="examples">The examples of the batch.</param>
    /// <param name="batches">The batches whose next this is, or null.</param>
    /// <param name="run">Counts the step, or null.</param>
    double TrainStep(Dataset data, ReadOnlySpan<int> examples, BatchSource? batches, TrainingRun? run)
    {
        using OneCaller.Call call = callers.Enter(), turn = turns.Enter();
        step++;
        // Derived from the optimizer's own count, so that a training that continues from a checkpoint drops the units that it would have dropped.
        Executor.Noise = RandomStream.Derive((uint)Seed, (ulong)optimizer.Moves(trainable.Parameters));
        for (int i = 0; i < trainable.Module.Parameters.Slices.Count; i++)
            Executor.Frozen[i] = !trainable.NeedsGradient(i);
        double loss = Executor.Gradient(data, examples, batches?.States);
        if (!double.IsFinite(loss))
            throw Diverged("loss", loss);
        ParameterStore parameters = trainable.Parameters;
        ReadOnlySpan<float> multipliers = trainable.Multipliers;
        Span<float> gradient = trainable.Gradient(Executor.Gradients);
        // If something other than the module's own parameters is trained, all of it may have a gradient.
        ReadOnlySpan<TouchedRows> touched = ReferenceEquals(parameters, trainable.Module.Parameters) ? Executor.Touched : default;
        if (GradientRule is { } rule)
        {
            // A rule changes a copy, because the executor relies on zeros in the rows that it did not touch.
            changed.Reserve(parameters.Length);
            gradient.CopyTo(changed.Span);
            gradient = changed.Span;
            touched = default;
            rule.Change(new GradientStep(trainable, data, examples, Executor.Noise, loss, gradient));
        }
        GradientNorm = blocks.Norm(parameters, gradient, multipliers, Executor.Workers, touched);
        if (!double.IsFinite(GradientNorm))
            throw Diverged("norm of the gradient", GradientNorm);
        double norm = GradientNorm;
        if (ClipValue is double limit)
        {
            blocks.Clamp(parameters, gradient, multipliers, limit, Executor.Workers, touched);
            norm = blocks.Norm(parameters, gradient, multipliers, Executor.Workers, touched);
        }
        double factor = ClipNorm is double largest ? GradientClip.Factor(norm, largest) : 1;
        AveragedParameters? average = run is not null && run.Epoch + 1 >= Averaging?.FromEpoch ? run.Average : null;
        lock (optimizer.Gate)
        {
            Executor.KeepStates();
            average?.BeforeStep(multipliers, optimizer.MovesAllRows ? default : touched, Executor.Workers);
            optimizer.Step(parameters, gradient, rateFactor, factor, multipliers, Executor.Workers, touched);
            average?.AfterStep();
            trainable.Apply();
            if (run is not null)
            {
                double weight = WeightOf(batches!);
                run.Losses += loss * weight;
                run.Weights += weight;
                run.Norms += GradientNorm;
                run.Batches++;
                run.Step = step;
            }
        }
        return loss;
    }

    DivergenceException Diverged(string what, double value) => new(FormattableString.Invariant(
        $"The {what} is {value} at step {step}, learning rate {optimizer.LearningRate * rateFactor:G3}. ") + (step == 1
            ? "Look for a division by 0, Log or Sqrt of 0"
            : "Try a smaller learning rate, ClipNorm = 1, a warm-up") + ", or scale the data to about -1 .. 1.");
}
