using System.Globalization;

namespace RnnDsl.Generators.Ir;

/// <summary>Names of array elements. An element is "past.2" in files and graphs, like the path of something that a layer owns, and past[2] in C# and in messages.</summary>
internal static class ElementName
{
    public static string Of(string array, int element) => $"{array}.{element.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The name or path as equations write it: "deep.0.W" is deep[0].W. A part that is a number is an element, since no name begins with a digit.</summary>
    /// <param name="path">The name.</param>
    /// <param name="identifier">Turns the first part into a C# identifier; null leaves it unchanged.</param>
    public static string Written(string path, Func<string, string>? identifier = null)
    {
        string[] parts = path.Split('.');
        string first = identifier is null ? parts[0] : identifier(parts[0]);
        return first + string.Concat(parts.Skip(1).Select(p => p.Length > 0 && p[0] is >= '0' and <= '9' ? $"[{p}]" : "." + p));
    }
}
