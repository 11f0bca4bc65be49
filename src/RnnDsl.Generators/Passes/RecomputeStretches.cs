using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// A matrix of each step that a later sweep reads, above all a matrix as a state that the backward pass reads, would be kept of all steps. Here it is decided that it is kept of one stretch of steps: the
/// later sweep goes stretch by stretch, and before each the stages that make the matrix run again over its steps, from what their loops carried at its border. They are the very methods that ran
/// before, so every bit is what it was. Vectors and numbers that these stages read are kept of all steps, and what they write they write again.
/// </summary>
internal sealed class RecomputeStretches(Schedule schedule, Sweep reader)
{
    readonly Replay replay = new(reader);

    public static void Run(Schedule schedule)
    {
        // What an earlier sweep reads by stretches is there for that sweep alone, so the order matters.
        foreach (IGrouping<Sweep, int> read in schedule.Graph.Nodes.Where(n => IsMatrix(n) && !schedule.IsResult(n.Id)).Select(n => n.Id)
            .GroupBy(id => ReaderOf(schedule, id)).Where(g => g.Key is not null).OrderBy(g => g.Key!.Index)!)
            new RecomputeStretches(schedule, read.Key).Run(read);
    }

    void Run(IEnumerable<int> matrices)
    {
        foreach (int id in matrices)
        {
            if (Makers(schedule.Stages.HomeOf(id)!) is not { } again)
                continue;
            replay.Values.Add(id);
            schedule.KeptPerStretch.Add(id);
            foreach (Stage maker in again)
                maker.Replay = replay;
        }
        if (replay.Values.Count == 0)
            return;
        replay.Stages.AddRange(schedule.Stages.Where(s => s.Replay == replay));
        reader.Replay = replay;
    }

    static bool IsMatrix(Node node) => node is { Shape: { IsMatrix: true, IsSequence: false }, Domain.IsSteps: true };

    /// <summary>The sweep that alone, besides that which makes a matrix, reads it; null if there is none, or if something reads another row than that which it is at.</summary>
    static Sweep? ReaderOf(Schedule schedule, int id)
    {
        if (schedule.Stages.HomeOf(id) is not { IsSequence: true } home || (OpTable.Kind(schedule[id]) != OpKind.Elementwise && schedule[id].Op != Op.Shift))
            return null;
        Sweep[] others = [.. schedule.Readers(id).Select(s => s.Sweep!).Where(s => s != home.Sweep).Distinct().Take(2)];
        return others is [{ IsSequence: true } reader] && reader.Axis == home.Axis && schedule.Graph.Users(id).All(n => IsOfOneRow(schedule[n])) ? reader : null;
    }

    static bool IsOfOneRow(Node node) => OpTable.Kind(node) is OpKind.Elementwise or OpKind.Reduction or OpKind.RowReduction or OpKind.Structure || node.Op is Op.Shift or Op.Final;

    /// <summary>The stages that must run again for a stage to do so: it, and those of its sweep that make matrices which it reads. Null if one cannot.</summary>
    HashSet<Stage>? Makers(Stage stage)
    {
        var again = new HashSet<Stage>();
        for (var open = new Stack<Stage>([stage]); open.Count > 0;)
        {
            Stage maker = open.Pop();
            if (!again.Add(maker))
                continue;
            // What a loop leaves lies where it is carried, which is not there the second time.
            if ((maker.Replay is not null && maker.Replay != replay) || maker.Nodes.Any(n => schedule[n].Op != Op.Shift && schedule[n].Inputs.Any(i => schedule[i].Op == Op.Final)))
                return null;
            foreach (int operand in maker.Nodes.SelectMany(n => schedule[n].Inputs).Where(i => IsMatrix(schedule[i]) && !maker.Nodes.Contains(i)).Distinct())
            {
                if (schedule.KeptPerStretch.Contains(operand) && !replay.Values.Contains(operand))
                    return null;
                if (schedule.Stages.HomeOf(operand) is { } other && other.Sweep == maker.Sweep)
                    open.Push(other);
            }
        }
        return again;
    }
}
