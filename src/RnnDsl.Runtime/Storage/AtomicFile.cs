using System.ComponentModel;
using System.IO.Enumeration;
using System.Text;

namespace RnnDsl.Storage;

/// <summary>
/// Writes a temporary file in the same folder and then renames it, so that a reader of the path sees either the old file or the new one, complete. If the path is a link, the file
/// that it leads to is replaced. The file's mode is kept. Temporary files of killed writers are deleted by the next one that writes to the folder. It is meant for the library's
/// own packages.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AtomicFile
{
    const int Attempts = 20;

    /// <summary>Replaces the file by the output of <paramref name="write"/>. If anything fails, the old file is unchanged.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The path is that of a folder, a device or a pipe.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Target(path);
        string folder = Path.GetDirectoryName(full) ?? throw new ArgumentException($"'{path}' names no file.", nameof(path));
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Cannot write '{path}': the folder '{folder}' does not exist.");
        if (!MayReplace(full))
            throw new IOException($"Cannot write '{path}': it is no regular file, and is not replaced by one.");
        DeleteLeftovers(folder, Path.GetFileName(full));
        UnixFileMode? mode = !OperatingSystem.IsWindows() && File.Exists(full) ? File.GetUnixFileMode(full) : null;
        FileStream? stream = null;
        try
        {
            stream = Create(folder, mode);
            write(stream);
            stream.Flush(flushToDisk: true);
            // The file is still open, so that its lock shows that its writer is alive.
            File.Move(stream.Name, full, overwrite: true);
            stream.Dispose();
        }
        catch (Exception e)
        {
            if (stream is not null)
                Discard(stream);
            // Messages of the operating system, such as that of a full disk, name the new file beside the one that is meant.
            if (e.GetType() == typeof(IOException) || (stream is null && e is FileNotFoundException))
                throw new IOException($"Cannot write '{path}': {Meant(e)}", e);
            if (e is UnauthorizedAccessException)
                throw new UnauthorizedAccessException($"Cannot write '{path}': {Meant(e)}", e);
            throw;
        }

        string Meant(Exception e) => stream is null ? OutputFolder.Reason(e, "file") : WithoutFile(e.Message);
    }

    /// <summary>A message of the operating system without the temporary file that it names: "No space left on device : '/folder/.rnndsl-….tmp'".</summary>
    internal static string WithoutFile(string message)
    {
        int at = message.IndexOf('\'');
        return at > 3 && message[at - 2] == ':' ? message[..(at - 3)] + "." : message;
    }

    /// <summary>Deletes a file that was not completed. What its buffer holds cannot be written if the disk is full, and closing the file tries that again.</summary>
    static void Discard(FileStream stream)
    {
        File.Delete(stream.Name);
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // The first error is the one that is told.
        }
    }

    /// <summary>Replaces the file by a text, in UTF-8. If anything fails, the old file is unchanged.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>The full path of the file that is replaced: of the path itself, or of what it leads to if it is a link. Neither need exist.</summary>
    public static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        return new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : full;
    }

    /// <summary>Whether the path is free, or a regular file.</summary>
    static bool MayReplace(string path)
    {
        if (Directory.Exists(path))
            return false;
        var file = new FileInfo(path);
        // Only a regular file has a length. Among files of length zero, only a regular file can be truncated.
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

    /// <summary>Creates a file that is deleted when it is closed, or by the next writer to the folder if this one is killed.</summary>
    internal static FileStream Temporary(string folder) => Create(folder, null, FileAccess.ReadWrite, FileOptions.DeleteOnClose);

    /// <summary>Creates a file with a short unique name, whose length does not depend on the target's name. It is locked while it is open.</summary>
    static FileStream Create(string folder, UnixFileMode? mode, FileAccess access = FileAccess.Write, FileOptions deletion = FileOptions.None)
    {
        for (int attempt = 1; ; attempt++)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = access, Share = FileShare.Delete, Options = deletion };
            if (mode is not null && !OperatingSystem.IsWindows())
                options.UnixCreateMode = mode & (UnixFileMode.UserRead | UnixFileMode.UserWrite) | UnixFileMode.UserWrite;
            string name = Path.Combine(folder, $".rnndsl-{Guid.NewGuid():N}.tmp");
            try
            {
                var stream = new FileStream(name, options);
                // Between its creation and its locking, another writer may have deleted it as a leftover.
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

    /// <summary>Deletes the files of writers that no longer run. Such files are not locked.</summary>
    static void DeleteLeftovers(string folder, string target)
    {
        // The predicate reads the entry directly: calls with a pattern or a path would bring pattern matching and time zones into a native program.
        var leftovers = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            // The first version named its files by their target, and released the lock before the renaming.
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
                // Its writer is alive, or it belongs to another user.
            }
        }
    }

    /// <summary>Whether a name is the prefix, 32 hexadecimal digits and ".tmp".</summary>
    static bool IsTemporary(ReadOnlySpan<char> name, string prefix) => name.Length == prefix.Length + 36 && name.StartsWith(prefix, StringComparison.Ordinal)
        && name.EndsWith(".tmp", StringComparison.Ordinal) && !name[prefix.Length..^4].ContainsAnyExcept("0123456789abcdef");
}
