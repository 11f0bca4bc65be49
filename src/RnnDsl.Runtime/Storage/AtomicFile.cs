using System.ComponentModel;
using System.IO.Enumeration;

namespace RnnDsl.Storage;

/// <summary>
/// Writes a file beside its place and then renames it: whoever reads the path sees the old file or the new one, whole. A link is followed: the file that
/// it leads to is replaced. The file's mode stays. What a writer that was killed left beside the file is deleted by the next one that writes to the folder.
/// For the library's own packages.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AtomicFile
{
    const int Attempts = 20;

    /// <summary>Replaces the file by what <paramref name="write"/> writes. If anything fails, the old file stays as it was.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The path is of a folder, a device or a pipe.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Target(Path.GetFullPath(path));
        string folder = Path.GetDirectoryName(full) ?? throw new ArgumentException($"'{path}' names no file.", nameof(path));
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Cannot write '{path}': the folder '{folder}' does not exist.");
        if (!MayReplace(full))
            throw new IOException($"Cannot write '{path}': it is no regular file, and is not replaced by one.");
        DeleteLeftovers(folder, Path.GetFileName(full));
        UnixFileMode? mode = !OperatingSystem.IsWindows() && File.Exists(full) ? File.GetUnixFileMode(full) : null;
        using FileStream stream = Create(folder, mode);
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            // Still open, so that its lock says that its writer lives.
            File.Move(stream.Name, full, overwrite: true);
        }
        catch
        {
            File.Delete(stream.Name);
            throw;
        }
    }

    /// <summary>Where links lead to; the file there need not exist.</summary>
    static string Target(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    /// <summary>Whether there is nothing, or a regular file.</summary>
    static bool MayReplace(string path)
    {
        if (Directory.Exists(path))
            return false;
        var file = new FileInfo(path);
        // Only a regular file has a length; an empty one, and nothing else, can be made empty.
        if (!file.Exists || file.Length > 0 || OperatingSystem.IsWindows())
            return true;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (stream.Length == 0)
                stream.SetLength(0);
            return true;
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>A file under a short name of its own, which a long name of the target does not lengthen. It is locked while it is open.</summary>
    static FileStream Create(string folder, UnixFileMode? mode)
    {
        for (int attempt = 1; ; attempt++)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete };
            if (mode is not null && !OperatingSystem.IsWindows())
                options.UnixCreateMode = mode & (UnixFileMode.UserRead | UnixFileMode.UserWrite) | UnixFileMode.UserWrite;
            string name = Path.Combine(folder, $".rnndsl-{Guid.NewGuid():N}.tmp");
            try
            {
                var stream = new FileStream(name, options);
                // Between making and locking it another writer may have taken it for a leftover.
                if (File.Exists(name))
                {
                    if (mode is not null && !OperatingSystem.IsWindows())
                        File.SetUnixFileMode(stream.SafeFileHandle, mode.Value);
                    return stream;
                }
                stream.Dispose();
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && attempt < Attempts)
            {
            }
        }
    }

    /// <summary>Deletes what writers left that are no more: their files are not locked.</summary>
    static void DeleteLeftovers(string folder, string target)
    {
        // Read from the entry itself: the calls that take a pattern or a path bring patterns and time zones into a native program.
        var leftovers = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            // The first version named them by their target, and let go of the lock before it renamed them.
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && (IsTemporary(entry.FileName, ".rnndsl-")
                || (IsTemporary(entry.FileName, $".{target}.") && DateTimeOffset.UtcNow - entry.LastWriteTimeUtc > TimeSpan.FromSeconds(2))),
        };
        foreach (string path in leftovers)
        {
            try
            {
                new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its writer lives, or it is another user's.
            }
        }
    }

    /// <summary>Whether a name is the prefix, 32 hexadecimal digits and ".tmp".</summary>
    static bool IsTemporary(ReadOnlySpan<char> name, string prefix) => name.Length == prefix.Length + 36 && name.StartsWith(prefix, StringComparison.Ordinal)
        && name.EndsWith(".tmp", StringComparison.Ordinal) && !name[prefix.Length..^4].ContainsAnyExcept("0123456789abcdef");
}
