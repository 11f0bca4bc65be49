using System.Security.Cryptography;
using System.Text.Json;
using RnnDsl.Storage;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// The folder of an assistant. Its files belong together, so they stand in a folder of their own inside it, and one small file, which is replaced last, names
/// that folder and each file. A program that ends while it saves leaves the assistant that was there. What else is in the folder stays.
/// </summary>
static class AssistantFolder
{
    const int NameBytes = 8;
    const string ManifestName = "assistant.json", Prefix = "files-";

    /// <summary>Folders that an earlier version of this program wrote hold the files themselves, these among them.</summary>
    static readonly string[] earlier = [CustomerAssistant.ExchangesName, CustomerAssistant.ThresholdName];

    sealed record Manifest(string? Folder, string[]? Files);

    /// <summary>Saves files in a new folder, then says that they are the assistant, then deletes the folder of the one before.</summary>
    /// <param name="folder">The folder of the assistant.</param>
    /// <param name="write">Writes all files into the folder that it is given.</param>
    public static void Save(string folder, Action<string> write)
    {
        string name = Prefix + Convert.ToHexString(RandomNumberGenerator.GetBytes(NameBytes)).ToLowerInvariant();
        DirectoryInfo files = OutputFolder.Create(Path.Combine(folder, name));
        try
        {
            write(files.FullName);
        }
        catch
        {
            files.Delete(recursive: true);
            throw;
        }
        AtomicFile.Write(Path.Combine(folder, ManifestName), stream =>
            JsonSerializer.Serialize(stream, new Manifest(name, [.. files.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal)])));
        // Those that were there before, and those of programs that ended while they saved.
        foreach (string old in Directory.GetDirectories(folder).Where(old => Path.GetFileName(old) is var own && own != name && IsOwn(own)))
            Directory.Delete(old, recursive: true);
    }

    /// <summary>Whether a folder has a name that this program gives.</summary>
    static bool IsOwn(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length == Prefix.Length + 2 * NameBytes && name.AsSpan(Prefix.Length).IndexOfAnyExcept("0123456789abcdef") < 0;

    /// <summary>The folder with the files.</summary>
    /// <exception cref="InvalidDataException">There is no assistant, or a file of it is missing.</exception>
    public static string Find(string folder)
    {
        string path = Path.Combine(folder, ManifestName);
        if (!File.Exists(path))
            return earlier.All(file => File.Exists(Path.Combine(folder, file))) ? folder
                : throw new InvalidDataException($"{folder} holds no assistant: there is no {ManifestName} in it.");
        (string? name, string[]? files) = Read(path);
        if (name is null || files is null || Path.GetFileName(name) != name || !name.StartsWith(Prefix, StringComparison.Ordinal))
            throw new InvalidDataException($"{path} names no folder and files: it was not saved by this program.");
        string found = Path.Combine(folder, name);
        string[] missing = [.. files.Where(file => !File.Exists(Path.Combine(found, file)))];
        return missing.Length == 0 ? found
            : throw new InvalidDataException(
                $"{folder} is not whole: {string.Join(", ", missing.Select(file => Path.Combine(name, file)))} {(missing.Length == 1 ? "is" : "are")} missing. " +
                "Learn the assistant again, or copy the whole folder.");
    }

    static Manifest Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Manifest>(File.ReadAllText(path)) ?? new Manifest(null, null);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no JSON: it was not saved by this program.", error);
        }
    }
}
