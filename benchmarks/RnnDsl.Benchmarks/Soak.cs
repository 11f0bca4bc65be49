using System.Diagnostics;
using System.Globalization;
using RnnDsl.Prediction;

namespace RnnDsl.Benchmarks;

/// <summary>Many streams of one predictor for a while: after the first second nothing may be collected, and memory must stand still.</summary>
internal static class Soak
{
    public static int Run(int count, double seconds)
    {
        var predictor = new Predictor(new LstmStep1x32(seed: 1));
        PredictionStream[] streams = [.. Enumerable.Range(0, count).Select(_ => predictor.Start())];
        var random = new Random(3);
        float[] inputs = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)], answers = new float[count];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} streams of an LSTM of 32 units; {predictor.WeightBytes} bytes of weights, {predictor.StreamBytes} bytes a stream"));
        Step(1);
        GC.Collect();
        (int collections, long allocated, long memory) = Now();
        Console.WriteLine("second\tsteps/s\tcollections\tallocated\tMB");
        for (int second = 1; second <= seconds; second++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{second}\t{Step(1):F0}\t{Now().Collections - collections}\t{Now().Allocated - allocated}\t{Now().Memory / 1e6:F1}"));
        // Printing allocates a little, and the runtime compiles to the end: neither grows with the steps.
        bool steady = Now().Collections == collections && Now().Memory < memory + 10_000_000;
        Console.WriteLine(steady ? "steady" : "NOT STEADY");
        return steady ? 0 : 1;

        double Step(double duration)
        {
            long steps = 0;
            var watch = Stopwatch.StartNew();
            for (; watch.Elapsed.TotalSeconds < duration; steps += count)
                predictor.Step(streams, inputs, answers);
            return steps / watch.Elapsed.TotalSeconds;
        }
    }

    static (int Collections, long Allocated, long Memory) Now() => (GC.CollectionCount(0), GC.GetTotalAllocatedBytes(), Environment.WorkingSet);
}
