using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// A value that is only added to products is added when these are stored, rather than in a loop of its own. It is a parameter (a bias), or the corresponding outputs of an earlier
/// group of products (the input's contribution to the gates).
/// </summary>
internal sealed class FoldAddends
{
    readonly Schedule schedule;

    /// <summary>Each group of products, by its first output.</summary>
    readonly Dictionary<int, (Stage Stage, ProductGroup Group)> groups = [];

    FoldAddends(Schedule schedule)
    {
        this.schedule = schedule;
        foreach (Stage stage in schedule.Stages)
            foreach (ProductGroup group in stage.Phases.SelectMany(p => p.Products))
                groups[group.Outputs[0].Node] = (stage, group);
    }

    public static void Run(Schedule schedule)
    {
        var pass = new FoldAddends(schedule);
        foreach (Stage stage in schedule.Stages.Where(RunsOverRows))
            foreach (ProductGroup group in stage.Phases.SelectMany(p => p.Products))
                pass.Run(stage, group);
    }

    /// <summary>Addends are prepared after all values that depend on parameters alone, so only products of rows can start with them.</summary>
    static bool RunsOverRows(Stage stage) => stage.IsSequence || stage.Kind == StageKind.AllExamples;

    /// <summary>If an addition is the only reader of a node and its other operand is prepared: that addition. It costs nothing where the node is computed.</summary>
    public static Node? SumWithParameter(Schedule schedule, Stage stage, int id) =>
        RunsOverRows(stage) && schedule.OnlyAddition(stage, id) is { } addition && schedule.IsPrepared(addition.Addend.Id) ? addition.Sum : null;

    void Run(Stage stage, ProductGroup group)
    {
        (Node Sum, Node Addend)?[] additions = [.. group.Outputs.Select(o => schedule.OnlyAddition(stage, o.Node))];
        bool outputs = AreOutputs(stage, [.. additions.Select(a => a?.Addend.Id)]);
        for (int i = 0; i < additions.Length; i++)
            if (additions[i] is { } addition && (outputs || schedule.IsPrepared(addition.Addend.Id)))
            {
                group.Outputs[i] = group.Outputs[i] with { Node = addition.Sum.Id, Addend = addition.Addend.Id };
                foreach (Phase phase in stage.Phases)
                    phase.Nodes.Remove(addition.Sum.Id);
            }
        groups[group.Outputs[0].Node] = (stage, group);
    }

    /// <summary>True if the addends are the outputs of one group of another stage, in the same order, and nothing else reads them. Then they lie side by side.</summary>
    bool AreOutputs(Stage stage, int?[] addends) =>
        addends[0] is int first && groups.TryGetValue(first, out (Stage Stage, ProductGroup Group) found) && found.Stage != stage
        && found.Group.Outputs.Select(o => (int?)o.Node).SequenceEqual(addends)
        && addends.All(a => schedule[a!.Value].Domain.IsSteps && !schedule.IsResult(a.Value));
}
