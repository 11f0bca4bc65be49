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
