using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// The backward pass reads values of each step of the forward pass. This pass decides to keep such values for one stretch of steps only, where the shard's stretches say so. The later
/// sweep goes stretch by stretch. Before each stretch, the stages that make the values run again over its steps, starting from what their loops carried at its border. They call
/// the same methods as before, so every bit is the same.
/// </summary>
/// <remarks>
/// If a program has matrices of a step, above all matrix states, only these are recomputed: they are large, and cheap to make. Vectors and numbers that their stages read are kept for
/// all steps, and those that they write are written again. In other training programs all that one later sweep reads is recomputed, with the whole sweep that makes it: that costs
/// about a forward pass, so the runtime does it for more memory only (<c>Stretches</c>).
/// </remarks>
internal sealed class RecomputeStretches(Schedule schedule, Sweep reader, bool matrices)
{
    readonly Replay replay = new(reader);

    /// <summary>Stages that are known not to run again.</summary>
    readonly HashSet<Stage> once = [];

    public static void Run(Schedule schedule, bool training)
    {
        Choose(schedule, matrices: true);
        if (training && schedule.KeptPerStretch.Count == 0)
            Choose(schedule, matrices: false);
    }

    static void Choose(Schedule schedule, bool matrices)
    {
        // The values that an earlier sweep reads by stretches exist for that sweep only, so the order matters.
        foreach (IGrouping<Sweep, int> read in schedule.Graph.Nodes.Where(n => IsOfStep(n, matrices) && !schedule.IsResult(n.Id)).Select(n => n.Id)
            .GroupBy(id => ReaderOf(schedule, id)).Where(g => g.Key is not null).OrderBy(g => g.Key!.Index)!)
            new RecomputeStretches(schedule, read.Key, matrices).Run(read);
    }

    void Run(IEnumerable<int> values)
    {
        foreach (int id in values)
        {
            // A stage that runs again for another sweep needs all rows of what it reads.
            if (schedule.Readers(id).Any(s => s.Replay is not null && s.Replay != replay) || Makers(schedule.Stages.HomeOf(id)!) is not { } again)
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

    static bool IsOfStep(Node node, bool matrices) => node is { Shape.IsSequence: false, Domain.IsSteps: true } && node.Shape.IsMatrix == matrices;

    /// <summary>The only sweep that reads a value besides the sweep that makes it; null if there is none, or if something reads another row than its own.</summary>
    static Sweep? ReaderOf(Schedule schedule, int id)
    {
        if (schedule.Stages.HomeOf(id) is not { IsSequence: true } home || (OpTable.Kind(schedule[id]) == OpKind.Time && schedule[id].Op != Op.Shift)
            || (schedule[id].Shape.IsMatrix && OpTable.Kind(schedule[id]) is not (OpKind.Elementwise or OpKind.Time)))
            return null;
        Sweep[] others = [.. schedule.Readers(id).Select(s => s.Sweep!).Where(s => s != home.Sweep).Distinct().Take(2)];
        return others is [{ IsSequence: true } reader] && reader.Axis == home.Axis && schedule.Graph.Users(id).All(n => IsOfOneRow(schedule[n], schedule[id]))
            && schedule.Readers(id).All(s => s.IsSequence || s.Kind == StageKind.Outer) ? reader : null;
    }

    static bool IsOfOneRow(Node node, Node operand) => OpTable.Kind(node) is OpKind.Elementwise or OpKind.Reduction or OpKind.RowReduction or OpKind.Structure || node.Op is Op.Shift or Op.Final
        || (OpTable.Kind(node) == OpKind.Product && !operand.Shape.IsMatrix);

    /// <summary>The stages that must run again so that a stage can: the stage itself, and those stages of its sweep that make what it reads and what is not kept for all steps. Null
    /// if one of them cannot run again.</summary>
    HashSet<Stage>? Makers(Stage stage)
    {
        var again = new HashSet<Stage>();
        for (var open = new Stack<Stage>([stage]); open.Count > 0;)
        {
            Stage maker = open.Pop();
            // The makers of what a stage reads that runs again already do so too.
            if (maker.Replay == replay || !again.Add(maker))
                continue;
            if (once.Contains(maker) || !CanRunAgain(maker))
                return Not(stage);
            foreach (int operand in maker.Nodes.SelectMany(n => schedule[n].Inputs).Where(i => schedule[i].Domain.IsSteps && OpTable.Kind(schedule[i]) != OpKind.Leaf && !maker.Nodes.Contains(i)).Distinct())
            {
                if (schedule.KeptPerStretch.Contains(operand) && schedule.Stages.HomeOf(operand)!.Replay != replay)
                    return Not(stage);
                if (schedule.Stages.HomeOf(operand) is { } other && other.Sweep == maker.Sweep && !IsKeptForAllSteps(operand, maker.Sweep!))
                    open.Push(other);
            }
        }
        return again;

        HashSet<Stage>? Not(Stage failed)
        {
            once.Add(failed);
            return null;
        }
    }

    /// <summary>False for stages that run again for another sweep, for those that read a loop's final value, which lies where the loop carries it and is not there the second time, and
    /// for those that write single steps of what is 0 elsewhere.</summary>
    bool CanRunAgain(Stage stage) => stage.IsSequence && stage.Replay is null
        && !stage.Nodes.Any(n => schedule[n].Op is Op.AtLastStep or Op.AtFirstStep || (schedule[n].Op != Op.Shift && schedule[n].Inputs.Any(i => schedule[i].Op == Op.Final)));

    /// <summary>True for a value that a stage reads as it is when it runs again, because a third sweep reads it, or because only matrices are recomputed.</summary>
    bool IsKeptForAllSteps(int id, Sweep sweep) => matrices ? !schedule[id].Shape.IsMatrix : schedule.IsResult(id) || schedule.Readers(id).Any(s => s.Sweep != sweep && s.Sweep != reader);
}
