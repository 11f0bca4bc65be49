using RnnDsl.Generators.Ir;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Keras;

/// <summary>Tells whether a model applies a function to the result of one of its affine layers. All values that its equations compute from this result and constants alone are computed for
/// a few sample numbers, and compared with the function.</summary>
static class ModelActivation
{
    static readonly double[] Sample = [-4.2, -2.7, -0.6, 0.3, 1.7, 7.3];

    /// <param name="transfer">The model.</param>
    /// <param name="layer">The name of its affine layer.</param>
    /// <param name="wanted">The function.</param>
    /// <param name="inLoss">A function that means the same in a loss that takes the result as logits; null: none.</param>
    public static bool Applies(WeightTransfer transfer, string layer, Func<double[], double[]> wanted, Func<double[], double[]>? inLoss) =>
        transfer.Equations.Methods.Any(method => method.Graph.Nodes.Where(n => n.Op == Op.Map && n.Name == layer).Any(map => Values(method.Graph, map.Id)
            .Any(value => Same(value, wanted(Sample)) || method.IsLoss && inLoss is not null && Same(value, inLoss(Sample)))));

    static bool Same(double[] value, double[] wanted) => value.Length == wanted.Length && value.Zip(wanted).All(p => Math.Abs(p.First - p.Second) <= 1e-6 * Math.Max(1, Math.Abs(p.Second)));

    /// <summary>The values that the graph computes if the value of this node is the sample.</summary>
    static IEnumerable<double[]> Values(Graph graph, int map)
    {
        var known = new Dictionary<int, double[]> { [map] = Sample };
        foreach (Node node in graph.Nodes)
            if (node.Op == Op.Constant)
                known[node.Id] = [node.Number];
            else if (node.Id > map && node.Inputs.Count > 0 && node.Inputs.All(known.ContainsKey) && Value(node, [.. node.Inputs.Select(i => known[i])]) is { } value)
                yield return known[node.Id] = value;
    }

    static double[]? Value(Node node, double[][] x) => node.Op switch
    {
        Op.StopGradient or Op.Dropout or Op.Broadcast or Op.Last or Op.First => x[0],
        Op.Negate => Each(x, v => -v[0]),
        Op.Sigmoid => Each(x, v => KerasActivation.Sigmoid(v[0])),
        Op.Tanh => Each(x, v => Math.Tanh(v[0])),
        Op.Exp => Each(x, v => Math.Exp(v[0])),
        Op.Log => Each(x, v => Math.Log(v[0])),
        Op.Sqrt => Each(x, v => Math.Sqrt(v[0])),
        Op.Abs => Each(x, v => Math.Abs(v[0])),
        Op.Softplus => Each(x, v => KerasActivation.Softplus(v[0])),
        Op.Add => Each(x, v => v[0] + v[1]),
        Op.Subtract => Each(x, v => v[0] - v[1]),
        Op.Multiply => Each(x, v => v[0] * v[1]),
        Op.Divide => Each(x, v => v[0] / v[1]),
        Op.Min => Each(x, v => Math.Min(v[0], v[1])),
        Op.Max => Each(x, v => Math.Max(v[0], v[1])),
        Op.SelectGreater => Each(x, v => v[0] > v[1] ? v[2] : v[3]),
        Op.Reduce when node.Sums(Over.Units) => [x[0].Sum()],
        Op.Reduce when node.Reduces(Over.Units) => [x[0].Max()],
        _ => null,
    };

    /// <summary>Applies a function unit by unit. A single number is used for every unit.</summary>
    static double[] Each(double[][] x, Func<double[], double> function) =>
        [.. Enumerable.Range(0, x.Max(v => v.Length)).Select(i => function([.. x.Select(v => v.Length == 1 ? v[0] : v[i])]))];
}
