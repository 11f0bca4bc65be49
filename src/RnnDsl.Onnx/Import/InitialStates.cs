using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Import;

/// <summary>Finds out where the initial state of a recurrent node comes from. Exporters write zeros of a batch's size in many ways.</summary>
static class InitialStates
{
    /// <summary>True for zeros of any size and for an input of the graph, also through operations that only move values.</summary>
    public static bool IsZeroOrGiven(OnnxGraph file, Constants constants, string name)
    {
        var open = new Stack<string>([name]);
        var seen = new HashSet<string>();
        while (open.TryPop(out string? value))
        {
            if (!seen.Add(value))
                continue;
            if (constants.Find(value) is { } constant)
            {
                if (constant.Values.Any(v => v != 0))
                    return false;
            }
            else if (!file.IsModelInput(value))
            {
                if (file.Producer(value) is not { } node || Sources(file, node) is not { } sources)
                    return false;
                foreach (string source in sources)
                    open.Push(source);
            }
        }
        return true;
    }

    /// <summary>The operands that provide all values of the node's output; null if the node computes new values.</summary>
    static IEnumerable<string>? Sources(OnnxGraph file, NodeProto node) => node.OpType switch
    {
        "ConstantOfShape" => node.Find("value")?.T is not { } value || value.ToDoubles(file.External).All(v => v == 0) ? [] : null,
        "Concat" => node.Input,
        "Identity" or "Cast" or "Expand" or "Tile" or "Reshape" or "Squeeze" or "Unsqueeze" or "Transpose" or "Slice" or "Split" or "Gather" => node.Input.Take(1),
        _ => null,
    };

    /// <summary>A constant [directions, 1, hidden] that the graph repeats for every example.</summary>
    public static Constant? Repeated(OnnxGraph file, Constants constants, string name) =>
        file.Producer(name) is { OpType: "Expand" or "Tile", Input: [var repeated, ..] } && constants.Find(repeated) is { Shape: [_, 1, _] } constant ? constant : null;
}
