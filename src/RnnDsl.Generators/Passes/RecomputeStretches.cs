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
        foreach (Sweep reader in schedule.Sweeps.Where(s => s.IsSequence))
            new RecomputeStretches(schedule, reader).Run();
    }

    void Run()
    {
        foreach (Stage stage in schedule.Stages.Where(s => s.Sweep!.Index < reader.Index && s.IsSequence && s.Axis == reader.Axis))
            foreach (int id in stage.Nodes.Where(id => schedule.Stages.HomeOf(id) == stage && IsReadByRow(id, stage)))
            {
                var again = new HashSet<Stage>();
                if (!AddMakers(stage, again))
                    continue;
                replay.Values.Add(id);
                schedule.OfStretch.Add(id);
                foreach (Stage maker in again)
                    maker.Replay = replay;
            }
        if (replay.Values.Count == 0)
            return;
        replay.Stages.AddRange(schedule.Stages.Where(s => s.Replay == replay));
        reader.Replay = replay;
    }

    /// <summary>True for a matrix of which this sweep alone, and that which makes it, read the row that they are at.</summary>
    bool IsReadByRow(int id, Stage home)
    {
        if (!IsMatrix(id) || schedule.IsResult(id) || OpTable.Kind(schedule[id]) is not OpKind.Elementwise && schedule[id].Op != Op.Shift)
            return false;
        Sweep[] sweeps = [.. schedule.Readers(id).Select(s => s.Sweep!).Distinct()];
        return sweeps.Contains(reader) && sweeps.All(s => s == reader || s == home.Sweep)
            && schedule.Graph.Users(id).All(n => OpTable.Kind(schedule[n]) is OpKind.Elementwise or OpKind.Reduction or OpKind.Rows or OpKind.Structure || schedule[n].Op is Op.Shift or Op.Final);
    }

    bool IsMatrix(int id) => schedule[id] is { Shape: { IsMatrix: true, IsSequence: false }, Domain.IsSteps: true };

    /// <summary>Finds the stages that must run again for a stage to do so: it, and those of its sweep that make matrices which it reads. False if one cannot.</summary>
    bool AddMakers(Stage stage, HashSet<Stage> again)
    {
        if (stage.Replay is not null && stage.Replay != replay)
            return false;
        if (!again.Add(stage))
            return true;
        foreach (int operand in stage.Nodes.SelectMany(n => schedule[n].Inputs).Where(i => IsMatrix(i) && !stage.Nodes.Contains(i)).Distinct())
        {
            Stage? maker = schedule.Stages.HomeOf(operand);
            if (schedule.OfStretch.Contains(operand) && !replay.Values.Contains(operand))
                return false;
            if (maker?.Sweep == stage.Sweep && !AddMakers(maker!, again))
                return false;
        }
        return true;
    }
}
