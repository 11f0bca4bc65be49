using System.Globalization;

namespace RnnDsl.Generators.Ir;

/// <summary>Names of what arrays hold: "past.2" in files and graphs, where an element has a path as what a layer owns has; past[2] in C# and in messages.</summary>
internal static class ElementName
{
    public static string Of(string array, int element) => $"{array}.{element.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The name, or path, as equations write it: "deep.0.W" is deep[0].W. A part that is a number is an element, since no name begins with a digit.</summary>
    /// <param name="path">The name.</param>
    /// <param name="identifier">How C# takes its first part; null: as it is.</param>
    public static string Written(string path, Func<string, string>? identifier = null)
    {
        string[] parts = path.Split('.');
        string first = identifier is null ? parts[0] : identifier(parts[0]);
        return first + string.Concat(parts.Skip(1).Select(p => p.Length > 0 && p[0] is >= '0' and <= '9' ? $"[{p}]" : "." + p));
    }
}
