using RnnDsl.CompilerServices;
using RnnDsl.Memory;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Benchmarks;

/// <summary>An mLSTM of 64 units, whose memory is a matrix of 64×64: its scan, and the loss over that.</summary>
[Model]
public partial class MatrixMemoryModel : Model
{
    [Size(64)]
    internal class In : Dim;

    [Size(64)]
    internal class Units : Dim;

    MLstm<In, Units> cell;

    internal Seq<Units> Predict(Seq<In> x) => cell.Scan(x);

    internal Scalar Loss(Seq<In> x, Seq<Units> y) => MeanSquaredError(Predict(x), y);
}

/// <summary>A step of a cell whose memory is a matrix, beside the memory traffic that it cannot do without, done by loops that do nothing else.</summary>
internal static class MatrixMemory
{
    const int Units = 64, Entries = Units * Units, Steps = 100, Batch = 16, StepsAtOnce = 500;

    /// <summary>Medians in microseconds a step, in turns: of a stream, and of reading its weights and state once and writing the state.</summary>
    public static (double Step, double Traffic) Stream(double seconds)
    {
        var predictor = new Predictor(new MatrixMemoryModel(seed: 1));
        PredictionStream stream = predictor.Start();
        float[] x = [.. Enumerable.Range(0, Units).Select(i => MathF.Sin(i))], y = new float[Units];
        var traffic = new StreamTraffic((int)(predictor.WeightBytes / sizeof(float)) / Layout.Lanes * Layout.Lanes);
        double[] times = SideBySide.Medians(seconds, () =>
        {
            for (int i = 0; i < StepsAtOnce; i++)
                stream.Step(x, y);
        }, () => Lanes.Run(traffic));
        return (times[0] / StepsAtOnce, times[1] / StepsAtOnce);
    }

    /// <summary>The same of a training step, for each step of each of its sequences: forward a memory is read and the next one written, backward it is read again, and its gradient read and written.</summary>
    public static (double Step, double Traffic) Training(double seconds)
    {
        Dataset data = new(Rows("x", 1), Rows("y", 2));
        using var trainer = new Trainer(new MatrixMemoryModel(seed: 1), new Adam(1e-3)) { BatchSize = Batch, Threads = 1 };
        int[] examples = [.. Enumerable.Range(0, Batch)];
        var traffic = new TrainingTraffic(Lanes.Aligned((Steps + 1) * Batch * Entries));
        double[] times = SideBySide.Medians(seconds, () => trainer.TrainStep(data, examples), () => Lanes.Run(traffic));
        return (times[0] / (Steps * Batch), times[1] / (Steps * Batch));
    }

    static Column Rows(string name, int seed)
    {
        var random = new Random(seed);
        return Column.Sequences(name, Units, [.. Enumerable.Range(0, Batch).Select(_ => Enumerable.Range(0, Steps * Units).Select(_ => random.NextSingle() - 0.5f).ToArray())]);
    }

    readonly struct StreamTraffic(int weights) : ILaneWork
    {
        readonly Floats read = Lanes.Aligned(weights), state = Lanes.Aligned(Entries);

        public void Run<V>() where V : struct, ISimd<V>
        {
            V sum = V.Broadcast(0), more = V.Broadcast(0);
            for (int step = 0; step < StepsAtOnce; step++)
            {
                for (nint i = 0; i <= weights - 2 * V.Count; i += 2 * V.Count)
                {
                    sum += V.Load(read, i);
                    more += V.Load(read, i + V.Count);
                }
                for (nint i = 0; i < Entries; i += V.Count)
                    V.Store(V.MultiplyAdd(V.Load(state, i), 0.5f, 0.25f), state, i);
            }
            V.Store(sum + more, state, 0);
        }
    }

    readonly struct TrainingTraffic(Floats memories) : ILaneWork
    {
        readonly Floats gradient = Lanes.Aligned(Batch * Entries);

        public void Run<V>() where V : struct, ISimd<V>
        {
            for (int step = 0; step < Steps; step++)
                for (nint i = (nint)step * Batch * Entries, end = i + Batch * Entries; i < end; i += V.Count)
                    V.Store(V.MultiplyAdd(V.Load(memories, i), 0.5f, 0.25f), memories, i + Batch * Entries);
            for (int step = Steps; step > 0; step--)
                for (nint i = 0, from = (nint)step * Batch * Entries; i < Batch * Entries; i += V.Count)
                    V.Store(V.MultiplyAdd(V.Load(gradient, i), 0.5f, V.Load(memories, from + i)), gradient, i);
        }
    }
}
