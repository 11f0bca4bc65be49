using System.Globalization;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Training;

namespace RnnDsl.Storage;

/// <summary>The tensors of a checkpoint that belong to parameters, such as "encoder.Wi/first".</summary>
sealed class CheckpointTensors(SafetensorsFile file, ParameterStore parameters, Optimizer optimizer)
{
    public ParameterStore Parameters => parameters;

    /// <summary>The tensors of all parameters, in the layout of the parameters.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape, or holds a value that is not finite.</exception>
    public float[] Read(string suffix)
    {
        var values = new float[parameters.Length];
        Read(suffix, parameters.Slices, values);
        return values;
    }

    /// <summary>Reads the tensors of some parameters to their positions.</summary>
    public void Read(string suffix, IEnumerable<Parameter> slices, float[] values)
    {
        foreach (Parameter parameter in slices)
            Read(parameter.Name + suffix, StoredParameters.Shape(parameter.Info), values.AsSpan(parameter.Offset, parameter.Length));
    }

    /// <summary>The states of sequences within an epoch, or null.</summary>
    public float[][]? ReadStates()
    {
        var states = new List<float[]>();
        while (file.Find(StoredParameters.StatePrefix + states.Count.ToString(CultureInfo.InvariantCulture)) is { DType: "F32", Shape.Count: 1 } tensor)
        {
            var values = new float[tensor.Length];
            Read(tensor.Name, [.. tensor.Shape], values);
            states.Add(values);
        }
        return states.Count == 0 ? null : [.. states];
    }

    /// <summary>A model's values in its own layout.</summary>
    public static float[] Lay(Module model, ModelFit fit)
    {
        var laid = new float[model.Parameters.Length];
        foreach (FoundParameter found in fit.Found)
            found.Values.CopyTo(laid, model.Parameters.Find(found.Parameter.Name).Offset);
        return laid;
    }

    /// <summary>Reads one tensor.</summary>
    public void Read(string name, long[] shape, Span<float> values)
    {
        Tensor? tensor = file.Find(name);
        if (tensor is null || tensor.DType != "F32" || !tensor.Shape.SequenceEqual(shape))
            throw new InvalidDataException($"{optimizer.GetType().Name} needs '{name}' of F32 [{string.Join(", ", shape)}], but the file has {tensor?.ToString() ?? "none"}.");
        file.Read(tensor, values);
        if (Rows.FirstNotFinite(values) is int index)
            throw new InvalidDataException(FormattableString.Invariant($"'{name}' is {values[index]} at index {index}."));
    }
}
