using RnnDsl.Storage;

namespace RnnDsl.Onnx.Weights;

/// <summary>A file of named tensors.</summary>
abstract class TensorSource : IDisposable
{
    /// <summary>Names and shapes.</summary>
    public abstract IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>The values, row-major, not yet checked.</summary>
    /// <exception cref="InvalidDataException">The values are not floating-point numbers, or the file is damaged.</exception>
    public abstract float[] Read(string name);

    public abstract void Dispose();
}

/// <summary>A safetensors file.</summary>
sealed class SafetensorsSource : TensorSource
{
    readonly SafetensorsFile file;

    /// <summary>The messages do not name the file, because the caller adds the name once.</summary>
    public SafetensorsSource(string path)
    {
        FileStream stream = InputFile.Open(path);
        try
        {
            file = new SafetensorsFile(stream);
        }
        catch (InvalidDataException) when (IsPickled(stream))
        {
            stream.Dispose();
            throw new InvalidDataException("It is a file of torch.save (.pt, .pth or .bin), which is a Python program and is not read: " +
                "write the weights in Python with safetensors.torch.save_file(model.state_dict(), \"model.safetensors\").");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
        Shapes = file.Tensors.ToDictionary(t => t.Name, t => t.Shape.ToArray());
    }

    /// <summary>Whether a file begins as PyTorch's own: a ZIP archive, or before version 1.6 a pickle of protocol 2.</summary>
    static bool IsPickled(FileStream stream)
    {
        stream.Position = 0;
        return (stream.ReadByte(), stream.ReadByte()) is ('P', 'K') or (0x80, 2);
    }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    public override float[] Read(string name)
    {
        Tensor tensor = file.Find(name)!;
        var values = new float[tensor.Length];
        file.Read(tensor, values);
        return values;
    }

    public override void Dispose() => file.Dispose();
}
