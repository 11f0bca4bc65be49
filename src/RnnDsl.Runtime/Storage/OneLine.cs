namespace RnnDsl.Storage;

/// <summary>Messages about a file, in which names of the file stand, whatever these are.</summary>
static class OneLine
{
    const int MaximumLength = 1500;

    /// <summary>The message without control characters, and not longer than a reader's patience.</summary>
    public static string Of(string message)
    {
        string cut = message.Length <= MaximumLength ? message : message[..MaximumLength] + "…";
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)) : cut;
    }

    /// <summary>Reads a file, or bytes without a name; what is wrong with it is said in one line, with the file's name before it.</summary>
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
