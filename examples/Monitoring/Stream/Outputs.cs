using RnnDsl.Storage;

namespace RnnDsl.Examples.Monitoring;

/// <summary>A file that an option names; its path is null if the option is not given.</summary>
readonly record struct NamedFile(string Option, string? Path);

/// <summary>Files that are written while a stream is watched.</summary>
static class Outputs
{
    /// <summary>Requires that all files can be written, and that none of them is also read, or written for another option.</summary>
    /// <param name="read">Files that are read.</param>
    /// <param name="replaced">Files that new ones take the place of.</param>
    /// <param name="written">Files that are written on.</param>
    /// <exception cref="IOException">A file cannot be written, or two options name it; the message says why.</exception>
    public static void Check(IEnumerable<NamedFile> read, IReadOnlyList<NamedFile> replaced, IReadOnlyList<NamedFile> written)
    {
        var known = new Dictionary<string, string>();
        foreach ((string option, string? path) in read)
            if (path is not null)
                known[AtomicFile.Target(path)] = option;
        foreach ((string option, string? path) in replaced.Concat(written))
            if (path is not null && !known.TryAdd(AtomicFile.Target(path), option))
                throw new IOException($"{known[AtomicFile.Target(path)]} and {option} are the same file, '{path}', which would be overwritten. Give {option} another one.");
        foreach (NamedFile file in replaced.Concat(written))
            if (file.Path is { } path)
                Check(path, isReplaced: replaced.Contains(file));
    }

    /// <summary>Requires that a file can be written, before hours of work end with the message that it cannot.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isReplaced">Whether a new file takes its place, so that its folder must take one; otherwise it is written on.</param>
    /// <exception cref="IOException">It cannot; the message says why.</exception>
    public static void Check(string path, bool isReplaced)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new IOException($"Cannot write '{path}': it is a folder.");
        if (Directory.Exists(path))
            throw new IOException($"Cannot write '{path}': it is a folder.");
        if (!Directory.Exists(folder))
            throw new IOException($"Cannot write '{path}': there is no folder '{folder}'.");
        try
        {
            bool isThere = File.Exists(path);
            if (isThere)
                new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
            if (isReplaced || !isThere)
                new FileStream(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot write '{path}': no file can be written there.", error);
        }
    }
}

/// <summary>Work with files that may fail for a moment, as on a full disk: that is told once, and so is its end.</summary>
sealed class Retried(string what, Action<string> warn)
{
    /// <summary>Whether it failed the last time.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>Does it. Returns whether it went well; if not, it is to be tried again.</summary>
    public bool Try(Action work)
    {
        try
        {
            work();
            if (IsFailing)
                warn($"{what}: it works again.");
            IsFailing = false;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!IsFailing)
                warn($"{what}: {error.Message.TrimEnd('.')}. It is tried again.");
            IsFailing = true;
            return false;
        }
    }
}
