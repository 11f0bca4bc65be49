using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace RnnDsl.Keras;

/// <summary>A file "model.keras": a zip archive, in which the weights are an HDF5 file, and the config a text. Weights hardly shrink when they are packed, so an archive that would
/// unpack to many times its own length is refused before it is unpacked.</summary>
static class KerasArchive
{
    const string Weights = "model.weights.h5";
    const long MostBytes = 1L << 30, FreeBytes = 1L << 26, MostText = 1L << 24, FreeText = 1L << 20;
    const int MostTimes = 16;

    /// <summary>The weights' file, unpacked, and what the archive says of the model.</summary>
    /// <param name="file">The archive; it is read here and not disposed.</param>
    public static (Stream Weights, KerasConfig? Config) Open(Stream file)
    {
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            long weightsBytes = Math.Min(MostBytes, FreeBytes + MostTimes * file.Length), textBytes = Math.Min(MostText, FreeText + MostTimes * file.Length);
            string? Text(string name) => Unpacked(archive, name, textBytes) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
            byte[] weights = Unpacked(archive, Weights, weightsBytes) ?? throw new InvalidDataException($"It holds no '{Weights}'.");
            string? config = Text("config.json"), metadata = Text("metadata.json");
            return (new MemoryStream(weights), config is null ? null : KerasConfig.Parse(config, KerasConfig.VersionIn(metadata), counted: true));
        }
        catch (Exception e) when (e is not (InvalidDataException or IOException or OutOfMemoryException))
        {
            // The library throws exceptions of several kinds when the list of contents is damaged.
            throw new InvalidDataException($"It is no zip archive, or it is damaged: {e.Message}", e);
        }
    }

    static byte[]? Unpacked(ZipArchive archive, string name, long most)
    {
        if (archive.GetEntry(name) is not { } entry)
            return null;
        if (entry.Length > most)
            throw new InvalidDataException($"Its '{name}' unpacks to {entry.Length} bytes, more than the {most} that are read of an archive of its length.");
        using Stream packed = entry.Open();
        // The length in the archive's list may be wrong, which reading one byte more shows.
        var content = new byte[entry.Length + 1];
        int count = packed.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (count != entry.Length)
            throw new InvalidDataException($"It is damaged: its '{name}' is not {entry.Length} bytes long, as its list says.");
        return Crc32.HashToUInt32(content.AsSpan(0, count)) == entry.Crc32 ? content[..count] : throw new InvalidDataException($"It is damaged: its '{name}' does not have the checksum that its list says.");
    }
}
