using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Onnx.Import;

/// <summary>
/// One direction of an ONNX LSTM, GRU or RNN (operator sets 7 to 22): gates i, o, f, c and z, r, h; W [directions, gates·hidden, input],
/// R [directions, gates·hidden, hidden], B [directions, 2·gates·hidden], P [directions, 3·hidden] for i, o, f. Lengths (sequence_lens) are a matter of
/// the data, and layout one of its axes: neither concerns the weights.
/// </summary>
sealed class RecurrentLayer : SourceLayer
{
    readonly int direction, directions;
    readonly string[] gates;
    readonly string? activation;

    RecurrentLayer(OnnxFile file, Constants constants, NodeProto node, int direction, int directions, bool reverse) : base(file, constants, node)
    {
        this.direction = direction;
        this.directions = directions;
        IsReverse = reverse;
        gates = node.OpType switch { "LSTM" => ["i", "o", "f", "g"], "GRU" => ["z", "r", "n"], _ => [""] };
        activation = node.OpType == "RNN" ? Activations()[0] : null;
    }

    public override bool IsReverse { get; }

    bool ResetsAfter => (Node.Find("linear_before_reset")?.I ?? 0) != 0;

    public override StandardCell[] Kinds => Node.OpType switch
    {
        "LSTM" => [StandardCell.Lstm, StandardCell.PeepholeLstm],
        "GRU" => [ResetsAfter ? StandardCell.Gru : StandardCell.GruResetBefore],
        _ => [activation == "RELU" ? StandardCell.ElmanRelu : StandardCell.Elman],
    };

    public override string ToString() => directions == 1 && !IsReverse ? base.ToString()
        : OnnxFile.Describe(Node).TrimEnd(')') + (IsReverse ? ", reverse)" : ", forward)");

    /// <summary>The node's directions, in the order of its weights.</summary>
    public static IEnumerable<RecurrentLayer> Of(OnnxFile file, Constants constants, NodeProto node)
    {
        string direction = node.Find("direction")?.S is { Length: > 0 } text ? text : "forward";
        return direction.ToLowerInvariant() switch
        {
            "forward" => [new RecurrentLayer(file, constants, node, 0, 1, false)],
            "reverse" => [new RecurrentLayer(file, constants, node, 0, 1, true)],
            "bidirectional" => [new RecurrentLayer(file, constants, node, 0, 2, false), new RecurrentLayer(file, constants, node, 1, 2, true)],
            _ => throw new InvalidDataException($"{OnnxFile.Describe(node)} has the direction '{direction}', which is none."),
        };
    }

    public override void Transfer(WeightTransfer transfer, TargetLayer target)
    {
        CheckOptions();
        if (!Kinds.Contains(target.Kind))
            throw Refusal(Mismatch(target));
        if (Node.Find("hidden_size") is { } size && size.I != target.Units)
            throw Refusal($"its hidden_size is {size.I}, and {target} needs {target.Units}");
        int units = target.Units, count = gates.Length;
        double[] Direction(double[] values) => values.AsSpan(direction * (values.Length / directions), values.Length / directions).ToArray();
        double[] w = Operand(1, "W", directions, count * units, target.Inputs) ?? throw Refusal("it has no W");
        double[] r = Operand(2, "R", directions, count * units, units) ?? throw Refusal("it has no R");
        double[]? b = Operand(3, "B", directions, 2 * count * units), p = Node.OpType == "LSTM" ? Operand(7, "P", directions, 3 * units) : null;
        double[][]? biases = b is null ? null : RecurrentWeights.Rows(Direction(b), 2 * count), peepholes = p is null ? null : RecurrentWeights.Rows(Direction(p), 3);
        transfer.Recurrent(target, new RecurrentWeights(gates, RecurrentWeights.Rows(Direction(w), count), RecurrentWeights.Rows(Direction(r), count),
            biases?[..count], biases?[count..], peepholes is null ? null : [peepholes[0], peepholes[2], peepholes[1]]), ToString());
        InitialState(transfer, target, 5, "h");
        if (Node.OpType == "LSTM")
            InitialState(transfer, target, 6, "c");
    }

