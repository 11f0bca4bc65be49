using RnnDsl.CompilerServices;
using RnnDsl.Prediction;
using RnnDsl.Tuning;

namespace RnnDsl.Execution.Tests;

internal sealed partial class ProgramChecks
{
    /// <summary>A stream with an adapter answers as one of the merged model does, up to what rounding moves; and the base returns to the bit.</summary>
    void Adapters(StepProgram step)
    {
        if (probe.States is not null || step.Inputs == 0 || (step.Products.Count == 0 && step.Unread.Count == 0))
            return;
        SetParameters();
        // The other checks keep their own random numbers.
        var random = new Random(module.Parameters.Length);
        string[] names = [.. step.Products.SelectMany(p => (string?[])[p.Matrix, p.Vector]).OfType<string>().Concat(step.Unread).Distinct()];
        var adapter = new ModelAdapter(module.Info.Name, [.. names.Select(name => RandomPart(module.Parameters.Find(name).Info, random))], null);
        float[] before = module.Parameters.Snapshot();
        var predictor = new Predictor(module, method);
        int example = random.Next(probe.Lengths.Length), steps = probe.Lengths[example];
        float[] inputs = StepInputs(example);
        PredictionStream stream = predictor.Start();
        stream.Adapter = predictor.Adapt(adapter);
        float[] adapted = Run(stream, inputs, steps);
        var stack = new AdapterStack(module);
        stack.Set(adapter);
        float[] merged = Run(new Predictor(module, method).Start(), inputs, steps);
        float[] whole = module.Parameters.Snapshot();
        double[] moved = new double[merged.Length];
        for (int i = 0; i < 4; i++)
        {
            foreach (Parameter slice in module.Parameters.Slices.Where(s => names.Contains(s.Name)))
                foreach (ref float value in module.Parameters.Of(slice))
                    value *= 1 + (random.Next(3) - 1) * 4e-7f;
            float[] other = Run(new Predictor(module, method).Start(), inputs, steps);
            moved = [.. moved.Select((m, k) => Math.Max(m, Math.Abs(other[k] - merged[k])))];
            module.Parameters.Restore(whole);
        }
        stack.Clear();
        if (!module.Parameters.ReadOnlyValues.SequenceEqual(before))
            throw new ProgramFault("adapter", "The base is not what it was before its adapter.");
        double scale = Math.Max(LeastScale, merged.Max(v => (double)Math.Abs(v))), most = moved.Max();
        for (int k = 0; k < merged.Length; k++)
            if (!(Math.Abs(adapted[k] - merged[k]) <= ValueTolerance * scale + 20 * most) && float.IsFinite(merged[k]))
                throw new ProgramFault("adapter", $"A stream with an adapter answers {adapted[k]:G9} at [{k}], the merged model {merged[k]:G9}; rounding moves it by {most:G3}.");
    }

    static float[] Run(PredictionStream stream, float[] inputs, int steps)
    {
        var answers = new float[steps * stream.Predictor.OutputWidth];
        stream.Run(inputs, answers);
        return answers;
    }

    /// <summary>Something small to add to a parameter: a product of rank 1 or 2, or a difference.</summary>
    static AdaptedParameter RandomPart(Execution.ParameterInfo info, Random random)
    {
        float[] Some(int length, double size) => [.. Enumerable.Range(0, length).Select(_ => (float)(size * (2 * random.NextDouble() - 1)))];
        int rank = info.Rank == 2 ? random.Next(3) : 0;
        return rank == 0 ? AdaptedParameter.Of(info.Name, info.Rows, info.Columns, Some(info.Rows * info.Columns, 0.2))
            : AdaptedParameter.LowRank(info.Name, info.Rows, info.Columns, rank, Some(rank * info.Columns, 0.5), Some(rank * info.Rows, 0.4));
    }
}
