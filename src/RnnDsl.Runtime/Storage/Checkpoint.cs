using System.Globalization;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Storage;

/// <summary>
/// A training that can be continued later. It is a <see cref="ModelFile"/>, which can be loaded like any other, that also holds everything that the rest of the training depends
/// on. For a parameter's tensor "encoder.Wi" it has, as F32, the optimizer's memory ("encoder.Wi/first", "encoder.Wi/second") and the value after the last step if that is
/// different ("encoder.Wi/last"). With <see cref="Trainer.Averaging"/> it has the averages ("encoder.Wi/average") too. It can be saved between any two steps: after <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>, in <see cref="Trainer.EpochDone"/>,
/// in <see cref="Trainer.StepDone"/>,
/// and between calls of <see cref="Trainer.TrainStep(Dataset, ReadOnlySpan{int})"/>.
/// <code>
/// trainer.EpochDone += _ => Checkpoint.Save("run.safetensors", model, optimizer);
/// // In another process, with a trainer of the same settings and the same data:
/// Checkpoint.Load("run.safetensors", model, optimizer);
/// trainer.Fit(train, validation);      // continues the other run, and ends like an uninterrupted one, to the bit
/// </code>
/// Used as a model's file, it is what Fit would have left: with validation data and <see cref="Trainer.KeepBest"/>, the best parameters so far, and with <see cref="Trainer.Averaging"/> averaged ones. Load gives the model the last
/// parameters, to continue the training. The settings of trainer, optimizer, adapters and <see cref="FineTuning"/> are the caller's; <see cref="History.Differences"/> names those
/// that have changed, and says whether the data have, of which the file holds a checksum.
/// </summary>
public static class Checkpoint
{
    /// <summary>Writes the model and its training. The file is replaced completely, or not at all.</summary>
    /// <param name="path">The path, usually "….safetensors".</param>
    /// <param name="model">The model. It may have attached adapters that are trained in its place.</param>
    /// <param name="optimizer">The optimizer that trains it.</param>
    /// <param name="scaler">How the model's data are scaled.</param>
    /// <param name="metadata">Your own texts by name.</param>
    /// <exception cref="InvalidOperationException">A value is NaN or infinite, or the optimizer moves parameters of another model.</exception>
    public static void Save(string path, Module model, Optimizer optimizer, Scaler? scaler = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        lock (optimizer.Gate)
            Write(path, model, optimizer, scaler, metadata);
    }

    static void Write(string path, Module model, Optimizer optimizer, Scaler? scaler, IReadOnlyDictionary<string, string>? metadata)
    {
        AdapterTraining? adapters = AdapterTraining.AttachedTo(model).FirstOrDefault(a => optimizer.Remembers(a.Parameters));
        ParameterStore parameters = adapters?.Parameters ?? model.Parameters;
        OptimizerMemory memory = optimizer.Remember(parameters);
        TrainingRun? run = optimizer.Run is { } stands && stands.Stands(optimizer, parameters) ? stands : null;
        run?.Note(optimizer.LearningRate);
        float[] last = run?.Last ?? parameters.Snapshot();
        float[]? left = run?.Leaves(last);
        AverageMemory? average = run?.Average?.Remember();
        var tensors = new List<StoredTensor>();
        for (int i = 0; i < memory.Memories.Length; i++)
            Add(parameters.Slices, memory.Memories[i], StoredParameters.MemorySuffixes[i]);
        if (left is not null || adapters is not null)
            Add(parameters.Slices, last, StoredParameters.LastSuffix);
        if (run?.Best is { } best && adapters is not null)
            Add(parameters.Slices, best, StoredParameters.BestSuffix);
        if (adapters is not null)
            Add(adapters.Changed, adapters.Original.ToArray(), StoredParameters.OriginalSuffix);
        if (average is not null)
        {
            Add(parameters.Slices, average.Values, StoredParameters.AverageSuffix);
            tensors.AddRange(parameters.Slices.Zip(average.CountedRows).Where(p => p.Second is not null).Select(p => AverageTensors.Counts(p.First, p.Second!)));
        }
        AddStates(tensors, run);
        string text = string.Join(' ', [memory.Optimizer, .. memory.Steps.Prepend(memory.Calls).Select(n => n.ToString(CultureInfo.InvariantCulture))]);
        var training = new TrainingText([.. parameters.Slices.Select(p => p.Name)], adapters?.Scale,
            average is null ? null : new AverageText(average.Rule, average.Steps, average.Counted, HasBest: run!.Best is not null), run);
        // A training that goes on meanwhile reads the model, which is not changed therefore.
        ModelFile.Write(path, model, scaler, metadata, StoredPrecision.Float32, [], tensors,
            [new(ModelFileInfo.OptimizerKey, text), new(ModelFileInfo.TrainingKey, training.Write())], left is null || adapters is null ? left : adapters.Applied(left));

        void Add(IEnumerable<Parameter> slices, float[] values, string suffix)
        {
            foreach (Parameter parameter in slices)
            {
                ReadOnlyMemory<float> own = values.AsMemory(parameter.Offset, parameter.Length);
                if (Rows.FirstNotFinite(own.Span) is int index)
                    throw new InvalidOperationException(FormattableString.Invariant(
                        $"Not saved: '{parameter.Name}{suffix}' of the training with {memory.Optimizer} is {own.Span[index]} at index {index}."));
                tensors.Add(new(parameter.Name + suffix, "F32", StoredParameters.Shape(parameter.Info), () => own.Span));
            }
        }
    }

