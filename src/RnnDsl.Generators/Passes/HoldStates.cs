using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Finds loops that can keep their states in registers from step to step. There, each unit's next state depends on that unit alone, as in minGRU, IndRNN or SRU once everything
/// that needs no state has left the loop. Such a loop runs all steps of a few units before it moves on to the next units.
/// </summary>
internal static class HoldStates
{
    /// <summary>The most work per vector, in cycles. Beyond it, a step takes as long as its chain of dependent operations. Other units fill that time better than other steps do,
    /// and the saved loads and stores no longer matter.</summary>
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
        // A state that becomes another state would be overwritten before it is read.
        && loop.Carries.All(c => schedule.Graph.Input(schedule[c], 0).Op != Op.Shift);
}
