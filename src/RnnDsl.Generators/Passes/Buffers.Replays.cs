using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

// Buffers for stages that run again.
internal sealed partial class Buffers
{
    /// <summary>The last sweep in which a stage runs.</summary>
    static int LastRun(Stage stage) => stage.Replay?.Reader.Index ?? Index(stage);

    /// <summary>The last sweep for which a stage runs again that makes or reads the value; 0 if there is none.</summary>
    int LastRead(int id) => schedule.Stages.ReadersOf(id).Append(Home(id)!).Max(s => s.Replay?.Reader.Index ?? 0);

    /// <summary>True for a sum over rows whose stage runs again. It has a buffer of its own, so that the repeated sum can be directed elsewhere.</summary>
    bool IsSummedAgain(int id) => OpTable.Kind(schedule[id]) == OpKind.RowReduction && Home(id)?.Replay is not null;

    /// <summary>Allocates what loops carry at the borders of stretches, and the repeated sums that nobody reads.</summary>
    void AllocateForReplays()
    {
        foreach (Stage stage in schedule.Stages)
            if (stage.Replay is { } replay)
                foreach (int id in stage.Nodes)
                    if (schedule[id].Op == Op.Shift)
                        plan.Borders.Add(id, Added(id, "border", RowSet.Border, Index(stage), replay, "carried to the borders of stretches"));
                    else if (OpTable.Kind(schedule[id]) == OpKind.RowReduction)
                        plan.Spare.Add(id, Added(id, "again", schedule[id].Domain.IsExamples ? RowSet.Batch : RowSet.One, replay.Reader.Index, replay, "a sum, made again"));
    }

    string Added(int id, string suffix, RowSet rows, int first, Replay replay, string holds)
    {
        string name = names.Buffer([id], suffix);
        plan.Buffers.Add(new BufferDecl(name, rows, Stride(id), Stride(id), first, replay.Reader.Index, holds, AxisOf(rows, schedule[id])));
        return name;
    }
}
