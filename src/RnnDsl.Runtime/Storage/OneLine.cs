namespace RnnDsl.Storage;

/// <summary>Messages about a file. They contain names from the file, which may be anything.</summary>
static class OneLine
{
    const int MaximumLength = 1500;

    /// <summary>The message without control characters, and of limited length.</summary>
    public static string Of(string message)
    {
        string cut = message.Length <= MaximumLength ? message : message[..MaximumLength] + "…";
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)) : cut;
    }

    /// <summary>Reads a file, or unnamed bytes. An error is reported in one line, which begins with the file's name.</summary>
    public static T Named<T>(string? path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(path is null ? Of(e.Message) : $"{path}: {Of(e.Message)}", e);
        }
    }
}
