using System.IO.Compression;

namespace RnnDsl.Keras;

/// <summary>A file "model.keras": a zip archive, in which the weights are an HDF5 file.</summary>
static class KerasArchive
{
    const string Entry = "model.weights.h5";
    const long MaximumBytes = 1L << 30;

    /// <summary>The weights' file, unpacked.</summary>
    public static Stream Weights(string path)
    {
        using FileStream file = File.OpenRead(path);
        try
        {
            using var archive = new ZipArchive(file);
            ZipArchiveEntry entry = archive.GetEntry(Entry) ?? throw new InvalidDataException($"It holds no '{Entry}'.");
            using Stream packed = entry.Open();
            var content = new MemoryStream();
            // The length in the archive's list may be wrong.
            var buffer = new byte[1 << 16];
            while (packed.Read(buffer) is int count and > 0)
            {
                content.Write(buffer, 0, count);
                if (content.Length > MaximumBytes)
                    throw new InvalidDataException($"Its '{Entry}' has more than the {MaximumBytes} bytes that are read.");
            }
            content.Position = 0;
            return content;
        }
        catch (Exception e) when (e is not (InvalidDataException or IOException or OutOfMemoryException))
        {
            // Of damaged lists of contents the library throws exceptions of several kinds.
            throw new InvalidDataException($"It is no zip archive, or it is damaged: {e.Message}", e);
        }
    }
}
