using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// What is only added to products is added as these are stored, instead of in a loop of its own: parameters (a bias), or the outputs of an earlier group of
/// products, one each (what the input contributes to the gates).
/// </summary>
internal sealed class FoldAddends
{
    readonly Schedule schedule;
    readonly Stage stage;

    FoldAddends(Schedule schedule, Stage stage)
    {
        this.schedule = schedule;
        this.stage = stage;
    }

    public static void Run(Schedule schedule)
    {
        foreach (Stage stage in schedule.Stages.Where(s => s.Kind != StageKind.Outer))
            foreach (ProductGroup group in stage.Phases.SelectMany(p => p.Products))
                new FoldAddends(schedule, stage).Run(group);
    }

    /// <summary>The addition that alone reads a node, if it adds a parameter: where the node is computed, what is added costs nothing.</summary>
    public static Node? SumWithParameter(Schedule schedule, Stage stage, int id) =>
        OnlySum(schedule, stage, id) is { } sum && schedule[Other(sum, id)].Space == Space.Parameter ? sum : null;

    void Run(ProductGroup group)
    {
        Node?[] sums = [.. group.Outputs.Select(o => OnlySum(schedule, stage, o.Node))];
        int?[] addends = [.. sums.Select((s, i) => s is null ? (int?)null : Other(s, group.Outputs[i].Node))];
        if (!AreOutputs(addends))
            addends = [.. addends.Select(a => a is int id && schedule[id].Space == Space.Parameter ? a : null)];
        for (int i = 0; i < addends.Length; i++)
            if (addends[i] is int addend)
            {
                group.Outputs[i] = group.Outputs[i] with { Node = sums[i]!.Id, Addend = addend };
                foreach (Phase phase in stage.Phases)
                    phase.Nodes.Remove(sums[i]!.Id);
            }
    }

    /// <summary>True if the addends are the outputs of one group of another stage, in the same order, and nothing else reads them: they lie side by side.</summary>
    bool AreOutputs(int?[] addends) =>
        schedule.Stages.Where(s => s != stage).SelectMany(s => s.Phases).SelectMany(p => p.Products).Any(g => g.Outputs.Select(o => (int?)o.Node).SequenceEqual(addends))
        && addends.All(a => schedule[a!.Value].Space == Space.Sequence && !schedule.IsResult(a.Value));

    static Node? OnlySum(Schedule schedule, Stage stage, int id)
    {
        Node[] readers = [.. stage.Nodes.Select(n => schedule[n]).Where(n => n.Inputs.Contains(id))];
        return readers is [{ Op: Op.Add } sum] && sum.Inputs[0] != sum.Inputs[1] && sum.Shape == schedule[id].Shape && schedule[Other(sum, id)].Shape == sum.Shape
            && sum.Space == schedule[id].Space && !schedule.Crosses(id) ? sum : null;
    }

    static int Other(Node sum, int id) => sum.Inputs[0] == id ? sum.Inputs[1] : sum.Inputs[0];
}
