using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RnnDsl.Distributed;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>
/// Under mpirun: what an exchange and a sum over all ranks take, by bytes, and what a training step takes. From the exchanges it fits the cost of a message, alpha + beta n, and from the step of
/// one rank, and the same model with the figures of other networks, it predicts steps on many machines.
/// </summary>
internal static class Scaling
{
    const int Largest = 16 * 1024 * 1024;

    /// <summary>Networks of the prediction: seconds for a message, and for each byte. Ethernet with TCP carries about 94% of its line rate.</summary>
    static readonly (string Name, double Alpha, double Beta)[] Networks = [("10 Gbit/s", 30e-6, 8 / (0.94 * 10e9)), ("100 Gbit/s", 10e-6, 8 / (0.94 * 100e9))];

    public static void Run(double seconds, (int I, int H, int T, int B)[] shapes)
    {
        using var mpi = MpiCommunicator.Start();
        if (mpi.Ranks > 1)
            Messages(mpi, seconds);
        Console.WriteLine($"I\tH\tT\tB\tfloats\tus a step, {mpi.Ranks} ranks\tof that us the sum");
        foreach ((int i, int h, int t, int b) in shapes)
        {
            Module model = Compare.Make("lstm", i, h);
            Dataset data = Compare.Data(i, t, b, withTarget: true);
            using var trainer = new Trainer(model, new Adam(1e-3)) { BatchSize = b, Threads = 1, Communicator = mpi };
            int[] examples = [.. Enumerable.Range(0, b)];
            double step = Time(mpi, seconds, () => trainer.TrainStep(data, examples));
            float[] values = new float[model.Parameters.Length + b + 1], received = new float[values.Length];
            double sum = mpi.Ranks == 1 ? 0 : Time(mpi, seconds / 4, () => mpi.Sum(values, received));
            Console.WriteLine($"{i}\t{h}\t{t}\t{b}\t{model.Parameters.Length}\t{Text(step * 1e6)}\t{Text(sum * 1e6)}");
            if (mpi.Ranks > 1)
                continue;
            Action[] parts = Shards.Parts(model);
            double own = new[] { parts[0], parts[2], parts[3] }.Sum(part => Time(mpi, seconds / 8, part));
            Console.WriteLine($"  of that us what every rank does for itself (packing, norm, Adam): {Text(own * 1e6)}");
            foreach ((string name, double alpha, double beta) in Networks)
                Predict(name, step, own, values.Length * (double)sizeof(float), alpha, beta);
        }
    }

    /// <summary>Speed-ups by the model, for machines like this with one thread each: with the batch of the one machine divided among all, and with such a batch on each.</summary>
    static void Predict(string network, double step, double own, double bytes, double alpha, double beta)
    {
        int best = Enumerable.Range(0, 5).Select(e => 1 << e).MaxBy(machines => step / Divided(machines));
        Console.WriteLine($"  {network}: sum on 16 machines {Text(Sum(16) * 1e6)} us, on 256 {Text(Sum(256) * 1e6)} us; this batch divided by 16: {Text(step / Divided(16))} times as fast, best on {best} machines: " +
            $"{Text(step / Divided(best))}; this batch on each: {Text(16 * step / (step + Sum(16)))} times as many examples a second on 16, {Text(256 * step / (step + Sum(256)))} on 256");

        double Divided(int machines) => (step - own) / machines + own + Sum(machines);

        double Sum(int machines) => machines == 1 ? 0 : 2 * Math.Log2(machines) * alpha + 2.0 * (machines - 1) / machines * bytes * beta;
    }

    static void Messages(MpiCommunicator mpi, double seconds)
    {
        Console.WriteLine($"bytes\tus, exchange\tus, sum over {mpi.Ranks} ranks");
        var points = new List<(double Bytes, double Seconds, double Sum)>();
        for (int bytes = 64; bytes <= Largest; bytes *= 4)
        {
            float[] values = new float[bytes / sizeof(float)], received = new float[values.Length];
            int partner = mpi.Rank ^ 1;
            double exchange = Time(mpi, seconds / 8, () =>
            {
                if (partner < mpi.Ranks)
                    mpi.Exchange(partner, MemoryMarshal.AsBytes(values.AsSpan()), MemoryMarshal.AsBytes(received.AsSpan()));
            }), sum = Time(mpi, seconds / 8, () => mpi.Sum(values, received));
            points.Add((bytes, exchange, sum));
            Console.WriteLine($"{bytes}\t{Text(exchange * 1e6)}\t{Text(sum * 1e6)}");
        }
        (double alpha, double beta) = Fit([.. points.Select(p => (p.Bytes, p.Seconds))]);
        (double sumAlpha, double sumBeta) = Fit([.. points.Select(p => (p.Bytes, p.Sum))]);
        Console.WriteLine($"exchange: alpha {Text(alpha * 1e6)} us, beta {Text(beta * 1e9)} ns a byte; sum: alpha {Text(sumAlpha * 1e6)} us, beta {Text(sumBeta * 1e9)} ns a byte");
    }

    /// <summary>The line through the points with the least squared relative errors.</summary>
    static (double Alpha, double Beta) Fit((double X, double Y)[] points)
    {
        double w = 0, wx = 0, wxx = 0, wy = 0, wxy = 0;
        foreach ((double x, double y) in points)
        {
            double weight = 1 / (y * y);
            (w, wx, wxx, wy, wxy) = (w + weight, wx + weight * x, wxx + weight * x * x, wy + weight * y, wxy + weight * x * y);
        }
        double beta = (w * wxy - wx * wy) / (w * wxx - wx * wx);
        return ((wy - beta * wx) / w, beta);
    }

    /// <summary>The time of a job that all ranks do equally often: of ten runs nine take longer. Where other programs share the processors, the median is that of their work too.</summary>
    static double Time(MpiCommunicator mpi, double seconds, Action job)
    {
        for (int i = 0; i < 3; i++)
            job();
        long start = Stopwatch.GetTimestamp();
        job();
        int times = mpi.Ranks == 1 ? Times() : BitConverter.ToInt32(mpi.Share(BitConverter.GetBytes(Times()))[0]);
        var measured = new double[times];
        for (int i = 0; i < times; i++)
        {
            start = Stopwatch.GetTimestamp();
            job();
            measured[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        Array.Sort(measured);
        return measured[times / 10];

        int Times() => (int)Math.Clamp(seconds / Stopwatch.GetElapsedTime(start).TotalSeconds, 5, 20_000);
    }

    static string Text(double value) => value.ToString(value >= 100 ? "F0" : "G3", CultureInfo.InvariantCulture);
}
