using RnnDsl.Generators.Ir;

namespace RnnDsl.Onnx.Export;

/// <summary>Methods that cannot be exported, because every sequence of the written graph belongs to an example.</summary>
static class Refusal
{
    /// <summary>The reason why a method cannot be exported; null if it can.</summary>
    public static string? Of(MethodModel method) => method.Inputs.Any(i => i.Domain.IsNested) || method.Graph.Nodes.Any(n => n.Domain.IsNested)
        ? $"{method.Name} reads a sequence at every step (Seqs): these have lengths of their own at each step, and a tensor of ONNX has one size along each of its axes. Export a method that takes what is made of them."
        : null;
}
