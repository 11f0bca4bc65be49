namespace RnnDsl.Onnx.Weights;

/// <summary>The frame of every load: what is wrong with a file is one line, with the file's name before it.</summary>
static class Loading
{
    const int MaximumLength = 1500;

    /// <summary>Loads from a file, or from bytes without a name.</summary>
    public static T Named<T>(string? path, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(path is null ? OneLine(e.Message) : $"{path}: {OneLine(e.Message)}", e);
        }
    }

    /// <summary>Names come from the file, and may be anything.</summary>
    static string OneLine(string message)
    {
        string cut = message.Length <= MaximumLength ? message : message[..MaximumLength] + "…";
        return string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c));
    }
}
