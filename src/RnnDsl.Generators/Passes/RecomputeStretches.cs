using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// A matrix of each step that a later sweep reads, above all a matrix state that the backward pass reads, would have to be kept for all steps. This pass decides to keep it for one
/// stretch of steps only. The later sweep goes stretch by stretch. Before each stretch, the stages that make the matrix run again over its steps, starting from what their loops
/// carried at its border. They call the same methods as before, so every bit is the same. Vectors and numbers that these stages read are kept for all steps, and those that they
/// write are written again.
/// </summary>
internal sealed class RecomputeStretches(Schedule schedule, Sweep reader)
{
    readonly Replay replay = new(reader);

    public static void Run(Schedule schedule)
    {
        // The values that an earlier sweep reads by stretches exist for that sweep only, so the order matters.
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

    /// <summary>The only sweep that reads a matrix besides the sweep that makes it; null if there is none, or if a node reads another row than its own.</summary>
    static Sweep? ReaderOf(Schedule schedule, int id)
    {
        if (schedule.Stages.HomeOf(id) is not { IsSequence: true } home || (OpTable.Kind(schedule[id]) != OpKind.Elementwise && schedule[id].Op != Op.Shift))
            return null;
        Sweep[] others = [.. schedule.Readers(id).Select(s => s.Sweep!).Where(s => s != home.Sweep).Distinct().Take(2)];
        return others is [{ IsSequence: true } reader] && reader.Axis == home.Axis && schedule.Graph.Users(id).All(n => IsOfOneRow(schedule[n])) ? reader : null;
    }

    static bool IsOfOneRow(Node node) => OpTable.Kind(node) is OpKind.Elementwise or OpKind.Reduction or OpKind.RowReduction or OpKind.Structure || node.Op is Op.Shift or Op.Final;

    /// <summary>The stages that must run again so that a stage can: the stage itself, and those stages of its sweep that make matrices which it reads. Null if one of them cannot
    /// run again.</summary>
    HashSet<Stage>? Makers(Stage stage)
    {
        var again = new HashSet<Stage>();
        for (var open = new Stack<Stage>([stage]); open.Count > 0;)
        {
            Stage maker = open.Pop();
            if (!again.Add(maker))
                continue;
            // A loop's final value lies where the loop carries it, and is not there the second time.
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
