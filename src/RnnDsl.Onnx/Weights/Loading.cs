namespace RnnDsl.Onnx.Weights;

/// <summary>The frame of every load: collect and check, then copy; the file's name before what is wrong with it.</summary>
static class Loading
{
    public static T Named<T>(string path, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }
}
