using System.Globalization;

namespace RnnDsl.Examples.EdgePredictor;

/// <summary>A wrong command line; its message says what to write instead.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command line; what is taken is struck off, so that what is left is wrong.</summary>
internal sealed class Arguments(string[] arguments)
{
    readonly List<string> left = [.. arguments];

    public bool Flag(string name) => left.Remove(name);

    public string? Value(string name)
    {
        int at = left.IndexOf(name);
        if (at < 0)
            return null;
        string value = at + 1 < left.Count ? left[at + 1] : throw new UsageException($"{name} needs a value; --help lists the options.");
        left.RemoveRange(at, 2);
        return value;
    }

    public int Count(string name, int otherwise)
    {
        string? text = Value(name);
        return text is null ? otherwise : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count
            : throw new UsageException($"{name} needs a whole number of at least 1, not '{text}'.");
    }

    /// <summary>The one argument that is no option, or null.</summary>
    public string? Last()
    {
        string? file = left.Find(a => a == "-" || !a.StartsWith('-'));
        left.Remove(file ?? "");
        return left.Count == 0 ? file : throw new UsageException($"'{left[0]}' is not understood; --help lists the options.");
    }
}
