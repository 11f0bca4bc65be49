using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RnnDsl.Distributed;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>Under mpirun: an epoch on data in parts, and the pages of files that each rank then has in memory, of which Linux keeps count.</summary>
internal static class Partitioned
{
    const int Inputs = 64, Steps = 100;

    /// <summary>Writes the parts, trains, and deletes them. Prints the median time of an epoch, and what the epochs brought into the memory of each rank.</summary>
    /// <param name="megabytes">The size of all parts.</param>
    /// <param name="parts">The number of parts.</param>
    /// <param name="units">Units of the LSTM.</param>
    /// <param name="epochs">Epochs that are measured, after one that is not.</param>
    public static void Run(int megabytes, int parts, IEnumerable<int> units, int epochs)
    {
        using var mpi = MpiCommunicator.Start();
        string folder = Path.Combine(Path.GetTempPath(), "rnndsl-parts-"
            + (Environment.GetEnvironmentVariable("PMIX_NAMESPACE") ?? Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        try
        {
            if (mpi.IsFirst)
                Write(folder, megabytes, parts);
            // The others wait until it is there.
            mpi.Share([]);
            long before = FilePages();
            using PartitionedDataset data = PartitionedDataset.Open(folder, mpi);
            Console.WriteLine($"{data.Examples} sequences of {Steps} steps, {Inputs} inputs, {megabytes} MB in {parts} parts, {mpi.Ranks} ranks; " +
                $"batch 32, one thread each; medians of {epochs} epochs");
            foreach (int size in units)
            {
                double seconds = Median(data, mpi, size, epochs);
                long[] pages = [.. mpi.Share(BitConverter.GetBytes(FilePages() - before)).Select(share => MemoryMarshal.Read<long>(share))];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size} units: {seconds:F2} s an epoch; pages of files in memory, MB for each rank: ")
                    + string.Join(' ', pages.Select(kilobytes => kilobytes >> 10)));
            }
        }
        finally
        {
            if (mpi.IsFirst && Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    static void Write(string folder, int megabytes, int parts)
    {
        int examples = megabytes * (1 << 20) / ((Inputs + 1) * Steps * sizeof(float)) / 16;
        var random = new Random(1);
        float[][] Rows(int width) => [.. Enumerable.Range(0, examples).Select(_ => Enumerable.Range(0, Steps * width).Select(_ => random.NextSingle() - 0.5f).ToArray())];
        var piece = new Dataset(Column.Sequences("x", Inputs, Rows(Inputs)), Column.Sequences("y", 1, Rows(1)));
        PartitionedDataset.Write(folder, parts, Enumerable.Repeat(piece, 16));
    }

    static double Median(PartitionedDataset data, MpiCommunicator mpi, int units, int epochs)
    {
        using var trainer = new Trainer(new LstmModel(input: Inputs, hidden: units, seed: 1), new Adam(1e-3))
        {
            Epochs = epochs + 1, BatchSize = 32, Threads = 1, Communicator = mpi,
        };
        var seconds = new List<double>();
        long start = Stopwatch.GetTimestamp();
        trainer.EpochDone += _ =>
        {
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
        };
        trainer.Fit(data);
        return seconds.Skip(1).Order().ElementAt(epochs / 2);
    }

    /// <summary>The kilobytes of mapped files that this process has in memory.</summary>
    static long FilePages()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssFile:", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
