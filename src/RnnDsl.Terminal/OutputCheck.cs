using RnnDsl.Storage;

namespace RnnDsl.Terminal;

/// <summary>
/// Finds out before a training whether its results can be written. Without that, hours of training end at a path that has a typing mistake, and the model is lost. A disk that
/// becomes full later is not foreseen.
/// </summary>
public static class OutputCheck
{
    /// <summary>
    /// Requires that a file can be written, as <see cref="ModelFile"/> does it: its folder exists and files can be created there, and the path is free or that of a regular file.
    /// Nothing is changed.
    /// </summary>
    /// <param name="path">The path of the file; null for none, which needs nothing.</param>
    /// <exception cref="IOException">The folder does not exist, or the path is that of a folder, a device or a pipe. The message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The user must not write there. The message names the path.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static void RequireFile(string? path)
    {
        if (path is null)
            return;
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            // Everything is done as in a real writing, up to the moment when the file is replaced.
            AtomicFile.Write(path, _ => throw new Reached());
        }
        catch (Reached)
        {
        }
    }

    /// <summary>Requires that files can be written, as <see cref="RequireFile"/> does, and that nothing is lost by it: no two of them are one file, and none is a file that is read. What a link leads to is the file that is written.</summary>
    /// <param name="outputs">The paths of the files to write; null for none.</param>
    /// <param name="inputs">The paths of the files to read; null for none.</param>
    /// <exception cref="ArgumentException">Two paths are one, or a path is empty. The message names it.</exception>
    /// <exception cref="IOException">As for one file.</exception>
    /// <exception cref="UnauthorizedAccessException">As for one file.</exception>
    public static void RequireFiles(IEnumerable<string?> outputs, IEnumerable<string?> inputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(inputs);
        StringComparer comparer = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        string[] read = [.. inputs.Where(path => !string.IsNullOrWhiteSpace(path)).Select(path => AtomicFile.Target(path!))];
        var written = new HashSet<string>(comparer);
        foreach (string? path in outputs)
        {
            RequireFile(path);
            if (path is null)
                continue;
            string full = AtomicFile.Target(path);
            if (!written.Add(full))
                throw new ArgumentException($"Two results would be written to {path}, and one of them be lost: give each a path of its own.");
            if (read.Contains(full, comparer))
                throw new ArgumentException($"{path} is read, and a result would be written over it: choose another path.");
        }
    }

    /// <summary>Requires that a folder is there and that files can be created in it. It is created if it is missing.</summary>
    /// <param name="path">The path of the folder; null for none, which needs nothing.</param>
    /// <exception cref="IOException">It cannot be created, such as where a file has that name. The message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The user must not write there. The message names the path.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static void RequireFolder(string? path)
    {
        if (path is null)
            return;
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        OutputFolder.Create(path);
        RequireFile(Path.Combine(path, "check"));
    }

    /// <summary>The file could be written now.</summary>
    sealed class Reached : Exception;
}
