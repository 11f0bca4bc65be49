using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// After the sweeps are known: which product writes the gradient of a matrix first. A matrix that multiplies sequences, vectors of examples and parameters
/// has products in several stages, but one gradient; what runs first in the whole program writes it, all others add to it.
/// </summary>
internal static class FirstWriters
{
    public static void Run(Schedule schedule)
    {
        ILookup<int, string> gradients = schedule.Graph.Results.Where(r => r.IsGradient).ToLookup(r => r.Node, r => r.Of);
        var written = new HashSet<string>();
        foreach (ProductGroup group in schedule.Sweeps.SelectMany(s => s.Stages).Where(s => s.Kind == StageKind.Outer).SelectMany(s => s.Phases).SelectMany(p => p.Products))
            for (int i = 0; i < group.Outputs.Count; i++)
                group.Outputs[i] = group.Outputs[i] with { Gradients = [.. gradients[group.Outputs[i].Node].Select(name => new GradientPart(name, written.Add(name)))] };
    }
}
