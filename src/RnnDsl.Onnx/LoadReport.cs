namespace RnnDsl.Onnx;

/// <summary>Tells what was loaded from a file.</summary>
/// <param name="Loaded">Names of the cells and parameters of the model that received values.</param>
/// <param name="Untouched">Names of the parameters of the model that kept their values.</param>
/// <param name="Unused">Names of the tensors of the file that were not read. For an ONNX file, the layers that were not used.</param>
/// <param name="InitialStates">States before the first step that are constants other than zero in an ONNX file: [hidden], or [batch × hidden] if they differ by
/// example. A model starts from its own constants. To start from these, pass them to <see cref="Execution.Session.InitialStates"/>.</param>
public sealed record LoadReport(
    IReadOnlyList<string> Loaded,
    IReadOnlyList<string> Untouched,
    IReadOnlyList<string> Unused,
    IReadOnlyDictionary<string, float[]> InitialStates)
{
    /// <summary>A line for each list that is not empty.</summary>
    public override string ToString() => string.Join('\n', new (string Name, IEnumerable<string> Names)[]
        { ("Loaded", Loaded), ("Untouched", Untouched), ("Unused", Unused), ("Initial states", InitialStates.Keys.Order()) }
        .Where(list => list.Names.Any()).Select(list => $"{list.Name}: {string.Join(", ", list.Names)}"));
}
