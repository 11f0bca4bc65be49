using RnnDsl.Generators.Ir;

namespace RnnDsl.Onnx.Export;

/// <summary>What the written graph, whose sequences are those of examples, cannot say.</summary>
static class Refusal
{
    /// <summary>Why a method is not exported; null if it is.</summary>
    public static string? Of(MethodModel method) => method.Inputs.Any(i => i.Domain.IsNested) || method.Graph.Nodes.Any(n => n.Domain.IsNested)
        ? $"{method.Name} reads a sequence at every step (Seqs): these have lengths of their own at each step, and a tensor of ONNX has one size along each of its axes. Export a method that takes what is made of them."
        : null;
}
