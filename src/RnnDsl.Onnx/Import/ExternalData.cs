using System.Globalization;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Import;

/// <summary>
/// Reads numbers that an ONNX file keeps in another file (external data: location, offset and length). A location is a path to a file in or below the ONNX file's folder, without ".." and
/// without links. Offset and length are checked against that file's length before anything is read. At most <see cref="OnnxGraph.MaximumBytes"/> are read in all, and
/// at most <see cref="MostTimes"/> times the length of one file, since tensors may share their numbers.
/// </summary>
/// <param name="folder">The folder of the ONNX file; null if its content came without a path.</param>
sealed class ExternalData(string? folder)
{
    const int MostTimes = 4;

    readonly Dictionary<string, long> taken = [];
    long rest = OnnxGraph.MaximumBytes;

    /// <summary>The bytes of a tensor.</summary>
    /// <param name="tensor">Its name, for messages.</param>
    /// <param name="entries">The tensor's entries: location, offset and length.</param>
    /// <param name="count">The number of bytes that its shape and type need.</param>
    public byte[] Read(string tensor, IReadOnlyList<StringEntry> entries, long count)
    {
        Exception Refusal(string reason) => new InvalidDataException($"Tensor '{tensor}' keeps its numbers in another file, {reason}.");
        if (folder is null)
            throw Refusal("which is looked for beside the model's: load it by its path, or save it as one file");
        string location = entries.FirstOrDefault(e => e.Key == "location")?.Value ?? throw Refusal("but does not say in which (location)");
        long Number(string key, long otherwise) => entries.FirstOrDefault(e => e.Key == key)?.Value is not { } text ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Refusal($"and its {key} '{text}' is no count");
        long offset = Number("offset", 0), length = Number("length", count);
        if (length != count)
            throw Refusal($"where it has {length} bytes, but its type and shape need {count}");
        string path = Place(location) ?? throw Refusal($"'{location}', which is no path to a file beside the model's or below it: only such are read, and no links");
        var info = new FileInfo(path);
        if (!info.Exists)
            throw Refusal($"'{location}', which is not there: it belongs beside the model's file");
        if (offset > info.Length || count > info.Length - offset)
            throw Refusal($"'{location}', which has {info.Length} bytes: {count} at {offset} are beyond its end");
        if ((taken[path] = taken.GetValueOrDefault(path) + count) > MostTimes * info.Length)
            throw Refusal($"'{location}', of whose {info.Length} bytes they would take more than {MostTimes} times as many");
        if ((rest -= count) < 0)
            throw Refusal($"and with it more than the {OnnxGraph.MaximumBytes} bytes that are read");
        var bytes = new byte[count];
        // A pipe or a device has no length, so it is never opened.
        if (count > 0)
        {
            using FileStream stream = info.OpenRead();
            stream.Position = offset;
            stream.ReadExactly(bytes);
        }
        return bytes;
    }

    /// <summary>The full path of a location; null if it leaves the folder or passes a link.</summary>
    string? Place(string location)
    {
        if (location.Length == 0 || location.Contains('\0') || OperatingSystem.IsWindows() && location.Contains(':') || Path.IsPathRooted(location) || location[0] is '/' or '\\')
            return null;
        string path = folder!;
        foreach (string part in location.Split('/', '\\'))
        {
            if (part is "." or "")
                continue;
            path = Path.Combine(path, part);
            if (part.Trim(' ', '.').Length == 0 || new FileInfo(path).LinkTarget is not null)
                return null;
        }
        return Directory.Exists(path) ? null : path;
    }
}
