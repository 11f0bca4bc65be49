using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

/// <summary>
/// Scans of the library's cells as ONNX's own LSTM, GRU and RNN (operator set 14): gates in their order (i, o, f, c and z, r, h), weights
/// W [1, gates·hidden, input], R [1, gates·hidden, hidden], B [1, 2·gates·hidden] with the biases of the input's and of the state's products, and
/// P [1, 3·hidden] of the peepholes i, o, f.
/// </summary>
sealed class StandardNodeWriter(ModuleEquations equations)
{
    /// <summary>The operator, and the cell's gates in its order.</summary>
    static (string Op, string[] Gates) Operator(StandardCell kind) => kind switch
    {
        StandardCell.Lstm or StandardCell.PeepholeLstm => ("LSTM", ["i", "o", "f", "g"]),
        StandardCell.Gru or StandardCell.GruResetBefore => ("GRU", ["z", "r", "n"]),
        _ => ("RNN", [""]),
    };

    /// <summary>Writes the node.</summary>
    /// <param name="writer">Takes the nodes.</param>
    /// <param name="kind">Any but <see cref="StandardCell.Linear"/>.</param>
    /// <param name="path">The layer's path.</param>
    /// <param name="reverse">From the last step to the first.</param>
    /// <param name="x">[length, batch, input].</param>
    /// <param name="initial">The states before the first step, [batch, hidden] each; null for zeros.</param>
    /// <param name="input">Width of the input.</param>
    /// <param name="hidden">Number of units.</param>
    /// <returns>The outputs [length, batch, hidden], and the states after the last step.</returns>
    public (string Output, string[] Finals) Write(
        GraphWriter writer, StandardCell kind, string path, bool reverse, string x, string[]? initial, int input, int hidden)
    {
        (string op, string[] gates) = Operator(kind);
        int states = op == "LSTM" ? 2 : 1;
        string Join(string name) => ModuleEquations.Join(path, name);
        long rows = (long)gates.Length * hidden;
        List<string> inputs =
        [
            x,
            writer.Tensor(Join("W"), Gather(path, gates.Select(g => "W" + g)), 1, rows, input),
            writer.Tensor(Join("R"), Gather(path, gates.Select(g => "U" + g)), 1, rows, hidden),
            writer.Tensor(Join("B"), Biases(path, kind, gates, hidden), 1, 2 * rows),
            "",
        ];
        inputs.AddRange(Enumerable.Range(0, states).Select(i =>
            initial is null ? "" : writer.Add("Unsqueeze", initial[i] + ".direction", [initial[i], writer.Ints(0)])));
        if (kind == StandardCell.PeepholeLstm)
            inputs.Add(writer.Tensor(Join("P"), Gather(path, ["pi", "po", "pf"]), 1, 3L * hidden));
        List<AttributeProto> attributes =
            [AttributeProto.Of("hidden_size", hidden), AttributeProto.Of("direction", reverse ? "reverse" : "forward")];
        if (kind == StandardCell.Gru)
            attributes.Add(AttributeProto.Of("linear_before_reset", 1));
        if (kind == StandardCell.ElmanRelu)
            attributes.Add(AttributeProto.Of("activations", ["Relu"]));
        string[] hints = [Join("Y"), Join("Y_h"), Join("Y_c")];
        string[] outputs = writer.AddMany(op, hints[..(states + 1)], [.. inputs], [.. attributes]);
        string y = writer.Add("Squeeze", Join("output"), [outputs[0], writer.Ints(1)]);
        return (y, [.. outputs[1..].Select(o => writer.Add("Squeeze", o + ".state", [o, writer.Ints(0)]))]);
    }

    float[] Gather(string path, IEnumerable<string> names) =>
        [.. names.SelectMany(n => equations.Module.Parameters[ModuleEquations.Join(path, n)].ToArray())];

    /// <summary>Ours lie with the input's products; only the GRU with the reset after the product has one that must lie with the state's.</summary>
    float[] Biases(string path, StandardCell kind, string[] gates, int hidden)
    {
        var second = new float[gates.Length * hidden];
        if (kind == StandardCell.Gru)
            Gather(path, ["cn"]).CopyTo(second.AsSpan(2 * hidden));
        return [.. Gather(path, gates.Select(g => "b" + g)), .. second];
    }
}
