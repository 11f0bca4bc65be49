using System.Globalization;
using RnnDsl.Prediction;

namespace RnnDsl.Benchmarks;

/// <summary>Streams of one predictor that make their steps one after another, and together, in turns.</summary>
internal static class Together
{
    public static void Run(double seconds, int[] units, int[] streams)
    {
        Console.WriteLine("cell\tunits\tweights\tstreams\tus one by one\tus together\tratio\tGFLOP/s together");
        foreach (int size in units)
            foreach (string cell in new[] { "lstm", "gru" })
                foreach (WeightFormat weights in new[] { WeightFormat.Float32, WeightFormat.Int8 })
                {
                    var predictor = new Predictor(cell == "lstm" ? new LstmStep(size, size, seed: 1) : new GruStep(size, size, seed: 1), weights: weights);
                    foreach (int count in streams)
                        Compare(seconds, $"{cell}\t{size}\t{weights}\t{count}", predictor, count, 2.0 * (cell == "lstm" ? 4 : 3) * size * 2 * size);
                }
    }

    static void Compare(double seconds, string name, Predictor predictor, int count, double operations)
    {
        PredictionStream[] streams = [.. Enumerable.Range(0, count).Select(_ => predictor.Start())];
        var random = new Random(3);
        float[] inputs = [.. Enumerable.Range(0, count * predictor.InputWidth).Select(_ => random.NextSingle() - 0.5f)], answers = new float[count * predictor.OutputWidth];
        double[] times = SideBySide.Medians(seconds,
            () =>
            {
                for (int i = 0; i < count; i++)
                    streams[i].Step(inputs.AsSpan(i * predictor.InputWidth, predictor.InputWidth), answers.AsSpan(i * predictor.OutputWidth, predictor.OutputWidth));
            },
            () => predictor.Step(streams, inputs, answers));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{times[0]:F2}\t{times[1]:F2}\t{times[0] / times[1]:F2}\t{count * operations / times[1] / 1e3:F1}"));
    }
}
