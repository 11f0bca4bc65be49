using System.Diagnostics;
using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>Times the product on the peers' shapes and prints the peers' columns.</summary>
internal static class Compare
{
    const string Header = "peer\twork\tcell\tI\tH\tT\tB\tthreads\tus\tgflops";

    static readonly (int I, int H, int T, int B)[] Shapes =
    [
        (1, 32, 50, 32), (32, 64, 50, 32), (64, 128, 50, 32), (64, 128, 64, 32), (32, 64, 32, 128), (128, 256, 100, 32), (256, 512, 100, 64), (64, 64, 100, 1),
    ];

    public static void Run(int threads, string work, double seconds, string? peersFile)
    {
        Dictionary<string, List<double>> ratios = [];
        Dictionary<string, (string Peer, double Microseconds)[]> peers = peersFile is null ? [] : ReadPeers(peersFile);
        Console.WriteLine(Header + (peersFile is null ? "" : "\tratios"));
        foreach ((int i, int h, int t, int b) in Shapes)
            foreach (string cell in work == "train" ? ["lstm", "gru", "rnn", "peephole"] : (string[])["lstm", "gru"])
            {
                double time = work == "train" ? Train(cell, i, h, t, b, threads, seconds) : Infer(cell, i, h, t, b, threads, seconds);
                double flops = 2.0 * Gates(cell) * h * (i + h) * t * b * (work == "train" ? 3 : 1);
                string key = string.Join('\t', work, cell, i, h, t, b, threads);
                string row = string.Create(CultureInfo.InvariantCulture, $"rnndsl\t{key}\t{time:F2}\t{flops / time / 1e3:F1}");
                if (peers.TryGetValue(key, out var others))
                    foreach ((string peer, double other) in others)
                    {
                        row += string.Create(CultureInfo.InvariantCulture, $"\t{peer} {other / time:F2}");
                        if (!ratios.TryGetValue($"{peer} {work} {cell}", out List<double>? list))
                            ratios.Add($"{peer} {work} {cell}", list = []);
                        list.Add(other / time);
                    }
                Console.WriteLine(row);
            }
        foreach ((string name, List<double> list) in ratios)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"# {name}: times faster, geometric mean {Math.Exp(list.Average(Math.Log)):F2}, least {list.Min():F2}, most {list.Max():F2}"));
    }

    /// <summary>Forward, backward and Adam.</summary>
    static double Train(string cell, int i, int h, int t, int b, int threads, double seconds)
    {
        Module model = Make(cell, i, h);
        Dataset data = Data(i, t, b, withTarget: true);
        using var trainer = new Trainer(model, new Adam(1e-3)) { BatchSize = b, Threads = threads };
        int[] examples = [.. Enumerable.Range(0, b)];
        return Median(() => trainer.TrainStep(data, examples), seconds);
    }

    static double Infer(string cell, int i, int h, int t, int b, int threads, double seconds)
    {
        Module model = Make(cell, i, h);
        Dataset data = Data(i, t, b, withTarget: false);
        using var executor = new Executor(model, "Outputs", new ExecutionOptions { Threads = threads });
        int[] examples = [.. Enumerable.Range(0, b)];
        var output = new float[t * b * h];
        return Median(() => executor.Forward(data, examples, output), seconds);
    }

    static Module Make(string cell, int i, int h) => cell switch
    {
        "lstm" => new LstmModel(i, h, seed: 1),
        "gru" => new GruModel(i, h, seed: 1),
        "rnn" => new ElmanModel(i, h, seed: 1),
        _ => new PeepholeModel(i, h, seed: 1),
    };

    static int Gates(string cell) => cell switch { "gru" => 3, "rnn" => 1, _ => 4 };

    static Dataset Data(int width, int steps, int batch, bool withTarget)
    {
        var random = new Random(2);
        Column Make(string name, int columns) => new()
        {
            Name = name,
            Kind = ValueKind.Sequence,
            Width = columns,
            Stride = columns,
            Values = Enumerable.Range(0, steps * batch * columns).Select(_ => random.NextSingle() - 0.5f).ToArray(),
            Starts = [.. Enumerable.Range(0, batch).Select(e => e * steps * columns)],
            Lengths = [.. Enumerable.Repeat(steps, batch)],
        };
        return withTarget ? new Dataset(Make("x", width), Make("y", 1)) : new Dataset(Make("x", width));
    }

    static double Median(Action action, double seconds)
    {
        // Long enough for the runtime to compile the loops to the end.
        var warm = Stopwatch.StartNew();
        for (int i = 0; i < 40 && warm.Elapsed.TotalSeconds < 3; i++)
        {
            action();
            if (i == 30)
                Thread.Sleep(150);
        }
        var samples = new List<double>();
        var total = Stopwatch.StartNew();
        while (total.Elapsed.TotalSeconds < seconds || samples.Count < 5)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        samples.Sort();
        return samples[samples.Count / 2];
    }

    static Dictionary<string, (string, double)[]> ReadPeers(string file) => File.ReadLines(file)
        .Skip(1).Select(line => line.Split('\t')).Where(f => f.Length >= 9)
        .GroupBy(f => string.Join('\t', f[1..8]))
        .ToDictionary(g => g.Key, g => g.Select(f => (f[0], double.Parse(f[8], CultureInfo.InvariantCulture))).ToArray());
}
