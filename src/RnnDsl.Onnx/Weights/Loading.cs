using RnnDsl.Storage;

namespace RnnDsl.Onnx.Weights;

/// <summary>The frame of every load: what is wrong with a file is one line, with the file's name before it.</summary>
static class Loading
{
    /// <summary>Loads from a file, or from bytes without a name.</summary>
    public static T Named<T>(string? path, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(path is null ? OneLine.Of(e.Message) : $"{path}: {OneLine.Of(e.Message)}", e);
        }
    }
}
