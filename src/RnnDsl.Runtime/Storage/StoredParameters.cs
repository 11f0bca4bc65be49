using RnnDsl.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl.Storage;

/// <summary>The tensors that hold a module's parameters in a file. Further tensors of a parameter are named by the parameter's name, a slash, and one more word.</summary>
static class StoredParameters
{
    /// <summary>The suffix of a byte matrix's scales, one for each row.</summary>
    const string ScaleSuffix = "/scale";

    /// <summary>The suffixes of the optimizer's memory of a parameter.</summary>
    public static readonly string[] MemorySuffixes = ["/first", "/second"];

    /// <summary>The suffixes of a parameter's values after the last step and after the best epoch, if they differ from the file's own.</summary>
    public const string LastSuffix = "/last", BestSuffix = "/best";

    /// <summary>The suffixes of a parameter's average over the steps of the training, and of the steps that the average of each row of a table has.</summary>
    public const string AverageSuffix = "/average", AverageStepsSuffix = "/average_steps";

    /// <summary>The suffix of a parameter's values without the adapters that are trained.</summary>
    public const string OriginalSuffix = "/original";

    /// <summary>The prefix of the current states of a batch's sequences.</summary>
    public const string StatePrefix = "state/";

    /// <summary>For shorter rows, bytes and a scale take no less memory than floats, which a predictor keeps.</summary>
    const int LongestExactRow = 4;

    /// <summary>Shape in a file.</summary>
    public static long[] Shape(ParameterInfo parameter) => parameter.Rank switch
    {
        0 => [],
        1 => [parameter.Rows],
        _ => [parameter.Rows, parameter.Columns],
    };

    /// <summary>The tensors of a parameter, with their values.</summary>
    public static IEnumerable<StoredTensor> Tensors(ParameterInfo parameter, StoredTensor.Reader values, StoredPrecision precision)
    {
        if (precision != StoredPrecision.Int8)
            return [new(parameter.Name, precision.DType(), Shape(parameter), values)];
        if (parameter.Rank < 2 || parameter.Columns <= LongestExactRow)
            return [new(parameter.Name, "F32", Shape(parameter), values)];
        return
        [
            new(parameter.Name, "I8", Shape(parameter), () => Round(values(), new float[parameter.Rows])),
            new(parameter.Name + ScaleSuffix, "F32", [parameter.Rows], () => Scales(values(), parameter.Rows)),
        ];
    }

    /// <summary>The tensors of the model's parameters. Their names have no slash.</summary>
    public static List<Tensor> Own(SafetensorsFile file) => [.. file.Tensors.Where(tensor => !tensor.Name.Contains('/', StringComparison.Ordinal))];

    /// <summary>The values of a parameter whose tensor was found and has its shape.</summary>
    /// <exception cref="InvalidDataException">A value is not finite, or a byte matrix has no scales.</exception>
    public static float[] Read(SafetensorsFile file, ParameterInfo parameter, string name)
    {
        var values = new float[parameter.Length];
        Tensor tensor = file.Find(name)!;
        file.ReadNumbers(tensor, values);
        if (tensor.DType == "I8")
        {
            if (parameter.Rank < 2 || file.Find(name + ScaleSuffix) is not { DType: "F32", Shape: [long rows] } scale || rows != parameter.Rows)
                throw new InvalidDataException($"Parameter '{name}' is of bytes, but '{name}{ScaleSuffix}' does not give each of its rows a scale of F32.");
            var scales = new float[parameter.Rows];
            file.Read(scale, scales);
            for (int i = 0; i < values.Length; i++)
                values[i] *= scales[i / parameter.Columns];
        }
        return Rows.FirstNotFinite(values) is not int index ? values
            : throw new InvalidDataException(FormattableString.Invariant($"Parameter '{name}' is {values[index]} at index {index}."));
    }

    static float[] Scales(ReadOnlySpan<float> matrix, int rows)
    {
        var scales = new float[rows];
        Round(matrix, scales);
        return scales;
    }

    /// <summary>The integers and their scales.</summary>
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

/// <summary>A tensor to be written. Its values are read once, after those of wider types.</summary>
sealed class StoredTensor(string name, string dtype, long[] shape, StoredTensor.Reader values)
{
    public string Name { get; } = name;
    public string DType { get; } = dtype;
    public long[] Shape { get; } = shape;
    public Reader Values { get; } = values;

    public delegate ReadOnlySpan<float> Reader();
}
