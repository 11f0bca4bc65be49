using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Prediction;
using RnnDsl.Tuning;

namespace RnnDsl.Benchmarks;

/// <summary>Streams of one predictor that make their steps one after another, together, and together with an adapter of rank 4 for every matrix each, in turns.</summary>
internal static class Together
{
    public static void Run(double seconds, int[] units, int[] streams)
    {
        Console.WriteLine("cell\tunits\tweights\tstreams\tus one by one\tus together\tratio\tGFLOP/s together\tus with adapters");
        foreach (int size in units)
            foreach (string cell in new[] { "lstm", "gru" })
                foreach (WeightFormat weights in new[] { WeightFormat.Float32, WeightFormat.Int8 })
                {
                    Module model = cell == "lstm" ? new LstmStep(size, size, seed: 1) : new GruStep(size, size, seed: 1);
                    var predictor = new Predictor(model, weights: weights);
                    ModelAdapter adapter = new LowRankAdapters(model, rank: 4, alpha: 4, ["*"]).ToAdapter();
                    foreach (int count in streams)
                        Compare(seconds, $"{cell}\t{size}\t{weights}\t{count}", predictor, adapter, count, 2.0 * (cell == "lstm" ? 4 : 3) * size * 2 * size);
                }
    }

    static void Compare(double seconds, string name, Predictor predictor, ModelAdapter adapter, int count, double operations)
    {
        PredictionStream[] streams = [.. Enumerable.Range(0, count).Select(_ => predictor.Start())];
        PredictionStream[] adapted = [.. Enumerable.Range(0, count).Select(_ => predictor.Start())];
        foreach (PredictionStream stream in adapted)
            stream.Adapter = predictor.Adapt(adapter);
        var random = new Random(3);
        float[] inputs = [.. Enumerable.Range(0, count * predictor.InputWidth).Select(_ => random.NextSingle() - 0.5f)], answers = new float[count * predictor.OutputWidth];
        double[] times = SideBySide.Medians(seconds,
            () =>
            {
                for (int i = 0; i < count; i++)
                    streams[i].Step(inputs.AsSpan(i * predictor.InputWidth, predictor.InputWidth), answers.AsSpan(i * predictor.OutputWidth, predictor.OutputWidth));
            },
            () => predictor.Step(streams, inputs, answers),
            () => predictor.Step(adapted, inputs, answers));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{times[0]:F2}\t{times[1]:F2}\t{times[0] / times[1]:F2}\t{count * operations / times[1] / 1e3:F1}\t{times[2]:F2}"));
    }
}
