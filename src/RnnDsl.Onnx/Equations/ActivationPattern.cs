namespace RnnDsl.Onnx.Equations;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>Finds the activations that a node of a graph may compute, with their arguments.</summary>
static class ActivationPattern
{
    /// <summary>All ways to read a node as an activation. The identity (1·x + 0) comes last.</summary>
    public static IEnumerable<(Activation Activation, int Argument)> Of(Graph graph, int id)
    {
        Node node = graph[id];
        switch (node.Op)
        {
            case Op.Sigmoid: yield return (Activation.Sigmoid, node.Inputs[0]); break;
            case Op.Softplus: yield return (Activation.Softplus, node.Inputs[0]); break;
            case Op.Tanh:
                yield return (Activation.Tanh, node.Inputs[0]);
                foreach ((double beta, int x) in Scaled(graph, node.Inputs[0]))
                    yield return (Activation.Of("ScaledTanh", 1, beta), x);
                break;
            case Op.Max when WithConstant(graph, node) is ({ Number: 0 }, int x): yield return (Activation.Relu, x); break;
            // min(1, max(0, αx + β))
            case Op.Min when WithConstant(graph, node) is ({ Number: 1 }, int y) && graph[y].Op == Op.Max && WithConstant(graph, graph[y]) is ({ Number: 0 }, int line):
                foreach ((double alpha, double beta, int x) in Lines(graph, line))
                    yield return (Activation.Of("HardSigmoid", alpha, beta), x);
                break;
            case Op.Multiply when WithConstant(graph, node) is (Node alpha, int tanh) && graph[tanh].Op == Op.Tanh:
                foreach ((double beta, int x) in Scaled(graph, graph[tanh].Inputs[0]).Append((1, graph[tanh].Inputs[0])))
                    yield return (Activation.Of("ScaledTanh", alpha.Number, beta), x);
                break;
            // x / (1 + |x|)
            case Op.Divide when graph[node.Inputs[1]].Op == Op.Add && WithConstant(graph, graph[node.Inputs[1]]) is ({ Number: 1 }, int size)
                && graph[size].Op == Op.Abs && graph[size].Inputs[0] == node.Inputs[0]:
                yield return (Activation.Softsign, node.Inputs[0]);
                break;
            case Op.SelectGreater when graph[node.Inputs[1]].Is(0) && node.Inputs[0] == node.Inputs[2]:
                if (Negative(graph, node.Inputs[0], node.Inputs[3]) is { } rectifier)
                    yield return (rectifier, node.Inputs[0]);
                break;
        }
        foreach ((double alpha, double beta, int x) in Lines(graph, id))
            yield return (Activation.Of("Affine", alpha, beta), x);
    }

    /// <summary>The activation that equals x above zero and this other branch below: αx or α(eˣ − 1).</summary>
    static Activation? Negative(Graph graph, int x, int below)
    {
        (double alpha, int rest) = graph[below].Op == Op.Negate ? (-1, graph[below].Inputs[0])
            : graph[below].Op == Op.Multiply && WithConstant(graph, graph[below]) is (Node factor, int other) ? (factor.Number, other) : (1, below);
        if (rest == x)
            return Activation.Of("LeakyRelu", alpha);
        return graph[rest].Op == Op.Subtract && graph[graph[rest].Inputs[1]].Is(1) && graph.Input(graph[rest], 0) is { Op: Op.Exp } power
            && graph.Input(power, 0) is { Op: Op.Min } least && WithConstant(graph, least) is ({ Number: 0 }, int argument) && argument == x
            ? Activation.Of("Elu", alpha) : null;
    }

    /// <summary>All ways to read the node as αx + β. The identity comes last.</summary>
    static IEnumerable<(double Alpha, double Beta, int X)> Lines(Graph graph, int id)
    {
        Node node = graph[id];
        (double sign, double beta, int rest) = node.Op switch
        {
            Op.Add when WithConstant(graph, node) is (Node constant, int y) => (1, constant.Number, y),
            Op.Subtract when graph[node.Inputs[1]] is { Op: Op.Constant } constant => (1, -constant.Number, node.Inputs[0]),
            Op.Subtract when graph[node.Inputs[0]] is { Op: Op.Constant } constant => (-1, constant.Number, node.Inputs[1]),
            _ => (1d, 0d, id),
        };
        foreach ((double alpha, int x) in Scaled(graph, rest))
            yield return (sign * alpha, beta, x);
        if (rest != id)
            yield return (sign, beta, rest);
        yield return (1, 0, id);
    }

    /// <summary>The node as αx, if it is a multiple.</summary>
    static IEnumerable<(double Alpha, int X)> Scaled(Graph graph, int id)
    {
        Node node = graph[id];
        if (node.Op == Op.Negate)
            yield return (-1, node.Inputs[0]);
        else if (node.Op == Op.Multiply && WithConstant(graph, node) is (Node factor, int x))
            yield return (factor.Number, x);
    }

    /// <summary>The constant among two operands, and the other operand.</summary>
    static (Node Constant, int Other)? WithConstant(Graph graph, Node node) =>
        graph.Input(node, 0).Op == Op.Constant ? (graph.Input(node, 0), node.Inputs[1])
        : graph.Input(node, 1).Op == Op.Constant ? (graph.Input(node, 1), node.Inputs[0]) : null;
}
