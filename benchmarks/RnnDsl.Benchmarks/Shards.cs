using System.Globalization;
using System.Numerics.Tensors;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>
/// What it costs to cut a batch into shards for many threads: training steps with 16 examples a shard and with the shards that the library chooses, in turns; and what of a
/// step is no shard's work: packing the weights, adding the shards' gradients, their norm, and Adam.
/// </summary>
internal static class Shards
{
    const int Usual = 16;

    public static void Run(double seconds, int[] threads, string[] cells, (int I, int H, int T, int B)[] shapes)
    {
        Console.WriteLine($"cell\tI\tH\tT\tB\t{string.Join('\t', threads.Select(n => $"us/{Usual}, {n} thr\tus, {n} thr\tratio"))}\tpack\tadd\tnorm\tadam\tshare");
        foreach ((int i, int h, int t, int b) in shapes)
            foreach (string cell in cells)
            {
                Action[] jobs = [.. threads.SelectMany(n => new[] { Step(cell, i, h, t, b, n, Usual), Step(cell, i, h, t, b, n, 0) }), .. Parts(Compare.Make(cell, i, h))];
                double[] times = SideBySide.Medians(seconds, jobs);
                int steps = 2 * threads.Length;
                IEnumerable<string> columns = Enumerable.Range(0, threads.Length)
                    .Select(n => string.Create(CultureInfo.InvariantCulture, $"{times[2 * n]:F0}\t{times[2 * n + 1]:F0}\t{times[2 * n + 1] / times[2 * n]:F3}"))
                    .Concat(times[steps..].Select(x => x.ToString("F0", CultureInfo.InvariantCulture)))
                    .Append((times[steps..].Sum() / times[1]).ToString("P1", CultureInfo.InvariantCulture));
                Console.WriteLine($"{cell}\t{i}\t{h}\t{t}\t{b}\t{string.Join('\t', columns)}");
            }
    }

    static Action Step(string cell, int i, int h, int t, int b, int threads, int examplesPerShard)
    {
        Dataset data = Compare.Data(i, t, b, withTarget: true);
        var trainer = new Trainer(Compare.Make(cell, i, h), new Adam(1e-3))
        {
            BatchSize = b,
            Execution = new ExecutionOptions { Threads = threads, ExamplesPerShard = examplesPerShard },
        };
        int[] examples = [.. Enumerable.Range(0, b)];
        return () => trainer.TrainStep(data, examples);
    }

    /// <summary>On one thread, for 16 shards: packing the weights, adding the shards' gradients, their norm, Adam.</summary>
    internal static unsafe Action[] Parts(Module model)
    {
        CompiledProgram program = model.Method("Loss").Training!;
        float[] prepared = GC.AllocateArray<float>((int)program.PreparedFloats + Layout.Alignment, pinned: true);
        Floats start;
        fixed (float* first = prepared)
            start = new Floats(first + (Layout.Alignment - (int)((nuint)first / sizeof(float) % Layout.Alignment)) % Layout.Alignment);
        var gradients = new float[16][];
        for (int i = 0; i < gradients.Length; i++)
            gradients[i] = new float[model.Parameters.Length];
        float[] gradient = new float[model.Parameters.Length];
        Array.Fill(gradient, 1e-3f);
        var adam = new Adam();
        return
        [
            () =>
            {
                program.Prepare(model.Parameters.Pointer, start);
                GC.KeepAlive(prepared);
            },
            () =>
            {
                for (int step = 1; step < gradients.Length; step *= 2)
                    for (int i = 0; i + step < gradients.Length; i += 2 * step)
                        TensorPrimitives.Add(gradients[i], gradients[i + step], gradients[i]);
            },
            () => GradientClip.Norm(model.Parameters, gradient),
            () => adam.Step(model.Parameters, gradient),
        ];
    }
}
