using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Kernels;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Storage;

/// <summary>
/// A training that can go on later: a <see cref="ModelFile"/>, which can be loaded as any other, that also holds what the optimiser remembers, as F32 tensors
/// "encoder.Wi/first" and "encoder.Wi/second" beside the parameter's. Steps after a load are those that would have come without it, to the bit; an epoch goes on with
/// <see cref="Trainer.EpochsDone"/>.
/// </summary>
public static class Checkpoint
{
    /// <summary>Writes model and optimiser. The file is replaced as a whole, or not at all.</summary>
    /// <param name="path">Where to; usually "….safetensors".</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The one that trains it. Its settings, such as the learning rate, are not written.</param>
    /// <param name="scaler">How the model's data are scaled.</param>
    /// <param name="metadata">Own texts by name, such as the epochs done.</param>
    /// <exception cref="InvalidOperationException">A value is NaN or infinite, or the optimiser moves other parameters, such as those of adapters.</exception>
    public static void Save(string path, Module model, Optimizer optimizer, Scaler? scaler = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        OptimizerMemory memory = optimizer.Remember(model.Parameters);
        var tensors = new List<StoredTensor>();
        foreach (Parameter parameter in model.Parameters.Slices)
            for (int i = 0; i < memory.Memories.Length; i++)
            {
                ReadOnlyMemory<float> values = memory.Memories[i].AsMemory(parameter.Offset, parameter.Length);
                if (Rows.FirstNotFinite(values.Span) is int index)
                    throw new InvalidOperationException(FormattableString.Invariant(
                        $"Not saved: {memory.Optimizer} remembers {values.Span[index]} of parameter '{parameter.Name}' at index {index}."));
                tensors.Add(new(parameter.Name + StoredParameters.MemorySuffixes[i], "F32", StoredParameters.Shape(parameter.Info), () => values.Span));
            }
        string text = string.Join(' ', [memory.Optimizer, .. memory.Steps.Prepend(memory.Calls).Select(n => n.ToString(CultureInfo.InvariantCulture))]);
        ModelFile.Write(path, model, scaler, metadata, StoredPrecision.Float32, [], tensors, text);
    }

    /// <summary>Gives the model its parameters and the optimiser what it remembered. If anything fails, both stay as they were.</summary>
    /// <returns>What the file says of its model.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, another model's or another kind of optimiser's, or holds no optimiser.</exception>
    public static ModelFileInfo Load(string path, Module model, Optimizer optimizer)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return OneLine.Named(path, () =>
        {
            OptimizerMemory? memory = null;
            ModelFileInfo info = ModelFile.Load(file, model, () => memory = Read(file, model, optimizer));
            optimizer.Resume(model.Parameters, memory!);
            return info;
        });
    }

    static OptimizerMemory Read(SafetensorsFile file, Module model, Optimizer optimizer)
    {
        if (!file.Metadata.TryGetValue(ModelFileInfo.OptimizerKey, out string? text))
            throw new InvalidDataException("It holds a model and no optimiser: load it as a model's file.");
        string[] words = text.Split(' ');
        if (words[0] != optimizer.GetType().Name)
            throw new InvalidDataException($"It was trained with {words[0]}, not with {optimizer.GetType().Name}.");
        long[] numbers = [.. words.Skip(1).Select(word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1)];
        if (numbers.Length != model.Parameters.Slices.Count + 1 || numbers.Min() < 0 || numbers[0] > int.MaxValue)
            throw new InvalidDataException($"The metadata '{ModelFileInfo.OptimizerKey}' are not a name and {model.Parameters.Slices.Count + 1} counts of steps.");
        float[][] memories = [.. Enumerable.Range(0, optimizer.MemoryCount).Select(_ => new float[model.Parameters.Length])];
        foreach (Parameter parameter in model.Parameters.Slices)
            for (int i = 0; i < memories.Length; i++)
            {
                string name = parameter.Name + StoredParameters.MemorySuffixes[i];
                Tensor? tensor = file.Find(name);
                if (tensor is null || tensor.DType != "F32" || !tensor.Shape.SequenceEqual(StoredParameters.Shape(parameter.Info)))
                    throw new InvalidDataException($"{words[0]} needs '{name}' of F32 [{string.Join(", ", StoredParameters.Shape(parameter.Info))}], but the file has {tensor?.ToString() ?? "none"}.");
                Span<float> values = memories[i].AsSpan(parameter.Offset, parameter.Length);
                file.Read(tensor, values);
                if (Rows.FirstNotFinite(values) is int index)
                    throw new InvalidDataException(FormattableString.Invariant($"'{name}' is {values[index]} at index {index}."));
            }
        return new(words[0], (int)numbers[0], numbers[1..], memories);
    }
}
