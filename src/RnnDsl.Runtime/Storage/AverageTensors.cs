using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Training;

namespace RnnDsl.Storage;

/// <summary>The tensors of a checkpoint that hold the average of the trained parameters.</summary>
static class AverageTensors
{
    /// <summary>A count of steps is two floats, each of which holds this many of its bits exactly.</summary>
    const int Bits = 24;

    /// <summary>The tensor of the counts of a table's rows.</summary>
    public static StoredTensor Counts(Parameter table, long[] counts)
    {
        float[] values = [.. counts.SelectMany(count => (float[])[count >> Bits, count & ((1 << Bits) - 1)])];
        return new(table.Name + StoredParameters.AverageStepsSuffix, "F32", [counts.Length, 2], () => values);
    }

    /// <summary>Reads an average.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing or has another shape, or a number is not possible.</exception>
    public static AveragedParameters Read(SafetensorsFile file, CheckpointTensors tensors, TrainingText training)
    {
        AverageText text = training.Average!;
        IReadOnlyList<Parameter> slices = tensors.Parameters.Slices;
        List<string> order = [.. training.Parameters];
        if (text.Counted.Length != order.Count || order.Count != slices.Count)
            throw new InvalidDataException($"The metadata '{ModelFileInfo.TrainingKey}' have {text.Counted.Length} counts of an average for {slices.Count} parameters.");
        long[] counted = [.. slices.Select(p => text.Counted[order.IndexOf(p.Name)])];
        var memory = new AverageMemory(text.Rule, text.Steps, counted, [.. slices.Select(Rows)], tensors.Read(StoredParameters.AverageSuffix));
        return new AveragedParameters(memory, tensors.Parameters);

        long[]? Rows(Parameter parameter)
        {
            string name = parameter.Name + StoredParameters.AverageStepsSuffix;
            if (file.Find(name) is null)
                return null;
            var values = new float[2 * (long)parameter.Info.Rows];
            tensors.Read(name, [parameter.Info.Rows, 2], values);
            long[] counts = [.. values.Chunk(2).Select(pair => ((long)pair[0] << Bits) + (long)pair[1])];
            return Array.TrueForAll(counts, count => count >= 0 && count <= text.Steps) ? counts
                : throw new InvalidDataException($"'{name}' says that the average of a row has more than all {text.Steps} steps, or less than none.");
        }
    }
}
