using System.ComponentModel;

namespace RnnDsl.Storage;

/// <summary>Creates folders, and files in them, to write to. For the library's own packages.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class OutputFolder
{
    /// <summary>Creates a folder, and those that it lies in, if it is not there.</summary>
    /// <exception cref="IOException">It cannot be created. The message names it; that of the operating system may say that a file was not found.</exception>
    public static DirectoryInfo Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot create the folder '{path}': {(File.Exists(path) ? "there is a file of that name" : Reason(e, "folder"))}.", e);
        }
    }

    /// <summary>Creates a file that is written line by line and may be read meanwhile. Nothing is kept in a buffer.</summary>
    /// <exception cref="IOException">There is such a file, or it cannot be created; the message names it.</exception>
    public static FileStream NewFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot create the file '{path}': {Reason(e, "file")}.", e);
        }
    }

    /// <summary>Why a file or folder was not created. Of some places the operating system says that what was to be created was not found.</summary>
    internal static string Reason(Exception e, string what) =>
        e is FileNotFoundException or DirectoryNotFoundException ? $"no {what} can be created there" : e.Message.TrimEnd('.');
}
