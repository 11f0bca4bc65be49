using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Onnx.Import;

/// <summary>Compares a node with a cell, and tells which cell would fit.</summary>
static class CellAdvice
{
    /// <summary>The differences and a remedy; null if the cell computes what the node computes.</summary>
    public static string? Mismatch(RecurrentOptions node, TargetLayer target)
    {
        if (node.Forms[0].Operator() != target.Form.Operator())
            return $"it is no layer for {target}: {Way(node, target)}";
        List<string> differences = [];
        if (!node.Forms.Contains(target.Form))
            differences.Add(target.Form.Operator() == "GRU" ? $"its linear_before_reset is {(node.Forms[0] == StandardForm.Gru ? 1 : 0)}"
                : $"its input_forget is {(node.Forms[0].IsCoupled() ? 1 : 0)}");
        if (!node.Activations.SequenceEqual(target.Cell.Activations))
            differences.Add($"its activations are {List(node.Activations)} instead of {List(target.Cell.Activations)}");
        // A bound that is a parameter gets the node's value, so it cannot differ.
        float bound = target.Cell.Clipping switch { null => float.MaxValue, { Parameter: null } constant => (float)constant.Bound, _ => node.Clip };
        if (node.Clip != bound)
            differences.Add(node.Clips ? FormattableString.Invariant($"it keeps the arguments of its activations within ±{node.Clip} (clip)") : "it does not clip");
        return differences.Count == 0 ? null : $"{string.Join(" and ", differences)}, unlike {target}: {Way(node, target)}";
    }

    static string Way(RecurrentOptions node, TargetLayer target)
    {
        StandardForm form = node.Forms.Contains(target.Form) ? target.Form : node.Forms[0];
        Activation[] usual = StandardCells.UsualActivations(form);
        if (form == StandardForm.Elman && node is { Clips: false, Activations: [{ Name: "Relu" }] })
            return "use ElmanRelu";
        if (node.Activations.FirstOrDefault(a => a.Code is null) is { } unknown)
            return $"no cell can have it, since the language has no {unknown.Name}";
        if (form.IsCoupled() && !node.Activations[0].IsComplementary)
            return $"no cell that couples its gates has it, since 1 − {node.Activations[0].Name}(x) is not {node.Activations[0].Name}(−x)";
        string name = form.LibraryName(node.Clips);
        string[] roles = ["in its gates", "in its candidate", "of its memory"];
        string[] changes = [.. usual.Select((u, i) => (Usual: u, Wanted: node.Activations[i], Role: usual.Length == 1 ? "" : " " + roles[i]))
            .Where(c => c.Usual != c.Wanted).Select(c => $"{c.Wanted.Code} for {c.Usual.Code}{c.Role}")];
        return changes.Length == 0 ? $"use {name}" : $"copy the cell {name} and write {string.Join(", ", changes)}";
    }

    static string List(Activation[] activations) => string.Join(", ", activations.Select(a => a.ToString()));
}
