using RnnDsl.Onnx.Import;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Onnx.Weights;
using RnnDsl.Storage;

namespace RnnDsl.Onnx;

/// <summary>Numbers with a shape, row-major as in ONNX: the index of the last axis changes fastest.</summary>
public sealed class OnnxTensor
{
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="shape">Length of each axis.</param>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public OnnxTensor(float[] values, params ReadOnlySpan<long> shape)
    {
        double count = 1;
        foreach (long size in shape)
            count *= size < 0 ? double.NaN : size;
        if (count != values.Length)
            throw new ArgumentException($"The shape [{string.Join(", ", shape.ToArray())}] does not fit {values.Length} values.", nameof(shape));
        Values = values;
        Shape = shape.ToArray();
    }

    /// <summary>The numbers, row-major.</summary>
    public float[] Values { get; }

    /// <summary>Length of each axis.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Reads a file that holds one tensor, such as the inputs and outputs of the published ONNX test cases ("input_0.pb"). Integers and
    /// other floating-point types are converted to single precision.</summary>
    /// <exception cref="InvalidDataException">The file does not hold a tensor of numbers, or it is damaged.</exception>
    public static OnnxTensor Read(string path) => OneLine.Named(path, () => Of(Parse(path), path));

    internal static OnnxTensor Of(TensorProto tensor, string path) =>
        new(Array.ConvertAll(tensor.ToDoubles(new ExternalData(Path.GetDirectoryName(Path.GetFullPath(path)))), v => (float)v), [.. tensor.Dims]);

    internal static TensorProto Parse(string path) => ProtoReader.Parse(OnnxGraph.Read(path), TensorProto.Read);
}
