namespace RnnDsl.Onnx;

/// <summary>What was taken from a file.</summary>
/// <param name="Loaded">Cells and parameters of the model that got values, by name.</param>
/// <param name="Untouched">Parameters of the model that kept theirs.</param>
/// <param name="Unused">Tensors of the file that were not read; of an ONNX file, layers that were not taken.</param>
/// <param name="InitialStates">States before the first step that an ONNX file fixes, other than zero: [hidden], or [batch × hidden] where they differ by
/// example. A model starts from its own constants; hand these over through <see cref="Execution.Session.InitialStates"/>.</param>
public sealed record LoadReport(
    IReadOnlyList<string> Loaded,
    IReadOnlyList<string> Untouched,
    IReadOnlyList<string> Unused,
    IReadOnlyDictionary<string, float[]> InitialStates);
