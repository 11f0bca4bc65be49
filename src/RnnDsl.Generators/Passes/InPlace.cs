using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Runs after the buffers of a step are chosen. Finds states whose next value may overwrite the present one, in a loop of a single iteration. If all units fit one vector, the loop
/// has everything that it reads of the state in registers by then, and a copy would only delay the next step.
/// </summary>
internal sealed class InPlace
{
    readonly Schedule schedule;
    readonly BufferPlan plan;
    readonly Stage stage;
    readonly Dictionary<int, RegionLoop> loops = [];

    InPlace(Schedule schedule, BufferPlan plan, Stage stage)
    {
        this.schedule = schedule;
        this.plan = plan;
        this.stage = stage;
        foreach (RegionLoop loop in stage.Phases.SelectMany(p => p.Region.Levels).SelectMany(l => l.Loops))
            foreach (int id in loop.Nodes)
                if (!loops.ContainsKey(id))
                    loops.Add(id, loop);
    }

    /// <param name="mayFit">False for a dimension that is known to be longer than any vector.</param>
    public static void Run(Schedule schedule, BufferPlan plan, Func<Dim, bool> mayFit)
    {
        foreach (Stage stage in schedule.Stages)
        {
            var pass = new InPlace(schedule, plan, stage);
            foreach (int shift in stage.Nodes.Where(id => schedule[id].Op == Op.Shift && schedule[id].Shape.IsVector && mayFit(schedule[id].Shape.Rows!)))
                pass.Try(shift);
        }
    }

    void Try(int shift)
    {
        int next = schedule[shift].Inputs[0];
        if (!loops.TryGetValue(next, out RegionLoop? loop) || loop.Carries.Contains(shift) || schedule[next].Op == Op.Shift || plan.InPlace.ContainsKey(next) || schedule.IsResult(shift))
            return;
        int[] readers = [.. schedule.Users(stage, shift).Select(n => n.Id)];
        HashSet<int> before = Operands(next, readers.DefaultIfEmpty(next).Min());
        // Products come first in a loop, so every value that is not a product is made after them. Other readers come before the value only if the value is computed from them. A
        // state that becomes another state is read last.
        bool isProduct = IsProduct(next) || (schedule[next].Op == Op.Add && schedule[next].Inputs.Any(IsProduct));
        if (readers.All(r => schedule[r].Op != Op.Shift && loop.Nodes.Contains(r) && (before.Contains(r) || (!isProduct && IsProduct(r)))))
            plan.InPlace.Add(next, shift);
    }

    bool IsProduct(int id) => OpTable.Kind(schedule[id]) == OpKind.Product;

    /// <summary>All nodes that a value is computed from, back to a given node, and the value itself.</summary>
    HashSet<int> Operands(int id, int back)
    {
        var all = new HashSet<int>();
        var open = new Stack<int>([id]);
        while (open.Count > 0)
        {
            int next = open.Pop();
            if (next >= back && all.Add(next) && schedule[next].Op != Op.Shift)
                foreach (int input in schedule[next].Inputs)
                    open.Push(input);
        }
        return all;
    }
}
