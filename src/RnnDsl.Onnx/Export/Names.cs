namespace RnnDsl.Onnx.Export;

/// <summary>Names of values, unique in a graph and the bodies of its scans.</summary>
sealed class Names
{
    readonly HashSet<string> taken = [];

    /// <summary>Takes a name that must be this one.</summary>
    public bool TryTake(string name) => taken.Add(name);

    /// <summary>The name, or with a number behind it.</summary>
    public string Unique(string name)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
