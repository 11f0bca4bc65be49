using System.Diagnostics;
using System.Globalization;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>An epoch on a data set in a mapped file, in turns with one on the same data in memory.</summary>
internal static class FromDisk
{
    const int Inputs = 64, Steps = 100, Parts = 16;

    /// <summary>Prints the time of an epoch of each kind.</summary>
    /// <param name="megabytes">The size of the file.</param>
    /// <param name="units">Units of the LSTM.</param>
    /// <param name="epochs">Epochs of each kind, of which medians are taken.</param>
    public static void Run(int megabytes, IEnumerable<int> units, int epochs)
    {
        int examples = Math.Max(Parts, megabytes * (1 << 20) / ((Inputs + 1) * Steps * sizeof(float)));
        var random = new Random(1);
        float[][] Rows(int width) => [.. Enumerable.Range(0, examples / Parts).Select(_ => Enumerable.Range(0, Steps * width).Select(_ => random.NextSingle() - 0.5f).ToArray())];
        var part = new Dataset(Column.Sequences("x", Inputs, Rows(Inputs)), Column.Sequences("y", 1, Rows(1)));
        string path = Path.Combine(Directory.CreateTempSubdirectory("rnndsl-disk-").FullName, "data.safetensors");
        try
        {
            DatasetFile.Write(path, Enumerable.Repeat(part, Parts));
            using DatasetFile file = DatasetFile.Open(path);
            var memory = new Dataset([.. file.Data.Columns.Select(InMemory)]);
            Console.WriteLine($"{file.Data.Count} sequences of {Steps} steps, {Inputs} inputs, {new FileInfo(path).Length >> 20} MB; batch 32, one thread; medians of {epochs} epochs in turns");
            Console.WriteLine("units\tblock\ts in memory\ts mapped\tratio");
            foreach (int size in units)
                foreach (int? block in new int?[] { null, 256 })
                {
                    List<double> inMemory = [], mapped = [];
                    // The first epoch compiles, and reads the file into the cache of the operating system.
                    for (int epoch = -1; epoch < epochs; epoch++)
                        foreach (bool isMapped in epoch % 2 == 0 ? new[] { true, false } : [false, true])
                        {
                            double seconds = Epoch(isMapped ? file.Data : memory, size, block);
                            if (epoch >= 0)
                                (isMapped ? mapped : inMemory).Add(seconds);
                        }
                    (double first, double second) = (Median(inMemory), Median(mapped));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size}\t{block?.ToString(CultureInfo.InvariantCulture) ?? "none"}\t{first:F2}\t{second:F2}\t{second / first:F3}"));
                }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    static Column InMemory(Column column) => new()
    {
        Name = column.Name, Kind = column.Kind, Width = column.Width, Stride = column.Stride, Values = column.Values.ToArray(), Starts = column.Starts, Lengths = column.Lengths,
    };

    static double Epoch(Dataset data, int units, int? block)
    {
        using var trainer = new Trainer(new LstmModel(input: Inputs, hidden: units, seed: 1), new Adam(1e-3)) { Epochs = 1, BatchSize = 32, Threads = 1, ShuffleBlock = block };
        long start = Stopwatch.GetTimestamp();
        trainer.Fit(data);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
