namespace RnnDsl.Onnx.Export;

/// <summary>Names of values, unique in a graph and the bodies of its scans.</summary>
sealed class Names
{
    readonly HashSet<string> taken = [];

    /// <summary>Reserves exactly this name; false if it is taken.</summary>
    public bool TryTake(string name) => taken.Add(name);

    /// <summary>The name, with a number appended if it is taken.</summary>
    public string Unique(string name)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
