using Microsoft.ML.OnnxRuntime;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Random numbers that are the same in single and double precision.</summary>
static class Draw
{
    public static float[] Floats(Random random, int count, double scale = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble() - 1) * scale))];

    /// <summary>Other values for every parameter; numbers, which may be bounds, above zero.</summary>
    public static void Parameters(Module module, int seed)
    {
        var random = new Random(seed);
        foreach (Parameter slice in module.Parameters.Slices)
        {
            float[] values = Floats(random, slice.Length, slice.Info.Rank == 2 ? 1.2 / Math.Sqrt(slice.Info.Columns) : 0.7);
            (slice.Info.Rank == 0 ? [MathF.Abs(values[0])] : values).CopyTo(module.Parameters.Of(slice));
        }
    }
}

/// <summary>Runs a compiled method on a batch.</summary>
static class Product
{
    public sealed record Result(float[] Output, float[][] Finals);

    /// <summary>Steps of each example along each axis of a method: those that are given where it is free, and where it has each k-th step of another, or another those of it, what follows.</summary>
    public static int[][] Lengths(MethodInfo method, params int[][] free)
    {
        int[][] axes = [.. Enumerable.Range(0, method.Axes).Select(a => free[Math.Min(a, free.Length - 1)])];
        (int whole, int part) = method.BaseAxis(0);
        axes[whole] = [.. axes[0].Select(n => n * part)];
        return [.. axes.Select((_, axis) => method.BaseAxis(axis) is var thinned ? axes[thinned.Axis].Select(n => ThinnedAxis.Steps(n, thinned.Every)).ToArray() : [])];
    }

    /// <summary>With one length for all inputs of an example.</summary>
    public static Result Run(Module module, string method, float[][] inputs, int[] lengths, float[][]? states = null) => Run(module, method, inputs, [lengths], states);

    /// <param name="module">The module.</param>
    /// <param name="method">Name of the method.</param>
    /// <param name="inputs">One per input, dense, example after example.</param>
    /// <param name="axes">For each axis the steps of each example.</param>
    /// <param name="states">One per state [batch × width]; null for the initial constants.</param>
    public static Result Run(Module module, string method, float[][] inputs, int[][] axes, float[][]? states = null)
    {
        MethodInfo info = module.Method(method);
        var columns = info.Inputs.Select((input, i) =>
        {
            int[] steps = [.. axes[input.Axis].Select(l => input.Kind == ValueKind.Sequence ? l : 1)];
            int[] starts = [.. steps.Select((_, b) => steps.Take(b).Sum() * input.Width)];
            return new Column { Name = input.Name, Kind = input.Kind, Width = input.Width, Values = inputs[i], Stride = input.Width, Starts = starts, Lengths = steps };
        });
        using var session = new Session(module, method, new Dataset([.. columns]), new ExecutionOptions { Threads = 1 });
        for (int s = 0; states is not null && s < states.Length; s++)
            states[s].CopyTo(session.InitialStates[s]);
        session.Forward();
        return new Result(session.Output.ToArray(), [.. Enumerable.Range(0, info.States.Count).Select(s => session.FinalStates[s].ToArray())]);
    }
}

/// <summary>Runs a model in ONNX Runtime.</summary>
static class Runtime
{
    public static InferenceSession Open(byte[] model)
    {
        using var options = new SessionOptions
        {
            InterOpNumThreads = 1, IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        return new InferenceSession(model, options);
    }

    public static float[][] Run(InferenceSession session, IReadOnlyList<(string Name, Array Values, long[] Shape)> inputs, IReadOnlyList<string> outputs)
    {
        var values = inputs.Select(i => i.Values switch
        {
            float[] floats => OrtValue.CreateTensorValueFromMemory(floats, i.Shape),
            long[] numbers => OrtValue.CreateTensorValueFromMemory(numbers, i.Shape),
            _ => OrtValue.CreateTensorValueFromMemory((int[])i.Values, i.Shape),
        }).ToArray();
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [.. inputs.Select(i => i.Name)], values, outputs);
        float[][] copies = [.. results.Select(r => r.GetTensorDataAsSpan<float>().ToArray())];
        foreach (OrtValue value in values)
            value.Dispose();
        return copies;
    }
}

static class Close
{
    /// <summary>Equal to 1e-5, relative to the largest value where that is above 1.</summary>
    public static void Assert(IReadOnlyList<float> expected, IReadOnlyList<float> actual, string what)
    {
        Xunit.Assert.True(expected.Count == actual.Count, $"{what}: {expected.Count} values expected, {actual.Count} found");
        float scale = Math.Max(1, expected.Select(MathF.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < expected.Count; i++)
            Xunit.Assert.True(MathF.Abs(expected[i] - actual[i]) <= 1e-5f * scale, $"{what}[{i}]: {expected[i]:G9} expected, {actual[i]:G9} found");
    }
}