    /// <summary>Gives the model its parameters after the last step, and the optimizer its memory and the state of the training. Attached adapters get their values too. If anything
    /// fails, everything is unchanged.</summary>
    /// <returns>The file's description of its model.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, belongs to another model or another kind of optimizer, holds no optimizer, or was saved with other adapters.</exception>
    public static ModelFileInfo Load(string path, Module model, Optimizer optimizer)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return OneLine.Named(path, () => Load(file, model, optimizer));
    }

    static ModelFileInfo Load(SafetensorsFile file, Module model, Optimizer optimizer)
    {
        ModelFit fit = ModelFile.Read(
            file, model, "Make the model as it was when the checkpoint was saved, or begin a new training with what fits: ModelFile.Load with strict: false.");
        if (!file.Metadata.TryGetValue(ModelFileInfo.OptimizerKey, out string? text))
            throw new InvalidDataException("It holds a model and no optimizer: load it as a model's file.");
        TrainingText? training = file.Metadata.TryGetValue(ModelFileInfo.TrainingKey, out string? json) ? TrainingText.Read(json) : null;
        AdapterTraining? adapters = Adapters(model, training);
        ParameterStore parameters = adapters?.Parameters ?? model.Parameters;
        var tensors = new CheckpointTensors(file, parameters, optimizer);
        OptimizerMemory memory = Memory(text, training, optimizer, tensors);
        bool hasLast = adapters is not null || parameters.Slices.Any(p => file.Find(p.Name + StoredParameters.LastSuffix) is not null);
        float[]? last = hasLast ? tensors.Read(StoredParameters.LastSuffix) : null;
        bool hasBest = adapters is null ? hasLast && training?.Average is not { HasBest: false } : parameters.Slices.Any(p => file.Find(p.Name + StoredParameters.BestSuffix) is not null);
        float[]? best = !hasBest ? null : adapters is null ? CheckpointTensors.Lay(model, fit) : tensors.Read(StoredParameters.BestSuffix);
        float[] whole = CheckpointTensors.Lay(model, fit);
        if (adapters is not null)
            new CheckpointTensors(file, model.Parameters, optimizer).Read(StoredParameters.OriginalSuffix, adapters.Changed, whole);
        if (training?.Run is { } run)
        {
            (run.Best, run.States, run.Average) = (best, tensors.ReadStates(), training.Average is null ? null : AverageTensors.Read(file, tensors, training));
            if (run.Multipliers.Length != 0 && run.Multipliers.Length != parameters.Slices.Count)
                throw new InvalidDataException($"The metadata '{ModelFileInfo.TrainingKey}' have {run.Multipliers.Length} multipliers for {parameters.Slices.Count} parameters.");
        }
        // Nothing can fail from here on.
        if (adapters is not null)
            adapters.Resume(whole, last);
        else
            model.Parameters.Restore(last ?? whole);
        optimizer.Resume(parameters, memory);
        optimizer.Run = training?.Run;
        if (optimizer.Run is { } loaded)
            loaded.Moves = optimizer.Moves(parameters);
        return fit.Report();
    }

    /// <summary>The attached adapters to which the file belongs; null if it belongs to none and none are attached.</summary>
    static AdapterTraining? Adapters(Module model, TrainingText? training)
    {
        IReadOnlyList<AdapterTraining> attached = AdapterTraining.AttachedTo(model.Outermost);
        if (training?.AdapterScale is not float scale)
            return attached.Count == 0 ? null
                : throw new InvalidDataException($"It is of a training without adapters, and {model.Info.Name} has adapters attached: {AdapterTraining.WayOut} before it is loaded.");
        return attached.FirstOrDefault(a => a.Scale == scale && a.Parameters.Slices.Select(p => p.Name).Order().SequenceEqual(training.Parameters.Order()))
            ?? throw new InvalidDataException($"It is of a training of adapters, and {model.Info.Name} has {(attached.Count == 0 ? "none" : "others")} attached: attach those with alpha/rank = " +
                $"{scale.ToString(CultureInfo.InvariantCulture)} that have the parameters {string.Join(", ", training.Parameters)}.");
    }

    static OptimizerMemory Memory(string text, TrainingText? training, Optimizer optimizer, CheckpointTensors tensors)
    {
        IReadOnlyList<Parameter> slices = tensors.Parameters.Slices;
        string[] words = text.Split(' ');
        if (words[0] != optimizer.GetType().Name)
            throw new InvalidDataException($"It was trained with {words[0]}, not with {optimizer.GetType().Name}.");
        long[] numbers = [.. words.Skip(1).Select(word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1)];
        if (numbers.Length != slices.Count + 1 || numbers.Min() < 0 || numbers[0] > int.MaxValue)
            throw new InvalidDataException($"The metadata '{ModelFileInfo.OptimizerKey}' are not a name and {slices.Count + 1} counts of steps.");
        // The counts have the order that the parameters had then. The first version knew no other order than the model's.
        List<string> order = [.. training?.Parameters ?? [.. slices.Select(p => p.Name)]];
        long[] steps = [.. slices.Select(p => order.IndexOf(p.Name) is >= 0 and var place && place < slices.Count ? numbers[place + 1]
            : throw new InvalidDataException($"The metadata '{ModelFileInfo.TrainingKey}' do not name parameter '{p.Name}'."))];
        return new(words[0], (int)numbers[0], steps, [.. StoredParameters.MemorySuffixes.Take(optimizer.MemoryCount).Select(tensors.Read)]);
    }

    static void AddStates(List<StoredTensor> tensors, TrainingRun? run)
    {
        for (int i = 0; i < (run?.States?.Length ?? 0); i++)
        {
            float[] values = run!.States![i];
            tensors.Add(new(StoredParameters.StatePrefix + i.ToString(CultureInfo.InvariantCulture), "F32", [values.Length], () => values));
        }
    }
}
