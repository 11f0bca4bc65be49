using System.ComponentModel;

namespace RnnDsl.Storage;

/// <summary>Opens files to read. For the library's own packages.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class InputFile
{
    /// <summary>Opens a file. The operating systems' own messages say of a folder that access is denied, and of a missing file only its full path.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or it is a folder; the message says which.</exception>
    public static FileStream Open(string path)
    {
        Check(path);
        return File.OpenRead(path);
    }

    /// <summary>Requires that a path is that of a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or it is a folder; the message says which.</exception>
    public static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException(Directory.Exists(path) ? $"'{path}' is a folder, not a file." : $"There is no file '{path}' ({Path.GetFullPath(path)}).", path);
    }
}
