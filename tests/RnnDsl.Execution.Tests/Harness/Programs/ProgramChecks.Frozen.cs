using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

// Frozen parameters.
internal sealed partial class ProgramChecks
{
    /// <summary>With some parameters frozen, the gradients of all others have the bits that they have without, although parts of the program are passed over. Memory that no part has written is NaN.</summary>
    void Frozen(CompiledProgram training, CompiledRun all)
    {
        if (training.GradientGroups.Length == 0)
            return;
        foreach (FrozenParameters frozen in SomeFrozen(training))
        {
            probe.Frozen = frozen;
            CompiledRun run = probe.Run(training, gradients: true);
            probe.Frozen = null;
            foreach ((float[] before, float[] now) in all.Results.Concat(all.Finals.SelectMany(f => f)).Zip(run.Results.Concat(run.Finals.SelectMany(f => f))))
                Same(before, now, "a result", frozen);
            for (int i = 0; i < module.Parameters.Slices.Count; i++)
                if (!frozen[i] && all.Gradients.TryGetValue(module.Parameters.Slices[i].Name, out float[]? gradient))
                    Same(gradient, run.Gradients[module.Parameters.Slices[i].Name], $"the gradient of {module.Parameters.Slices[i].Name}", frozen);
        }
        if (probe.States is not null || probe.Method.Inputs.Count == 0 || probe.Method.Result.Kind != ValueKind.Scalar)
            return;
        SetParameters();
        int[] order = [.. Enumerable.Range(0, probe.Lengths.Length)];
        Dataset data = probe.Data(order);
        var options = new ExecutionOptions { Threads = 1 + random.Next(2), ExamplesPerShard = 1 + random.Next(3) };
        using Executor whole = new(module, method, options), part = new(module, method, options);
        whole.Gradient(data, order);
        foreach (FrozenParameters frozen in SomeFrozen(training))
        {
            for (int i = 0; i < module.Parameters.Slices.Count; i++)
                part.Frozen[i] = frozen[i];
            part.Gradient(data, order);
            foreach ((Parameter slice, int i) in module.Parameters.Slices.Select((s, i) => (s, i)))
                Same(frozen[i] ? new float[slice.Length] : whole.Gradients.Slice(slice.Offset, slice.Length), part.Gradients.Slice(slice.Offset, slice.Length), $"the gradient of {slice.Name} in several shards", frozen);
        }

        void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, string what, FrozenParameters frozen)
        {
            if (MemoryMarshal.Cast<float, int>(expected).CommonPrefixLength(MemoryMarshal.Cast<float, int>(found)) is var same && same < expected.Length)
                throw new ProgramFault("frozen", $"{what} [{same}] is {found[same]:G9} with frozen {string.Join(' ', module.Parameters.Slices.Where((_, i) => frozen[i]).Select(s => s.Name))}, {expected[same]:G9} without.");
        }
    }

    /// <summary>All parameters but one, all of a layer's, and some.</summary>
    IEnumerable<FrozenParameters> SomeFrozen(CompiledProgram training)
    {
        IReadOnlyList<Parameter> slices = module.Parameters.Slices;
        int one = random.Next(slices.Count);
        string layer = slices[random.Next(slices.Count)].Name.Split('.')[0];
        foreach (Func<int, bool> isFrozen in new Func<int, bool>[] { i => i != one, i => slices[i].Name.Split('.')[0] == layer, _ => random.Next(2) == 0 })
        {
            var frozen = new FrozenParameters(module.Parameters, training);
            for (int i = 0; i < slices.Count; i++)
                frozen[i] = isFrozen(i);
            yield return frozen;
        }
    }
}
