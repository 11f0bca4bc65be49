using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Lets consecutive stages run together, block of steps by block of steps: a product for all steps, a loop, the next layer, the head. A stage may read no other row of the others
/// than its own, and all loops must run in one direction.
/// </summary>
internal static class Sweeps
{
    public static void Run(Schedule schedule)
    {
        foreach (Stage stage in schedule.Stages)
        {
            Sweep? sweep = stage.Kind == StageKind.Outer
                ? schedule.Sweeps.LastOrDefault(s => s.IsSequence && s.Axis == stage.Axis) is { } last && TakesGradients(schedule, last, stage) ? last : null
                : schedule.Sweeps.LastOrDefault() is { } before && Joins(schedule, before, stage) ? before : null;
            if (sweep is null)
                schedule.Sweeps.Add(sweep = new Sweep(schedule.Sweeps.Count));
            sweep.Stages.Add(stage);
            stage.Sweep = sweep;
        }
    }

    static bool Joins(Schedule schedule, Sweep sweep, Stage stage) =>
        sweep.IsSequence && stage.IsSequence && sweep.Axis == stage.Axis && sweep.Stages.Append(stage).Where(s => s.Kind == StageKind.Loop).Select(s => s.Forward).Distinct().Count() <= 1
        && !stage.Nodes.SelectMany(n => schedule[n].Inputs).Any(i => IsCompleteAtEnd(schedule, sweep, i));

    /// <summary>Gradients of matrices are summed during the sweep, over rows that are still in the cache.</summary>
    static bool TakesGradients(Schedule schedule, Sweep sweep, Stage stage) => stage.Nodes.Count > 0
        && stage.Nodes.SelectMany(n => schedule[n].Inputs).All(i => schedule[i].Domain.IsSteps
            && !schedule.Stages.HomesOf(i).Any(s => s.Sweep?.Index > sweep.Index));

    /// <summary>True for a value that is complete only at the end of the sweep: a sum over rows, or the final value of a loop.</summary>
    static bool IsCompleteAtEnd(Schedule schedule, Sweep sweep, int id) => !schedule[id].Domain.IsSteps && schedule.Stages.HomesOf(id).Any(s => s.Sweep == sweep);
}
