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
}
