using System.Diagnostics;
using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

/// <summary>Training on a data set in a file, and with examples that are shuffled in blocks.</summary>
public sealed class MappedTrainingTests : IDisposable
{
    public const string Command = "train-from-disk";

    const int Inputs = 4096, PartExamples = 256;

    /// <summary>With <c>RNNDSL_LARGE_DATA=1</c> the file has 1 GiB instead of 128 MiB.</summary>
    static readonly int Parts = Environment.GetEnvironmentVariable("RNNDSL_LARGE_DATA") is null ? 32 : 256;

    readonly TemporaryFolder folder = new();

    string File => folder.File("data.safetensors");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, false, null), InlineData(3, false, null), InlineData(3, true, null), InlineData(null, true, null), InlineData(3, false, 4), InlineData(null, false, 4)]
    public void A_file_trains_to_the_bits_of_memory(int? block, bool byLength, int? chunk)
    {
        Dataset memory = LeakyModule.Data(3, LeakyReference.Lengths(new Random(2), 120, 15), 1);
        DatasetFile.Write(File, Enumerable.Range(0, 6).Select(i => memory.Range(i * 20, 20)));
        using DatasetFile file = DatasetFile.Open(File);
        (float[] parameters, string losses) = Train(memory);
        (float[] mapped, string same) = Train(file.Data);
        Assert.Equal(parameters, mapped);
        Assert.Equal(losses, same);

        (float[], string) Train(Dataset data)
        {
            var model = new LeakyModule(3);
            using var trainer = new Trainer(model, new Adam(0.03)) { Epochs = 3, BatchSize = 4, Threads = 2, ShuffleBlock = block, BucketByLength = byLength, ChunkSteps = chunk };
            History history = trainer.Fit(data, data.Range(0, 10));
            return (model.Parameters.Snapshot(), string.Join(' ', history.Epochs.Select(e => (e.TrainLoss, e.ValidationLoss))));
        }
    }

    [Fact]
    public void A_file_that_is_closed_ends_training_with_an_exception()
    {
        DatasetFile.Write(File, LinearModule.Data(200, 5, 3, seed: 4));
        DatasetFile file = DatasetFile.Open(File);
        using var trainer = new Trainer(new LinearModule(5, 3), new Adam(0.05)) { Epochs = 3, Threads = 2 };
        trainer.StepDone += report =>
        {
            if (report.Step == 8)
                file.Dispose();
        };
        Assert.Throws<ObjectDisposedException>(() => trainer.Fit(file.Data));
    }

    [Fact]
    public void A_number_that_is_not_finite_is_named()
    {
        DatasetFile.Write(File, new Dataset(Column.Vectors("x", [1], [float.NaN]), Column.Vectors("y", [1], [2])));
        using DatasetFile file = DatasetFile.Open(File);
        using var trainer = new Trainer(new LinearModule(1, 1), new Adam(0.05));
        Assert.Contains("Column 'x' is NaN in example 1", Assert.Throws<ArgumentException>(() => trainer.Fit(file.Data)).Message);
    }

    [Theory]
    [InlineData(1000, 7, 10), InlineData(1000, 1, 10), InlineData(1001, 100, 8), InlineData(50, 40, 3)]
    public void Blocks_come_in_a_random_order_and_stay_near_each_other(int count, int block, int batch)
    {
        var module = new LinearModule(2, 1);
        var batches = new ExampleBatches(module, module.Method("Loss"), LinearModule.Data(count, 2, 1, 1), "training", batch, byLength: false, block);
        int[] first = Epoch(1), again = Epoch(1), second = Epoch(2);
        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
        Assert.Equal(Enumerable.Range(0, count), first.Order());
        int blocks = (count + block - 1) / block;
        // Only the last block is shorter, so that a window of examples has at most one block more.
        for (int begin = 0; begin < count; begin += 16 * block)
            Assert.InRange(first.Skip(begin).Take(16 * block).Select(e => e / block).Distinct().Count(), Math.Min(1, blocks), 18);
        Assert.NotEqual(first.Order(), first);

        int[] Epoch(int epoch)
        {
            var order = new List<int>();
            batches.Begin(new RandomStream(5, $"{epoch}"));
            while (batches.Next())
                order.AddRange(batches.Examples);
            return [.. order];
        }
    }

    [Theory]
    [InlineData(null), InlineData(5)]
    public void A_checkpoint_within_an_epoch_knows_the_blocks(int? block)
    {
        Dataset data = LinearModule.Data(200, 5, 3, seed: 4);
        (LinearModule whole, Adam optimizer) = (new(5, 3), new(0.05));
        using (Trainer trainer = Make(whole, optimizer, block))
        {
            trainer.StepDone += report =>
            {
                if (report.Step != 9)
                    return;
                // Versions before blocks wrote no such setting.
                if (block is null)
                    Assert.True(optimizer.Run!.Settings.Remove(nameof(Trainer.ShuffleBlock)));
                Checkpoint.Save(folder.File("checkpoint"), whole, optimizer);
            };
            trainer.Fit(data);
        }
        (LinearModule rest, Adam again) = (new(5, 3, seed: 2), new(0.05));
        Checkpoint.Load(folder.File("checkpoint"), rest, again);
        using (Trainer other = Make(rest, again, 9))
            Assert.Contains($"with ShuffleBlock {(block is null ? "none" : "5")}: it cannot go on with 9", Assert.Throws<InvalidOperationException>(() => other.Fit(data)).Message);
        using (Trainer trainer = Make(rest, again, block))
            Assert.Empty(trainer.Fit(data).Differences);
        Assert.Equal(whole.Parameters.Snapshot(), rest.Parameters.Snapshot());

        static Trainer Make(Module model, Optimizer optimizer, int? block) => new(model, optimizer) { Epochs = 3, Threads = 1, ShuffleBlock = block };
    }

    [Fact]
    public void A_block_has_at_least_one_example()
    {
        Assert.Throws<ArgumentOutOfRangeException>("ShuffleBlock", () => new Trainer(new LinearModule(5, 3), new Adam(0.05)) { ShuffleBlock = 0 });
    }

    /// <summary>What runs in the process that may not take as much memory as the file has.</summary>
    internal static int Train(string path)
    {
        using DatasetFile file = DatasetFile.Open(path);
        try
        {
            GC.KeepAlive(file.Data["x"].Values.ToArray());
            return 2;
        }
        catch (OutOfMemoryException)
        {
            // The limit is in force.
        }
        using var trainer = new Trainer(new LinearModule(Inputs, 1), new Sgd(1e-5)) { Epochs = 1, Threads = 1, BatchSize = 64, ShuffleBlock = 32 };
        History history = trainer.Fit(file.Data);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{history.Epochs[0].TrainLoss:R}"));
        return double.IsFinite(history.Epochs[0].TrainLoss) ? 0 : 3;
    }

    [Fact]
    public void A_file_larger_than_memory_trains()
    {
        Dataset part = LinearModule.Data(PartExamples, Inputs, 1, seed: 1);
        DatasetFile.Write(File, Enumerable.Repeat(part, Parts));
        Assert.InRange(new FileInfo(File).Length, (long)Parts * PartExamples * Inputs * sizeof(float), long.MaxValue);
        var start = new ProcessStartInfo(Environment.ProcessPath!.Contains("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
            [typeof(MappedTrainingTests).Assembly.Location, Command, File]) { RedirectStandardOutput = true };
        // In hexadecimal: 48 MiB.
        start.Environment["DOTNET_GCHeapHardLimit"] = "3000000";
        start.Environment["DOTNET_gcServer"] = "0";
        using Process process = Process.Start(start)!;
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"It ended with {process.ExitCode}: {printed}");
    }
}
