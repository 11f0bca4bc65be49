using RnnDsl.CompilerServices;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>A training step of attention beside the products that it cannot do without: scores, what is found, and for each of the two the gradients of both operands.</summary>
internal static class Attention
{
    /// <summary>Units of keys and values, steps of both sequences, examples.</summary>
    public static readonly (int Units, int Steps, int Batch)[] Shapes = [(64, 100, 16), (128, 100, 16), (256, 100, 16), (64, 20, 64), (64, 400, 4)];

    /// <summary>Units of the inputs: few, so that what makes keys and queries of them costs little.</summary>
    const int Inputs = 4;

    /// <summary>Operations of the six products.</summary>
    public static double Flops(int units, int steps, int batch) => 12.0 * units * steps * steps * batch;

    /// <summary>Medians in microseconds, in turns: of the training step, and of its products alone, in caches and packed.</summary>
    public static (double Step, double Products) Time(int units, int steps, int batch, int threads, double seconds)
    {
        Dataset data = new(Frames("x", steps, batch, 1), Frames("y", steps, batch, 2));
        using var trainer = new Trainer(new AttentionTask(frame: Inputs, key: units, answer: Inputs, seed: 1), new Adam(1e-3)) { BatchSize = batch, Threads = threads };
        int[] examples = [.. Enumerable.Range(0, batch)];
        var products = new Products(units, steps, batch);
        double[] times = SideBySide.Medians(seconds, () => trainer.TrainStep(data, examples), () => Lanes.Run(products));
        return (times[0], times[1]);
    }

    static Column Frames(string name, int steps, int batch, int seed)
    {
        var random = new Random(seed);
        return Column.Sequences(name, Inputs, [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, steps * Inputs).Select(_ => 2 * random.NextSingle() - 1).ToArray())]);
    }

    readonly struct Products(int units, int steps, int batch) : ILaneWork
    {
        readonly Floats rows = Lanes.Aligned(steps * Layout.Pad(units)), packed = Lanes.Aligned(Layout.Pad(steps) * Layout.Pad(units)), pairs = Lanes.Aligned(steps * Layout.Pad(steps)),
            result = Lanes.Aligned(steps * Math.Max(Layout.Pad(units), Layout.Pad(steps)));

        public void Run<V>() where V : struct, ISimd<V>
        {
            int row = Layout.Pad(units), pair = Layout.Pad(steps);
            for (int example = 0; example < batch; example++)
                for (int operand = 0; operand < 2; operand++)
                {
                    Gemm.Multiply<V>(steps, rows, row, units, packed, steps, result, pair, Floats.Null, 0);
                    Gemm.Multiply<V>(steps, pairs, pair, steps, packed, units, result, row, Floats.Null, 0);
                    Gemm.Outer<V>(steps, pairs, pair, rows, row, units, [new(0, steps, result)], accumulate: false);
                }
        }
    }
}
