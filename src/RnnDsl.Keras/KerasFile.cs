using RnnDsl.Onnx.Weights;
using RnnDsl.Storage;

namespace RnnDsl.Keras;

/// <summary>A file of weights. Its kind is told by its first bytes, not by its name.</summary>
/// <param name="Weights">The tensors.</param>
/// <param name="Config">What it says of the model's layers; null: nothing.</param>
sealed record KerasFile(TensorSource Weights, KerasConfig? Config)
{
    public static KerasFile Open(string path)
    {
        FileStream stream = InputFile.Open(path);
        try
        {
            Span<byte> first = stackalloc byte[8];
            first = first[..stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
            stream.Position = 0;
            if (first.SequenceEqual(HdfSource.Signature))
            {
                var weights = new HdfSource(stream);
                string? config = weights.Attribute("model_config");
                return new(weights, config is null ? null : KerasConfig.Parse(config, weights.Attribute("keras_version"), counted: false));
            }
            // The signatures of an archive with entries, of an empty one, and of a part of one.
            if (first is [(byte)'P', (byte)'K', 3 or 5 or 7, ..])
            {
                (Stream content, KerasConfig? config) = KerasArchive.Open(stream);
                stream.Dispose();
                return new(new HdfSource(content), config);
            }
            stream.Dispose();
            return Path.GetExtension(path).ToLowerInvariant() is ".h5" or ".hdf5" or ".keras"
                ? throw new InvalidDataException("It begins neither as an HDF5 file nor as a zip archive: it is cut short, damaged, or another kind of file.")
                : new(new SafetensorsSource(path), null);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
