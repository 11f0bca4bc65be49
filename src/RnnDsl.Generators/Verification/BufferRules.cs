using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Verification;

/// <summary>A schedule and the views of its values.</summary>
internal sealed record Planned(Schedule Schedule, BufferPlan Plan);

/// <summary>The rules that hold once every value has its view.</summary>
internal static class BufferRules
{
    public static readonly IReadOnlyList<Rule<Planned>> All =
    [
        new("A value that a stage reads from another stage has memory.", p => Shared(p.Schedule).Where(r => !HasMemory(p, r.Operand)).Select(r => $"{Name(p, r.Operand)} has none")),
        new("A buffer lives from the sweep that writes it to the last sweep that reads it.", p => Shared(p.Schedule).Where(r => BufferOf(p, r.Operand) is { } buffer
            && (buffer.Last < SweepOf(p, r.Reader) || buffer.First > SweepOf(p, Home(p, r.Operand)))).Select(r => $"{Name(p, r.Operand)} is read in sweep {SweepOf(p, r.Reader)}")),
        new("A value for the caller lives to the end, or is in the caller's memory.", p => p.Schedule.Graph.Results.Where(r => p.Schedule.IsResult(r.Node) && BufferOf(p, r.Node) is { } buffer
            && buffer.Last < p.Schedule.Sweeps.Count).Select(r => $"{Name(p, r.Node)} does not")),
        new("Values that share a row lie one after the other.", p => p.Plan.CrossStage.GroupBy(f => (f.Value.Buffer, p.Plan.OrderInRow(f.Key))).Where(g => g.Count() > 1).Select(g => $"{Name(p, g.First().Key)} lies where another does")),
        new("A value that outlives a block has all rows.", p => Shared(p.Schedule).Where(r => p.Plan.CrossStage.TryGetValue(r.Operand, out BufferView? view) && view.RowSet == RowSet.Block
            && SweepOf(p, r.Reader) != SweepOf(p, Home(p, r.Operand))).Select(r => $"{Name(p, r.Operand)} has a block's")),
        new("Buffers that stages read and write when they run again still exist then.", p => p.Schedule.Stages.SelectMany(stage => ViewsOf(p, stage)
            .Where(at => p.Plan.Buffers.FirstOrDefault(b => b.Name == at.View.Buffer) is { } buffer && buffer.Until < stage.Replay!.Reader.Index).Select(at => $"{Name(p, at.Node)} is gone"))),
        new("A value that a stage reads when it runs again, from a stage that does not run again with it, has all rows.", p => p.Schedule.Stages.SelectMany(stage => ViewsOf(p, stage)
            .Where(at => at.View.RowSet is RowSet.Block or RowSet.Stretch && Home(p, at.Node).Replay != stage.Replay && !stage.Nodes.Contains(at.Node)).Select(at => $"{Name(p, at.Node)} has not"))),
        new("Values that one product writes, or adds row by row, lie side by side.", p => p.Schedule.OneRow ? [] : Groups(p.Schedule).SelectMany(g => new[] { g.Group.Outputs.Select(o => o.Node), Added(p.Schedule, g.Group) }
            .Where(side => !LieSideBySide(p, g.Stage, [.. side])).Select(side => $"{Name(p, side.First())} and the others do not"))),
    ];

    /// <summary>For a stage that runs again: the views of the values that it reads and makes, except those that it carries, which lie elsewhere then.</summary>
    static IEnumerable<(int Node, BufferView View)> ViewsOf(Planned p, Stage stage) => stage.Replay is null ? [] : stage.Nodes.Concat(stage.Nodes.Where(id => p.Schedule[id].Op != Op.Final).SelectMany(id => p.Schedule[id].Inputs)).Distinct()
        .Select(id => (id, View: p.Plan.Local.TryGetValue((stage, id), out BufferView? local) ? local : p.Plan.CrossStage.TryGetValue(id, out BufferView? full) ? full : null))
        .Where(at => at.View is not null && !p.Plan.Carries.ContainsValue(at.View)).Select(at => (at.id, at.View!));

    static IEnumerable<(Stage Stage, ProductGroup Group)> Groups(Schedule s) => s.Stages.Where(stage => stage.Kind != StageKind.Outer).SelectMany(stage => stage.Phases.SelectMany(p => p.Products).Select(g => (stage, g)));

    static IEnumerable<int> Added(Schedule s, ProductGroup group) => group.Outputs.Select(o => o.Addend).OfType<int>().Where(a => !s.IsPrepared(a));

    static bool LieSideBySide(Planned p, Stage stage, int[] values)
    {
        if (values.Length < 2)
            return true;
        BufferView?[] views = [.. values.Select(v => p.Plan.Local.TryGetValue((stage, v), out BufferView? local) ? local : p.Plan.CrossStage.TryGetValue(v, out BufferView? full) ? full : null)];
        return views.All(view => view is not null && view.Buffer == views[0]!.Buffer) && values.Select((v, i) => p.Plan.OrderInRow(v) == p.Plan.OrderInRow(values[0]) + i).All(follows => follows);
    }

    static string Name(Planned p, int id) => GraphRules.Name(p.Schedule[id]);

    static Stage Home(Planned p, int id) => p.Schedule.Stages.HomeOf(id)!;

    static int SweepOf(Planned _, Stage stage) => stage.Sweep!.Index;

    /// <summary>The values that stages read from other stages. The final value of a loop lies where it was carried.</summary>
    static IEnumerable<(Stage Reader, int Operand)> Shared(Schedule s) => s.Stages.SelectMany(stage => stage.Nodes.Where(id => s[id].Op != Op.Final).SelectMany(id => s[id].Inputs)
        .Where(i => OpTable.Kind(s[i]) != OpKind.Leaf && s[i].Op != Op.Final && !stage.Nodes.Contains(i)).Distinct().Select(i => (stage, i)));

    static bool HasMemory(Planned p, int id) => p.Plan.CrossStage.ContainsKey(id) || p.Plan.Output.Contains(id) || p.Plan.Gradients.ContainsKey(id);

    static BufferDecl? BufferOf(Planned p, int id) => p.Plan.CrossStage.TryGetValue(id, out BufferView? view) ? p.Plan.Buffers.FirstOrDefault(b => b.Name == view.Buffer) : null;
}
