using System.Globalization;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Prediction;
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

    static readonly (int I, int H, int T, int B)[] StepShapes = [(1, 8, 1, 1), (1, 16, 1, 1), (1, 32, 1, 1), (32, 64, 1, 1), (64, 128, 1, 1), (128, 256, 1, 1)];

    /// <param name="threads">Of training and inference.</param>
    /// <param name="work">train, infer, step, task or attention.</param>
    /// <param name="seconds">For each row.</param>
    /// <param name="peersFile">Other libraries' times in the same columns.</param>
    /// <param name="shapes">Instead of the peers' own, for train and infer.</param>
    public static void Run(int threads, string work, double seconds, string? peersFile, (int I, int H, int T, int B)[]? shapes)
    {
        Dictionary<string, List<double>> ratios = [];
        Dictionary<string, (string Peer, double Microseconds)[]> peers = peersFile is null ? [] : ReadPeers(peersFile);
        Console.WriteLine(Header + (peersFile is null ? "" : "\tratios"));
        foreach (var task in Tasks.All.Where(_ => work == "task"))
        {
            double time = Tasks.Train(task.Name, threads, seconds);
            string key = string.Join('\t', work, task.Name, task.V, task.E, task.H, task.B, threads);
            Print(string.Create(CultureInfo.InvariantCulture, $"rnndsl\t{key}\t{time:F1}\t"), key, $"{work} {task.Name}", time);
        }
        foreach ((int units, int steps, int batch) in Attention.Shapes.Where(_ => work == "attention"))
        {
            (double step, double products) = Attention.Time(units, steps, batch, threads, seconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rnndsl\tattention\tattend\t{units}\t{units}\t{steps}\t{batch}\t{threads}\t{step:F1}\t{Attention.Flops(units, steps, batch) / step / 1e3:F1}\tproducts {products:F1}, {step / products:F2} times that"));
        }
        if (work == "attention")
            foreach ((string what, (double step, double traffic)) in new[] { ("mlstm-step", MatrixMemory.Stream(seconds)), ("mlstm-train", MatrixMemory.Training(seconds)) })
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rnndsl\tattention\t{what}\t64\t64\t\t\t1\t{step:F3}\t\ttraffic {traffic:F3}, {step / traffic:F2} times that"));
        foreach ((int i, int h, int t, int b) in work is "task" or "attention" ? [] : work == "step" ? StepShapes : shapes ?? Shapes)
            foreach (string cell in work switch
            {
                "train" => ["lstm", "gru", "rnn", "peephole"],
                "step" => ["lstm", "gru", "lstm-int8", "gru-int8"],
                _ => (string[])["lstm", "gru"],
            })
            {
                double time = work switch
                {
                    "train" => Train(cell, i, h, t, b, threads, seconds),
                    "infer" => Infer(cell, i, h, t, b, threads, seconds),
                    _ => Step(cell, i, h, seconds),
                };
                double flops = 2.0 * Gates(cell) * h * (i + h) * t * b * (work == "train" ? 3 : 1);
                string key = string.Join('\t', work, cell, i, h, t, b, threads);
                string row = string.Create(CultureInfo.InvariantCulture, $"rnndsl\t{key}\t{time:F3}\t{flops / time / 1e3:F1}");
                Print(row, key, $"{work} {cell}", time);
            }
        foreach ((string name, List<double> list) in ratios)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"# {name}: times faster, geometric mean {Math.Exp(list.Average(Math.Log)):F2}, least {list.Min():F2}, most {list.Max():F2}"));

        void Print(string row, string key, string name, double time)
        {
            if (peers.TryGetValue(key, out var others))
                foreach ((string peer, double other) in others)
                {
                    row += string.Create(CultureInfo.InvariantCulture, $"\t{peer} {other / time:F2}");
                    if (!ratios.TryGetValue($"{peer} {name}", out List<double>? list))
                        ratios.Add($"{peer} {name}", list = []);
                    list.Add(other / time);
                }
            Console.WriteLine(row);
        }
    }

    /// <summary>I,H,T,B with spaces, line ends or semicolons between, or a file of these.</summary>
    /// <exception cref="FormatException">The message names the piece that is not such a shape.</exception>
    public static (int I, int H, int T, int B)[] ReadShapes(string listOrFile)
    {
        string[] pieces = (File.Exists(listOrFile) ? File.ReadAllText(listOrFile) : listOrFile)
            .Split([' ', '\t', '\r', '\n', ';'], StringSplitOptions.RemoveEmptyEntries);
        return pieces.Length == 0 ? throw new FormatException("no shape given") : [.. pieces.Select(Read)];

        static (int, int, int, int) Read(string piece)
        {
            int[] sizes = [.. piece.Split(',').Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
            if (sizes.Length != 4 || sizes.Contains(0))
                throw new FormatException($"'{piece}' is neither a file nor four sizes I,H,T,B from 1 up");
            (int i, int h, int t, int b) = (sizes[0], sizes[1], sizes[2], sizes[3]);
            if ((double)t * b * Math.Max(i, h) > Array.MaxLength)
                throw new FormatException($"'{piece}' is too large: inputs and outputs of all steps have to fit in an array");
            return (i, h, t, b);
        }
    }

    /// <summary>Forward, backward and Adam.</summary>
    static double Train(string cell, int i, int h, int t, int b, int threads, double seconds)
    {
        Module model = Make(cell, i, h);
        Dataset data = Data(i, t, b, withTarget: true);
        using var trainer = new Trainer(model, new Adam(1e-3)) { BatchSize = b, Threads = threads };
        int[] examples = [.. Enumerable.Range(0, b)];
        return SideBySide.Median(seconds, () => trainer.TrainStep(data, examples));
    }

    static double Infer(string cell, int i, int h, int t, int b, int threads, double seconds)
    {
        Module model = Make(cell, i, h);
        Dataset data = Data(i, t, b, withTarget: false);
        using var executor = new Executor(model, "Outputs", new ExecutionOptions { Threads = threads });
        int[] examples = [.. Enumerable.Range(0, b)];
        var output = new float[t * b * h];
        return SideBySide.Median(seconds, () => executor.Forward(data, examples, output));
    }

    /// <summary>One step of one stream, with a head of one output; the mean over runs of many steps, since one is shorter than the clock's tick.</summary>
    static double Step(string cell, int i, int h, double seconds)
    {
        WeightFormat weights = cell.EndsWith("-int8", StringComparison.Ordinal) ? WeightFormat.Int8 : WeightFormat.Float32;
        PredictionStream stream = new Predictor(StepModel(cell.Split('-')[0], i, h), weights: weights).Start();
        var random = new Random(3);
        float[] inputs = [.. Enumerable.Range(0, i * StepsARun).Select(_ => random.NextSingle() - 0.5f)], output = new float[1];
        return SideBySide.Median(seconds, () =>
        {
            for (int step = 0; step < StepsARun; step++)
                stream.Step(inputs.AsSpan(step * i, i), output);
        }) / StepsARun;
    }

    public const int StepsARun = 256;

    public static Module StepModel(string cell, int i, int h) => (cell, h) switch
    {
        ("lstm", 8) => new LstmStep1x8(),
        ("lstm", 16) => new LstmStep1x16(),
        ("lstm", 32) => new LstmStep1x32(),
        ("lstm", 64) => new LstmStep32x64(),
        ("lstm", 128) => new LstmStep64x128(),
        ("lstm", 256) => new LstmStep128x256(),
        ("gru", 8) => new GruStep1x8(),
        ("gru", 16) => new GruStep1x16(),
        ("gru", 32) => new GruStep1x32(),
        ("gru", 64) => new GruStep32x64(),
        ("gru", 128) => new GruStep64x128(),
        ("gru", 256) => new GruStep128x256(),
        _ => throw new ArgumentException($"No model for {cell} {i}×{h}."),
    };

    public static Module Make(string cell, int i, int h) => cell switch
    {
        "lstm" => new LstmModel(i, h, seed: 1),
        "gru" => new GruModel(i, h, seed: 1),
        "rnn" => new ElmanModel(i, h, seed: 1),
        _ => new PeepholeModel(i, h, seed: 1),
    };

    static int Gates(string cell) => cell switch { "gru" or "gru-int8" => 3, "rnn" => 1, _ => 4 };

    public static Dataset Data(int width, int steps, int batch, bool withTarget)
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

    static Dictionary<string, (string, double)[]> ReadPeers(string file) => File.ReadLines(file)
        .Skip(1).Select(line => line.Split('\t')).Where(f => f.Length >= 9)
        .GroupBy(f => string.Join('\t', f[1..8]))
        .ToDictionary(g => g.Key, g => g.Select(f => (f[0], double.Parse(f[8], CultureInfo.InvariantCulture))).ToArray());
}
