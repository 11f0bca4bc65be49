namespace RnnDsl.Storage;

/// <summary>Messages about a file. They contain names from the file, which may be anything.</summary>
static class OneLine
{
    const int MaximumLength = 1500;

    /// <summary>The message without control characters, and of limited length.</summary>
    public static string Of(string message)
    {
        char[] cut = (message.Length <= MaximumLength ? message : message[..MaximumLength] + "…").ToCharArray();
        for (int i = 0; i < cut.Length; i++)
            if (char.IsControl(cut[i]))
                cut[i] = ' ';
        return new(cut);
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
