using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Whether a loss may be computed chunk by chunk, where nothing but the states of scans is handed from one chunk to the next. What a step reads besides (the step before, the whole sequence, a mean over
/// all steps) would then be that of its chunk, and the loss another function than that of whole sequences.
/// </summary>
internal static class Chunks
{
    /// <summary>Why not, phrased as what the method does; null if it may.</summary>
    public static string? Refuse(Graph graph)
    {
        bool[] ofAllSteps = new bool[graph.Nodes.Count], learned = new bool[graph.Nodes.Count];
        foreach (Node node in graph.Nodes)
        {
            if (node.Op == Op.Whole)
                return "looks from a step at a whole sequence, and would find its chunk alone";
            if (node.Domain.Thinned is not null)
                return "takes every k-th step (Every), and would begin again in each chunk";
            if (node.Op == Op.Shift && graph.Input(node, 1).Op != Op.InitialState)
                return node.IsForward ? "reads the step before (Previous), which the first step of a chunk does not have: give it as a column of its own, or keep it in a state of a cell"
                    : "reads the step after (Next), which the last step of a chunk does not have: give it as a column of its own";
            bool readsAll = node.Op != Op.Shift && node.Inputs.Any(i => ofAllSteps[i]);
            if (readsAll && node.Domain.IsSteps)
                return "gives what depends on all steps (the first or last one, a mean or maximum over time) to single steps, and would give that of a chunk";
            learned[node.Id] = node.Op == Op.Parameter || node.Inputs.Any(i => learned[i]);
            if (readsAll && OpTable.Kind(node) is OpKind.Elementwise && !IsLinear(node, i => ofAllSteps[i] && learned[i]))
                return "makes more of a sum over all steps than another sum or mean, and would make it of each chunk's: sum what each step loses";
            ofAllSteps[node.Id] = readsAll || node.Op is Op.Last or Op.First || (node.Reduces(Over.Steps) && node.Domain.IsExamples);
        }
        return null;
    }

    /// <summary>Whether the sum over chunks of an elementwise result is that of all steps, if it is so of the operands of which this is asked. What depends on no parameter, such as the number of labels, weighs.</summary>
    static bool IsLinear(Node node, Func<int, bool> isSum) => node.Op switch
    {
        Op.Add or Op.Subtract or Op.Negate or Op.Broadcast or Op.StopGradient or Op.Dropout => true,
        Op.Multiply => !(isSum(node.Inputs[0]) && isSum(node.Inputs[1])),
        Op.Divide => !isSum(node.Inputs[1]),
        _ => !node.Inputs.Any(isSum),
    };
}
