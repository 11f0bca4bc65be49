using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

/// <summary>
/// Writes scans of cells of the standard forms as ONNX's own LSTM, GRU and RNN (operator set 14). The gates are in ONNX's order (i, o, f, c and z, r, h), with the weights
/// W [1, gates·hidden, input], R [1, gates·hidden, hidden], B [1, 2·gates·hidden] with the biases of the input's and of the state's products, and
/// P [1, 3·hidden] of the peepholes i, o, f.
/// </summary>
sealed class StandardNodeWriter(ModuleEquations equations)
{
    /// <summary>True if ONNX has a node for the cell with its current parameters: a bound must be above zero.</summary>
    public bool Has(StandardCell cell, string path) => cell.Form != StandardForm.Linear && cell.Form.HasOperator() && Clip(cell, path) is null or > 0;

    /// <summary>The bound within which the cell keeps the arguments of its activations; null if it does not clip.</summary>
    float? Clip(StandardCell cell, string path) => cell.Clipping is not { } clipping ? null
        : clipping.Parameter is { } bound ? equations.Module.Parameters[ModuleEquations.Join(path, bound)][0] : (float)clipping.Bound;

    /// <summary>Writes the node.</summary>
    /// <param name="writer">Takes the nodes.</param>
    /// <param name="cell">A cell for which <see cref="Has"/> is true.</param>
    /// <param name="path">The layer's path.</param>
    /// <param name="reverse">Whether the scan runs from the last step to the first.</param>
    /// <param name="x">[length, batch, input].</param>
    /// <param name="initial">The states before the first step, [batch, hidden] each; null for zeros.</param>
    /// <param name="lengths">Number of steps of each example, [batch]; null if all examples have all steps.</param>
    /// <param name="input">Width of the input.</param>
    /// <param name="hidden">Number of units.</param>
    /// <returns>The outputs [length, batch, hidden], and the states after the last step.</returns>
    public (string Output, string[] Finals) Write(
        GraphWriter writer, StandardCell cell, string path, bool reverse, string x, string[]? initial, string? lengths, int input, int hidden)
    {
        string op = cell.Form.Operator();
        string[] gates = op switch { "LSTM" => ["i", "o", "f", "g"], "GRU" => ["z", "r", "n"], _ => [""] };
        int states = op == "LSTM" ? 2 : 1;
        string Join(string name) => ModuleEquations.Join(path, name);
        long rows = (long)gates.Length * hidden;
        List<string> inputs =
        [
            x,
            writer.Tensor(Join("W"), Blocks(cell, path, "W", gates), 1, rows, input),
            writer.Tensor(Join("R"), Blocks(cell, path, "U", gates), 1, rows, hidden),
            writer.Tensor(Join("B"), [.. Blocks(cell, path, "b", gates), .. StateBiases(cell, path, gates, hidden)], 1, 2 * rows),
            lengths ?? "",
        ];
        inputs.AddRange(Enumerable.Range(0, states).Select(i =>
            initial is null ? "" : writer.Add("Unsqueeze", initial[i] + ".direction", [initial[i], writer.Ints(0)])));
        if (cell.Form.Peepholes().Length > 0)
            inputs.Add(writer.Tensor(Join("P"), Blocks(cell, path, "p", ["i", "o", "f"]), 1, 3L * hidden));
        AttributeProto[] attributes =
        [
            AttributeProto.Of("hidden_size", hidden),
            AttributeProto.Of("direction", reverse ? "reverse" : "forward"),
            .. Options(cell, path),
        ];
        string[] hints = [Join("Y"), Join("Y_h"), Join("Y_c")];
        string[] outputs = writer.AddMany(op, hints[..(states + 1)], [.. inputs], attributes);
        string y = writer.Add("Squeeze", Join("output"), [outputs[0], writer.Ints(1)]);
        return (y, [.. outputs[1..].Select(o => writer.Add("Squeeze", o + ".state", [o, writer.Ints(0)]))]);
    }

    /// <summary>The attributes that differ from the node's defaults.</summary>
    IEnumerable<AttributeProto> Options(StandardCell cell, string path)
    {
        if (cell.Form == StandardForm.Gru)
            yield return AttributeProto.Of("linear_before_reset", 1);
        if (cell.Form.IsCoupled())
            yield return AttributeProto.Of("input_forget", 1);
        if (Clip(cell, path) is { } clip and < float.MaxValue)
            yield return AttributeProto.Of("clip", clip);
        if (cell.HasUsualActivations)
            yield break;
        yield return AttributeProto.Of("activations", cell.Activations.Select(a => a.Name));
        float[] alphas = [.. cell.Activations.Where(a => a.HasAlpha).Select(a => a.Alpha)], betas = [.. cell.Activations.Where(a => a.HasBeta).Select(a => a.Beta)];
        if (alphas.Length > 0)
            yield return AttributeProto.Of("activation_alpha", alphas);
        if (betas.Length > 0)
            yield return AttributeProto.Of("activation_beta", betas);
    }

    /// <summary>
    /// The parameters of all gates, one after another. If one gate replaces two, both are written, the input gate as the complement of the forget gate,
    /// 1 − σ(a) = σ(−a). The values are then the same, whichever of the two a runtime reads.
    /// </summary>
    float[] Blocks(StandardCell cell, string path, string role, string[] gates) => [.. gates.SelectMany(gate => cell.Form.IsCoupled() && gate == "i"
        ? Array.ConvertAll(Parameter(path, role + "f"), v => -v) : Parameter(path, role + gate))];

    /// <summary>The biases of the state's products. The library's biases belong to the input's products, and these are zero. Only the GRU with the reset after the product has a bias here.</summary>
    float[] StateBiases(StandardCell cell, string path, string[] gates, int hidden)
    {
        var biases = new float[gates.Length * hidden];
        if (cell.Form == StandardForm.Gru)
            Parameter(path, "cn").CopyTo(biases.AsSpan(2 * hidden));
        return biases;
    }

    float[] Parameter(string path, string name) => equations.Module.Parameters[ModuleEquations.Join(path, name)].ToArray();
}
