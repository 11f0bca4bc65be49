namespace RnnDsl.Onnx.Equations;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>A value is kept between −bound and bound. The bound is a constant or a scalar parameter.</summary>
/// <param name="Bound">The constant; 0 if the bound is a parameter.</param>
/// <param name="Parameter">Name of the parameter, or null.</param>
sealed record Clipping(double Bound, string? Parameter)
{
    /// <summary>All ways to read a node as a clipped argument: Clip(x, -b, b), Min(b, Max(-b, x)) and Max(-b, Min(b, x)).</summary>
    public static IEnumerable<(Clipping Clipping, int Argument)> Of(Graph graph, int id)
    {
        Node outer = graph[id];
        if (outer.Op is not (Op.Min or Op.Max))
            yield break;
        foreach ((int bound, int rest) in Orders(outer))
        {
            Node inner = graph[rest];
            if (inner.Op != (outer.Op == Op.Min ? Op.Max : Op.Min))
                continue;
            foreach ((int other, int argument) in Orders(inner))
                if (Symmetric(graph, outer.Op == Op.Min ? bound : other, outer.Op == Op.Min ? other : bound) is { } clipping)
                    yield return (clipping, argument);
        }
    }

    static IEnumerable<(int, int)> Orders(Node node) => [(node.Inputs[0], node.Inputs[1]), (node.Inputs[1], node.Inputs[0])];

    static Clipping? Symmetric(Graph graph, int high, int low)
    {
        if (graph[high] is { Op: Op.Constant } number && number.Number > 0)
            return graph[low] is { Op: Op.Constant } opposite && opposite.Number == -number.Number ? new Clipping(number.Number, null) : null;
        return Number(graph, high) is (string name, false) && Number(graph, low) is (string negated, true) && name == negated ? new Clipping(0, name) : null;
    }

    /// <summary>A scalar parameter, and whether it is negated. StopGradient may stand between.</summary>
    static (string Name, bool Negated)? Number(Graph graph, int id)
    {
        bool negated = false;
        while (graph[id].Op is Op.StopGradient or Op.Negate)
        {
            negated ^= graph[id].Op == Op.Negate;
            id = graph[id].Inputs[0];
        }
        return graph[id] is { Op: Op.Parameter, Shape.IsScalar: true } parameter ? (parameter.Name, negated) : null;
    }
}
