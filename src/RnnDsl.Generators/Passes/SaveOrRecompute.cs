using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Chooses which values one stage keeps for another, above all the forward pass for the backward pass. A value that only one later stage reads is computed there. A cheap value
/// whose operands are available is recomputed rather than stored and loaded.
/// </summary>
internal sealed class SaveOrRecompute(Schedule schedule)
{
    /// <summary>Cycles per unit up to which recomputing is cheaper than a store and a load.</summary>
    const int Cheap = 2;

    public static void Run(Schedule schedule)
    {
        var pass = new SaveOrRecompute(schedule);
        pass.Sink();
        pass.Recompute();
    }

    void Sink()
    {
        for (int id = schedule.Graph.Nodes.Count - 1; id >= 0; id--)
        {
            Node node = schedule[id];
            if (OpTable.Kind(node) is not (OpKind.Elementwise or OpKind.Reduction) || node.Domain.IsParameters || schedule.IsResult(id))
                continue;
            Stage? home = schedule.Stages.HomeOf(id);
            if (home is null || home.Kind is StageKind.Loop or StageKind.EachExample || schedule.Reads(home, id) || IsAddedToProduct(home, node))
                continue;
            Stage[] readers = [.. schedule.Readers(id)];
            if (readers.Length != 1 || !CanHold(readers[0], node))
                continue;
            Stage target = readers[0];
            int newcomers = node.Inputs.Distinct().Count(i => !IsAtHand(i, target));
            if (newcomers > 1)
                continue;
            home.Nodes.Remove(id);
            Insert(target, id);
        }
    }

    /// <summary>True for the sum of a product and a parameter, which is added when the product is stored.</summary>
    bool IsAddedToProduct(Stage home, Node node) => node.Inputs.Any(i =>
        OpTable.Kind(schedule[i]) == OpKind.Product && home.Nodes.Contains(i) && FoldAddends.SumWithParameter(schedule, home, i)?.Id == node.Id);

    void Recompute()
    {
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int id = schedule.Graph.Nodes.Count - 1; id >= 0; id--)
            {
                Node node = schedule[id];
                if (OpTable.Kind(node) != OpKind.Elementwise || OpTable.Get(node.Op).Cost > Cheap || node.Domain.IsParameters)
                    continue;
                foreach (Stage reader in schedule.Readers(id).ToArray())
                {
                    if (!CanHold(reader, node) || (node.Op != Op.Across && !node.Inputs.All(i => IsAtHand(i, reader))) || !ReadByUnits(reader, id))
                        continue;
                    Insert(reader, id);
                    changed = true;
                }
            }
        }
        foreach (Stage stage in schedule.Stages)
            for (int i = stage.Nodes.Count - 1; i >= 0; i--)
            {
                int id = stage.Nodes[i];
                // A state is handed over at the end, even if nothing reads it.
                bool needed = schedule[id].Op == Op.Shift || schedule.Reads(stage, id) || schedule.IsResult(id) || schedule.Readers(id).Any();
                if (!needed)
                    stage.Nodes.RemoveAt(i);
            }
    }

    bool CanHold(Stage stage, Node node) => stage.Axis == node.Axis && !schedule.Users(stage, node.Id).Any(n => ExampleProducts.IsMatrixOf(schedule.Graph, node.Id, n)) && node.Domain switch
    {
        { IsExamples: true } => stage.Kind == StageKind.AllExamples,
        { IsSteps: true } when stage.Kind == StageKind.EachExample => true,
        { IsSteps: true } => stage.IsSequence && (stage.ByStep || !Schedule.SeesExamples(schedule.Graph, node)),
        _ => false,
    };

    /// <summary>True for a leaf, for a value that the stage computes or that is stored anyway, and for a vector repeated across a matrix, of which only the vector is stored.</summary>
    bool IsAtHand(int id, Stage stage) =>
        OpTable.Kind(schedule[id]) == OpKind.Leaf || schedule[id].Op == Op.Across || schedule[id].Domain.IsParameters || stage.Nodes.Contains(id) || schedule.Crosses(id);

    /// <summary>True if every reader in the stage takes the value unit by unit, so that it can stay in a register.</summary>
    bool ReadByUnits(Stage stage, int id) => schedule.Users(stage, id).All(n =>
        OpTable.Kind(n) is OpKind.Elementwise or OpKind.Reduction or OpKind.RowReduction);

    static void Insert(Stage stage, int id)
    {
        int index = stage.Nodes.BinarySearch(id);
        stage.Nodes.Insert(~index, id);
    }
}
