using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Onnx.Import;

/// <summary>
/// One direction of an ONNX LSTM, GRU or RNN (operator sets 7 to 22). The gates are i, o, f, c and z, r, h; W [directions, gates·hidden, input],
/// R [directions, gates·hidden, hidden], B [directions, 2·gates·hidden], P [directions, 3·hidden] for i, o, f. Lengths (sequence_lens) belong to
/// the data, and layout is the order of its axes, so neither affects the weights.
/// </summary>
sealed class RecurrentLayer : SourceLayer
{
    readonly int direction, directions;

    RecurrentLayer(OnnxGraph file, Constants constants, NodeProto node, int direction, int directions, bool reverse) : base(file, constants, node)
    {
        this.direction = direction;
        this.directions = directions;
        IsReverse = reverse;
        Forms = RecurrentOptions.FormsOf(node);
    }

    public override bool IsReverse { get; }

    public override StandardForm[] Forms { get; }

    public override string ToString() => directions == 1 && !IsReverse ? base.ToString()
        : OnnxGraph.Describe(Node).TrimEnd(')') + (IsReverse ? ", reverse)" : ", forward)") + File.Where;

    /// <summary>The node's directions, in the order of its weights.</summary>
    public static IEnumerable<RecurrentLayer> Of(OnnxGraph file, Constants constants, NodeProto node)
    {
        string direction = node.Find("direction")?.S is { Length: > 0 } text ? text : "forward";
        return direction.ToLowerInvariant() switch
        {
            "forward" => [new RecurrentLayer(file, constants, node, 0, 1, false)],
            "reverse" => [new RecurrentLayer(file, constants, node, 0, 1, true)],
            "bidirectional" => [new RecurrentLayer(file, constants, node, 0, 2, false), new RecurrentLayer(file, constants, node, 1, 2, true)],
            _ => throw new InvalidDataException($"{OnnxGraph.Describe(node)} has the direction '{direction}', which is none."),
        };
    }

    public override void Transfer(WeightTransfer transfer, TargetLayer target)
    {
        RecurrentOptions options = RecurrentOptions.Of(Node, direction, directions, Refusal);
        if (CellAdvice.Mismatch(options, target) is { } mismatch)
            throw Refusal(mismatch);
        if (Node.Find("hidden_size") is { } size && size.I != target.Units)
            throw Refusal($"its hidden_size is {size.I}, and {target} needs {target.Units}");
        transfer.Recurrent(target, Weights(target), ToString(), options.Clip);
        InitialState(transfer, target, 5, "h");
        if (Node.OpType == "LSTM")
            InitialState(transfer, target, 6, "c");
    }

    RecurrentWeights Weights(TargetLayer target)
    {
        int units = target.Units;
        string[] gates = Node.OpType switch { "LSTM" => ["i", "o", "f", "g"], "GRU" => ["z", "r", "n"], _ => [""] }, peepholes = ["i", "o", "f"];
        double[][]? Blocks(double[]? values, int count) => values is null ? null
            : RecurrentWeights.Rows(values.AsSpan(direction * (values.Length / directions), values.Length / directions), count);
        int count = gates.Length;
        double[][] w = Blocks(Operand(1, "W", directions, count * units, target.Inputs), count) ?? throw Refusal("it has no W");
        double[][] r = Blocks(Operand(2, "R", directions, count * units, units), count) ?? throw Refusal("it has no R");
        double[][]? b = Blocks(Operand(3, "B", directions, 2 * count * units), 2 * count);
        double[][]? p = Node.OpType == "LSTM" ? Blocks(Operand(7, "P", directions, 3 * units), 3) : null;
        if (!target.Form.IsCoupled())
            return new RecurrentWeights(gates, w, r, b?[..count], b?[count..], p is null ? null : peepholes.Zip(p).ToDictionary(x => x.First, x => x.Second));
        // ONNX Runtime computes the forget gate as 1 − i and ignores its weights. The library's cell has the weights of the forget gate: 1 − σ(a) = σ(−a).
        static double[][] Forget(double[][] blocks) => [Array.ConvertAll(blocks[0], v => -v), blocks[1], blocks[3]];
        return new RecurrentWeights(["f", "o", "g"], Forget(w), Forget(r), b is null ? null : Forget(b[..count]), b is null ? null : Forget(b[count..]),
            p is null ? null : new() { ["f"] = Array.ConvertAll(p[0], v => -v), ["o"] = p[1] });
    }

    /// <summary>Handles a state before the first step. An input is left to the caller, zeros are the cell's own start, and other constants are reported.</summary>
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
