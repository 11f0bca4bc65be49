using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Benchmarks;

/// <summary>
/// What turning on an option costs a training step of a plain LSTM, beside the arithmetic that it adds. Arithmetic is counted in floating-point
/// operations: products, 20 for each sigmoid and tanh, the rest of the equations and of their derivatives, and 14 a parameter for Adam.
/// </summary>
internal static class Options
{
    const int Sequences = 32;

    /// <summary>Operations a unit and step beside the products, with the derivatives: the LSTM's own; three peepholes; nine normalizations; a unit of a mask, mostly
    /// in integers.</summary>
    const double Lstm = 5 * 20 + 50, Peepholes = 3 * 6, Normalizations = 9 * 22, Mask = 12;

    sealed record Option(string Name, Action Step, double Arithmetic);

    public static void Run(double seconds)
    {
        Console.WriteLine("I\tH\tT\toption\tus\ttime\tarithmetic\ttime/arithmetic");
        foreach ((int i, int h, int t) in new[] { (32, 64, 50), (64, 128, 50) })
        {
            Option[] options = [.. Steps(i, h, t), .. Epochs(i, h, t)];
            double[] times = SideBySide.Medians(seconds, [.. options.Select(o => o.Step)]);
            int plain = 0;
            for (int o = 0; o < options.Length; o++)
            {
                if (options[o].Name.StartsWith("plain", StringComparison.Ordinal))
                    plain = o;
                double time = times[o] / times[plain], arithmetic = options[o].Arithmetic / options[plain].Arithmetic;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{i}\t{h}\t{t}\t{options[o].Name}\t{times[o]:F0}\t{time:F2}\t{arithmetic:F2}\t{time / arithmetic:F2}"));
            }
        }
    }

    static IEnumerable<Option> Steps(int i, int h, int t)
    {
        int[] full = [.. Enumerable.Repeat(t, Sequences)], unequal = [.. Enumerable.Range(0, Sequences).Select(s => 1 + s * (t - 1) / (Sequences - 1))];
        double weights = 4.0 * h * (i + h), rows = (double)Sequences * t;
        double Work(double weights, double units, double rows, double moves = 1) => rows * (6 * weights + units * h) + moves * 14 * weights;
        double plain = Work(weights, Lstm, rows);
        Module Model() => new LstmModel(i, h, seed: 1);

        yield return new("plain", Step(Model(), full), plain);
        yield return new("layer norm", Step(new LayerNormModel(i, h, seed: 1), full), Work(weights, Lstm + Normalizations, rows));
        yield return new("peepholes", Step(new PeepholeModel(i, h, seed: 1), full), Work(weights, Lstm + Peepholes, rows));
        // Of the input once, of the output forward and backward.
        yield return new("dropout", Step(new DropoutModel(i, h, seed: 1), full), plain + rows * Mask * (i + 2 * h));
        yield return new("two layers", Step(new TwoLayerModel(i, h, seed: 1), full), Work(weights, Lstm, rows) + Work(8.0 * h * h, Lstm, rows));
        yield return new("lengths 1..T", Step(Model(), unequal), Work(weights, Lstm, unequal.Sum()));
        yield return new("clip norm", Step(Model(), full, clipNorm: 0.01), plain + 4 * weights);
        yield return new("clip value", Step(Model(), full, clipValue: 1e-4), plain + 6 * weights);
        yield return new("AdamW", Step(Model(), full, optimizer: new AdamW(1e-3)), plain + weights);
        yield return new("frozen but head", Step(new FineTuning(Model()).Freeze("*").Train("head.*"), full), Work(weights, Lstm, rows, moves: 0));
        // The gradient of the whole weights, twice a product of rank 4 for its factors and once for the sum.
        yield return new("adapters", Step(new LowRankAdapters(Model(), 4, 8, ["cell.*"], ["head.*"]), full), Work(weights, Lstm, rows, moves: 0) + 6 * 4 * weights);

        Action Step(object model, int[] lengths, double? clipNorm = null, double? clipValue = null, Optimizer? optimizer = null)
        {
            ITrainable? part = model as ITrainable;
            optimizer ??= new Adam(1e-3);
            Trainer trainer = part is null
                ? new Trainer((Module)model, optimizer) { BatchSize = Sequences, Threads = 1, ClipNorm = clipNorm, ClipValue = clipValue }
                : new Trainer(part, optimizer) { BatchSize = Sequences, Threads = 1 };
            Dataset data = Data(i, lengths);
            int[] examples = [.. Enumerable.Range(0, Sequences)];
            return () => trainer.TrainStep(data, examples);
        }
    }

    /// <summary>Chunks carry states from one step to the next, so an epoch of four is set against one of whole sequences.</summary>
    static IEnumerable<Option> Epochs(int i, int h, int t)
    {
        const int Chunks = 4;
        double weights = 4.0 * h * (i + h), products = Sequences * (double)Chunks * t * (6 * weights + Lstm * h);
        Dataset data = Data(i, [.. Enumerable.Repeat(Chunks * t, Sequences)]);
        yield return new("plain, 4 T", Epoch(null), products + 14 * weights);
        yield return new("chunks of T", Epoch(t), products + Chunks * 14 * weights);

        Action Epoch(int? chunk)
        {
            var trainer = new Trainer(new LstmModel(i, h, seed: 1), new Adam(1e-3)) { BatchSize = Sequences, Threads = 1, Epochs = 1, ChunkSteps = chunk };
            return () => trainer.Fit(data);
        }
    }

    static Dataset Data(int width, int[] lengths)
    {
        var random = new Random(2);
        Column Make(string name, int columns)
        {
            int[] starts = new int[lengths.Length];
            for (int s = 1; s < starts.Length; s++)
                starts[s] = starts[s - 1] + lengths[s - 1] * columns;
            return new()
            {
                Name = name,
                Kind = ValueKind.Sequence,
                Width = columns,
                Stride = columns,
                Values = Enumerable.Range(0, lengths.Sum() * columns).Select(_ => random.NextSingle() - 0.5f).ToArray(),
                Starts = starts,
                Lengths = lengths,
            };
        }
        return new Dataset(Make("x", width), Make("y", 1));
    }
}
