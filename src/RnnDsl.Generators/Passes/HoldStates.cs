using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Finds loops that can keep their states in registers from step to step: each unit's next state depends on that unit's alone, as in minGRU, IndRNN or SRU
/// once what needs no state has left the loop. Such a loop goes through the steps of a few units before it turns to the next ones.
/// </summary>
internal static class HoldStates
{
    /// <summary>Most work of a vector, in cycles. Above that a step is as long as the chain of its operations, and other units are better than other steps at
    /// filling the time; the loads and stores that are saved no longer count.</summary>
    const int MostWork = 10;

    public static void Run(Schedule schedule)
    {
        foreach (Stage stage in schedule.Stages)
            stage.HoldsStates = stage.Kind == StageKind.Loop && stage.Phases is [{ Products.Count: 0, Region.Levels: [RegionLevel level] }] && IsUnitByUnit(schedule, level);
    }

    static bool IsUnitByUnit(Schedule schedule, RegionLevel level) =>
        level is { Before.Count: 0, ScalarCarries.Count: 0, Loops: [{ Over: { IsVector: true, IsSequence: false } } loop] }
        && loop.Nodes.All(n => schedule[n].Op is Op.Shift || (OpTable.Kind(schedule[n]) == OpKind.Elementwise && schedule[n].Op != Op.Dropout))
        && loop.Nodes.Sum(n => OpTable.Get(schedule[n].Op).Cost) <= MostWork
        && loop.Nodes.SelectMany(n => schedule[n].Inputs).All(i => !schedule[i].Shape.IsScalar || schedule[i].Domain.IsParameters)
        // A state that becomes another would be overwritten before it is.
        && loop.Carries.All(c => schedule.Graph.Input(schedule[c], 0).Op != Op.Shift);
}
