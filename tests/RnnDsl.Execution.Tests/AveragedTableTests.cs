using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>Averages of tables of which a training step moves single rows.</summary>
public class AveragedTableTests
{
    static readonly Dataset words = Words();

    /// <summary>Batches read some of 40 words; ten more stand in no text.</summary>
    static Dataset Words()
    {
        var random = new Random(2);
        int[][] x = [.. Enumerable.Range(0, 48).Select(i => Enumerable.Range(0, 1 + i % 6).Select(_ => random.Next(40)).ToArray())];
        return new Dataset(Column.OneHot("x", 50, x), Column.OneHot("y", 4, [.. x.Select(steps => steps.Select(word => (word + 1) % 4).ToArray())]));
    }

    static Trainer NewTrainer(WordTagger model, Optimizer optimizer, int threads = 1) =>
        new(model, optimizer) { Epochs = 3, BatchSize = 5, Seed = 4, Threads = threads, Averaging = WeightAverage.Exponential(0.9) };

    [Theory]
    [InlineData(false), InlineData(true)]
    public void The_average_is_that_of_all_steps_on_any_threads(bool movesAllRows)
    {
        float[]? bits = null;
        foreach (int threads in new[] { 1, 3 })
        {
            var model = new WordTagger(50, 7, 9, 4, seed: 3);
            float[] start = model.Parameters.Snapshot();
            var expected = new double[start.Length];
            double weights = 0;
            using Trainer trainer = NewTrainer(model, new AdamW(0.02) { MovesAllRows = movesAllRows }, threads);
            trainer.StepDone += _ =>
            {
                ReadOnlySpan<float> values = model.Parameters.ReadOnlyValues;
                weights = weights * 0.9 + 1;
                for (int i = 0; i < values.Length; i++)
                    expected[i] = expected[i] * 0.9 + values[i];
            };
            trainer.Fit(words);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i] / weights, model.Parameters.ReadOnlyValues[i], 2e-6);
            Parameter table = model.Parameters.Find("table");
            Assert.Equal(movesAllRows, !start.AsSpan(table.Offset + 40 * 7, 70).SequenceEqual(model.Parameters.Of(table)[(40 * 7)..]));
            Assert.Equal(bits ??= model.Parameters.Snapshot(), model.Parameters.Snapshot());
        }
    }

    [Fact]
    public void A_run_goes_on_from_a_checkpoint_with_rows_that_rest()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-average-").FullName;
        try
        {
            var whole = new WordTagger(50, 7, 9, 4, seed: 3);
            var optimizer = new Adam(0.02);
            var saved = new List<string>();
            using (Trainer trainer = NewTrainer(whole, optimizer))
            {
                trainer.StepDone += step => Save($"step {step.Step}", step.Step % 7 == 3);
                trainer.EpochDone += epoch => Save($"epoch {epoch.Epoch}", true);
                trainer.Fit(words);
            }
            Save("end", true);
            foreach (string path in saved)
            {
                var model = new WordTagger(50, 7, 9, 4, seed: 8);
                var again = new Adam(0.02);
                Checkpoint.Load(path, model, again);
                using Trainer trainer = NewTrainer(model, again, threads: 2);
                Assert.Empty(trainer.Fit(words).Differences);
                Assert.Equal(whole.Parameters.Snapshot(), model.Parameters.Snapshot());
            }
            // As a model's file it is the average.
            var loaded = new WordTagger(50, 7, 9, 4, seed: 8);
            ModelFile.Load(saved[^1], loaded);
            Assert.Equal(whole.Parameters.Snapshot(), loaded.Parameters.Snapshot());

            void Save(string name, bool wanted)
            {
                if (!wanted)
                    return;
                saved.Add(Path.Combine(folder, name));
                Checkpoint.Save(saved[^1], whole, optimizer);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
