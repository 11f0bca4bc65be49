using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// After the places of a step are chosen: states whose next value may be written over the present one by a loop of a single turn. Where all units fit one
/// vector, everything that the loop reads of the state is in registers by then; a copy would only delay the next step.
/// </summary>
internal sealed class InPlace
{
    readonly Schedule schedule;
    readonly BufferPlan plan;
    readonly Stage stage;

    InPlace(Schedule schedule, BufferPlan plan, Stage stage)
    {
        this.schedule = schedule;
        this.plan = plan;
        this.stage = stage;
    }

    /// <param name="mayFit">False for a dimension that is known to be longer than any vector.</param>
    public static void Run(Schedule schedule, BufferPlan plan, Func<Dim, bool> mayFit)
    {
        foreach (Stage stage in schedule.Stages)
            foreach (int shift in stage.Nodes.Where(id => schedule[id].Op == Op.Shift && schedule[id].Shape.IsVector && mayFit(schedule[id].Shape.Rows!)))
                new InPlace(schedule, plan, stage).Try(shift);
    }

    void Try(int shift)
    {
        int next = schedule[shift].Inputs[0];
        RegionLoop? loop = stage.Phases.SelectMany(p => p.Region.Levels).SelectMany(l => l.Loops).FirstOrDefault(l => l.Nodes.Contains(next));
        if (loop is null || loop.Carries.Contains(shift) || schedule[next].Op == Op.Shift || plan.InPlace.ContainsKey(next) || schedule.IsResult(shift))
            return;
        int[] readers = [.. stage.Nodes.Where(n => schedule[n].Inputs.Contains(shift))];
        HashSet<int> before = [];
        AddOperands(next, before);
        // Products come first in a loop, so all but products are made after them; other readers come before the value only if it is made of them. A state that
        // becomes another state is read last of all.
        bool isProduct = IsProduct(next) || (schedule[next].Op == Op.Add && schedule[next].Inputs.Any(IsProduct));
        if (readers.All(r => schedule[r].Op != Op.Shift && loop.Nodes.Contains(r) && (before.Contains(r) || (!isProduct && IsProduct(r)))))
            plan.InPlace.Add(next, shift);
    }

    bool IsProduct(int id) => OpTable.Kind(schedule[id]) == OpKind.Product;

    void AddOperands(int id, HashSet<int> all)
    {
        if (all.Add(id) && schedule[id].Op != Op.Shift)
            foreach (int input in schedule[id].Inputs)
                AddOperands(input, all);
    }
}