    string Mismatch(TargetLayer target)
    {
        string needed = string.Join(" or ", Kinds);
        return Node.OpType == "GRU" && target.Kind is StandardCell.Gru or StandardCell.GruResetBefore
            ? $"its linear_before_reset is {(ResetsAfter ? 1 : 0)}, which is the cell {needed}, and not {target}" : $"it is the cell {needed}, and not {target}";
    }

    /// <summary>Options without an equal.</summary>
    void CheckOptions()
    {
        // A bound that no float passes is none.
        if (Node.Find("clip") is { F: < float.MaxValue } clip)
            throw Refusal(FormattableString.Invariant($"it clips its gates (clip = {clip.F}), which no cell of the library does"));
        if ((Node.Find("input_forget")?.I ?? 0) != 0)
            throw Refusal("it couples its gates (input_forget = 1), and the library's LSTM has separate ones");
        string[] found = Activations(), usual = Node.OpType switch { "LSTM" => ["SIGMOID", "TANH", "TANH"], "GRU" => ["SIGMOID", "TANH"], _ => found };
        if (!found.SequenceEqual(usual))
            throw Refusal($"its activations are {string.Join(", ", found)}, and the library's cell has {string.Join(", ", usual)}");
        if (Node.OpType == "RNN" && found is not (["TANH"] or ["RELU"]))
            throw Refusal($"its activation is {string.Join(", ", found)}, and the library's cells have Tanh (Elman) or Relu (ElmanRelu)");
    }

    /// <summary>Of this direction, in capitals: ONNX does not mind the case.</summary>
    string[] Activations()
    {
        int count = Node.OpType switch { "LSTM" => 3, "GRU" => 2, _ => 1 };
        string[] all = [.. (Node.Find("activations")?.Strings ?? []).Select(a => a.ToUpperInvariant())];
        if (all.Length == 0)
            return Node.OpType switch { "LSTM" => ["SIGMOID", "TANH", "TANH"], "GRU" => ["SIGMOID", "TANH"], _ => ["TANH"] };
        return all.Length == count * directions ? all[(direction * count)..((direction + 1) * count)]
            : throw Refusal($"it has {all.Length} activations, and {directions} direction{(directions == 1 ? "" : "s")} need {count * directions}");
    }

    /// <summary>A state before the first step: an input is the caller's, zeros are the cell's own; other constants are reported.</summary>
    void InitialState(WeightTransfer transfer, TargetLayer target, int operand, string state)
    {
        if (Input(operand) is not { } name || InitialStates.IsZeroOrGiven(File, Constants, name))
            return;
        Constant constant = Constants.Find(name) ?? InitialStates.Repeated(File, Constants, name)
            ?? throw Refusal($"its initial_{state} '{name}' {File.Origin(name)}: it is neither a constant nor an input of the graph");
        bool batchFirst = (Node.Find("layout")?.I ?? 0) != 0;
        int directionAxis = batchFirst ? 1 : 0, units = target.Units;
        if (constant.Shape.Length != 3 || constant.Shape[2] != units || constant.Shape[directionAxis] != directions)
            throw Refusal($"its initial_{state} is {constant}, but [{(batchFirst ? $"batch, {directions}" : $"{directions}, batch")}, {units}] is needed");
        WeightReader.CheckFinite(name, constant.Values);
        int batch = (int)constant.Shape[1 - directionAxis];
        float[] values = [.. Enumerable.Range(0, batch).SelectMany(b =>
            constant.Values.Skip((batchFirst ? b * directions + direction : direction * batch + b) * units).Take(units).Select(v => (float)v))];
        transfer.InitialState(ModuleEquations.Join(target.Path, state), values);
    }
}
