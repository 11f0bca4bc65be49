using RnnDsl.Execution;
using RnnDsl.Kernels;

namespace RnnDsl.Storage;

/// <summary>The tensors that hold a module's parameters in a file. What belongs to a parameter beside its values has its name, a slash, and a word more.</summary>
static class StoredParameters
{
    /// <summary>Of the scales of a matrix of bytes: one a row.</summary>
    const string ScaleSuffix = "/scale";

    /// <summary>Of what an optimiser remembers of it.</summary>
    public static readonly string[] MemorySuffixes = ["/first", "/second"];

    /// <summary>A byte and a scale of shorter rows take no less than their floats would in a predictor, which keeps those.</summary>
    const int LongestExactRow = 4;

    /// <summary>Shape in a file.</summary>
    public static long[] Shape(ParameterInfo parameter) => parameter.Rank switch
    {
        0 => [],
        1 => [parameter.Rows],
        _ => [parameter.Rows, parameter.Columns],
    };

    /// <summary>The tensors of a parameter, with their values.</summary>
    public static IEnumerable<StoredTensor> Tensors(ParameterInfo parameter, Module module, StoredPrecision precision)
    {
        if (precision != StoredPrecision.Int8)
            return [new(parameter.Name, precision.DType(), Shape(parameter), () => module.Parameters[parameter.Name])];
        if (parameter.Rank < 2 || parameter.Columns <= LongestExactRow)
            return [new(parameter.Name, "F32", Shape(parameter), () => module.Parameters[parameter.Name])];
        return
        [
            new(parameter.Name, "I8", Shape(parameter), () => Round(module.Parameters[parameter.Name], new float[parameter.Rows])),
            new(parameter.Name + ScaleSuffix, "F32", [parameter.Rows], () => Scales(module.Parameters[parameter.Name], parameter.Rows)),
        ];
    }

    /// <summary>The tensors that do not belong to another one of the file.</summary>
    public static List<Tensor> Own(SafetensorsFile file)
    {
        Dictionary<string, Tensor> named = file.Tensors.ToDictionary(tensor => tensor.Name);
        return [.. file.Tensors.Where(tensor => !(Base(tensor, ScaleSuffix) is { DType: "I8" } || MemorySuffixes.Any(suffix => Base(tensor, suffix) is not null)))];

        Tensor? Base(Tensor tensor, string suffix) =>
            tensor.Name.EndsWith(suffix, StringComparison.Ordinal) ? named.GetValueOrDefault(tensor.Name[..^suffix.Length]) : null;
    }

    /// <summary>The values of a parameter; its tensor has been found and has its shape.</summary>
    /// <exception cref="InvalidDataException">A value is not finite, or bytes have no scales.</exception>
    public static float[] Read(SafetensorsFile file, ParameterInfo parameter)
    {
        var values = new float[parameter.Length];
        Tensor tensor = file.Find(parameter.Name)!;
        file.ReadNumbers(tensor, values);
        if (tensor.DType == "I8")
        {
            if (parameter.Rank < 2 || file.Find(parameter.Name + ScaleSuffix) is not { DType: "F32", Shape: [long rows] } scale || rows != parameter.Rows)
                throw new InvalidDataException($"Parameter '{parameter.Name}' is of bytes, but '{parameter.Name}{ScaleSuffix}' does not give each of its rows a scale of F32.");
            var scales = new float[parameter.Rows];
            file.Read(scale, scales);
            for (int i = 0; i < values.Length; i++)
                values[i] *= scales[i / parameter.Columns];
        }
        return Rows.FirstNotFinite(values) is not int index ? values
            : throw new InvalidDataException(FormattableString.Invariant($"Parameter '{parameter.Name}' is {values[index]} at index {index}."));
    }

    static float[] Scales(ReadOnlySpan<float> matrix, int rows)
    {
        var scales = new float[rows];
        Round(matrix, scales);
        return scales;
    }

    /// <summary>Whole numbers, and their scales.</summary>
    static float[] Round(ReadOnlySpan<float> matrix, float[] scales)
    {
        int columns = matrix.Length / scales.Length;
        var whole = new float[matrix.Length];
        var bytes = new sbyte[columns];
        for (int row = 0; row < scales.Length; row++)
        {
            scales[row] = Int8Weights.Round(matrix.Slice(row * columns, columns), bytes);
            for (int i = 0; i < columns; i++)
                whole[row * columns + i] = bytes[i];
        }
        return whole;
    }
}

/// <summary>A tensor to be written. Its values are asked for once, after those of wider types.</summary>
sealed record StoredTensor(string Name, string DType, long[] Shape, StoredTensor.Reader Values)
{
    public delegate ReadOnlySpan<float> Reader();
}
