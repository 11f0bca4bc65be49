using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Decides, once the sweeps are known, which product writes the gradient of a matrix first. A matrix that multiplies sequences, vectors of examples and parameters has products in
/// several stages, but one gradient: the first one to run in the whole program overwrites it, and all others add to it. The same holds for values that are computed from products
/// afterwards, where a matrix is a part of another.
/// </summary>
internal static class FirstWriters
{
    public static void Run(Schedule schedule)
    {
        ILookup<int, string> gradients = schedule.Graph.Results.Where(r => r.IsGradient).ToLookup(r => r.Node, r => r.Parameter);
        Dictionary<string, int> parts = schedule.Graph.Results.Where(r => r.IsGradient).GroupBy(r => r.Parameter).ToDictionary(g => g.Key, g => g.Count());
        var written = new HashSet<string>();
        foreach (Stage stage in schedule.Sweeps.SelectMany(s => s.Stages))
            if (stage.Kind == StageKind.Outer)
            {
                foreach (ProductGroup group in stage.Phases.SelectMany(p => p.Products))
                    for (int i = 0; i < group.Outputs.Count; i++)
                        if (!schedule.HasOwnBuffer(group.Outputs[i].Node))
                            group.Outputs[i] = group.Outputs[i] with { Gradients = [.. gradients[group.Outputs[i].Node].Select(name => new GradientPart(name, written.Add(name)))] };
            }
            else
                foreach (int id in stage.Nodes.Where(id => schedule[id].Shape.IsMatrix && (stage.Kind == StageKind.Epilogue || schedule[id].Reduces(Over.Domain))))
                    if (gradients[id].Take(2).ToArray() is [string name]
                        && (parts[name] == 1 || (stage.Kind == StageKind.Epilogue && schedule.Graph.Users(id).Count == 0 && OpTable.Kind(schedule[id]) == OpKind.Elementwise)))
                        schedule.ComputedGradients.Add(new ComputedGradient(id, name, written.Add(name), InPlace: true));
        // The others are moved to the gradients when all stages have run.
        foreach (Result result in schedule.Graph.Results.Where(r => r.IsGradient && schedule[r.Node].Shape.IsMatrix && (!OpTable.IsOuter(schedule[r.Node]) || schedule.HasOwnBuffer(r.Node))))
            if (!schedule.ComputedGradients.Any(p => p.InPlace && p.Node == result.Node))
                schedule.ComputedGradients.Add(new ComputedGradient(result.Node, result.Parameter, written.Add(result.Parameter), InPlace: false));
    }
}
