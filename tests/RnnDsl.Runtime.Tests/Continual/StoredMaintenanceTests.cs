using RnnDsl.Continual;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Continual;

/// <summary>A model that looks after itself, and its tests for drift, go on after a restart as if there had been none.</summary>
public sealed class StoredMaintenanceTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("maintained").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Path(string name) => System.IO.Path.Combine(folder, name + ".safetensors");

    static (SoftmaxModule Model, ContinualLearner Learner) Make(string strategy, double rate)
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        ContinualStrategy made = strategy switch { "replay" => new ReplayStrategy(new ExampleMemory(50)), "EWC" => new EwcStrategy(100), _ => new NaiveStrategy() };
        return (model, new ContinualLearner(() => new Trainer(model, new Adam(rate)) { Epochs = 5, BatchSize = 20, Seed = 1, Threads = 1 }, made));
    }

    static Dataset Piece(int i) => Made.Task(i < 12 ? 0 : i < 24 ? 1 : 2, 20, 100 + i);

    /// <summary>Saved after any piece of the stream: before the first, while nothing changes, while examples are gathered, and after updates that stay and that are rolled
    /// back.</summary>
    [Theory]
    [InlineData("naive", 0.05, true)]
    [InlineData("replay", 0.05, false)]
    [InlineData("EWC", 0.05, false)]
    [InlineData("naive", 1e30, false)]
    public void A_stream_goes_on_with_the_same_records_and_bits(string strategy, double rate, bool watchesInputs)
    {
        const int Pieces = 36;
        (SoftmaxModule model, ContinualLearner learner) = Make(strategy, rate);
        using (var first = new Trainer(model, new Adam(0.02)) { Epochs = 20, Threads = 1 })
            first.Fit(Made.Task(0, 200, 1));
        learner.Known(Made.Task(0, 200, 1));
        using var kept = new MaintainedModel(learner, Made.Task(0, 150, 2))
            { UpdateExamples = 60, Inputs = watchesInputs ? ["x"] : [], InputExamples = 60, Tries = 2, HeldOutShare = 0.4 };
        int gathering = 0;
        for (int i = 0; i < Pieces; i++)
        {
            kept.Save(Path($"{i}"));
            gathering += kept.IsGathering ? 1 : 0;
            kept.Observe(Piece(i), $"piece {i}");
        }
        kept.Save(Path("end"));
        Assert.NotEmpty(kept.Records);
        Assert.InRange(gathering, 1, Pieces - 1);
        for (int from = 0; from < Pieces; from += 3)
        {
            (SoftmaxModule other, ContinualLearner fresh) = Make(strategy, rate);
            using MaintainedModel loaded = MaintainedModel.Load(Path($"{from}"), fresh);
            loaded.Save(Path("again"));
            Assert.Equal(File.ReadAllBytes(Path($"{from}")), File.ReadAllBytes(Path("again")));
            Assert.Equal((60, 0.4, 2), (loaded.UpdateExamples, loaded.HeldOutShare, loaded.Tries));
            for (int i = from; i < Pieces; i++)
                loaded.Observe(Piece(i), $"piece {i}");
            Assert.Equal(kept.Records, loaded.Records);
            Assert.Equal(model.Parameters.Snapshot(), other.Parameters.Snapshot());
            loaded.Save(Path("again"));
            Assert.Equal(File.ReadAllBytes(Path("end")), File.ReadAllBytes(Path("again")));
        }
        // The file is one of a learner as well.
        (SoftmaxModule alone, ContinualLearner plain) = Make(strategy, rate);
        plain.Load(Path("end"));
        Assert.Equal(learner.Learned, plain.Learned);
        Assert.Equal(model.Parameters.Snapshot(), alone.Parameters.Snapshot());
    }

    [Fact]
    public void A_file_of_a_learner_or_a_damaged_one_is_refused_and_nothing_is_changed()
    {
        (_, ContinualLearner learner) = Make("replay", 0.05);
        learner.Known(Made.Task(0, 30, 1));
        learner.Save(Path("learner"));
        using var kept = new MaintainedModel(learner, Made.Task(0, 20, 2)) { Inputs = ["x"], InputExamples = 20 };
        for (int i = 0; i < 15; i++)
            kept.Observe(Piece(i));
        kept.Save(Path("kept"));
        (SoftmaxModule model, ContinualLearner fresh) = Make("replay", 0.05);
        float[] before = model.Parameters.Snapshot();
        Assert.Contains("It holds a ContinualLearner and no MaintainedModel: load it with ContinualLearner.Load.",
            Assert.Throws<InvalidDataException>(() => MaintainedModel.Load(Path("learner"), fresh)).Message);
        Assert.Contains("'strategy' is 'ReplayStrategy' in it", Assert.Throws<InvalidDataException>(() => MaintainedModel.Load(Path("kept"), Make("EWC", 0.05).Learner)).Message);
        Assert.Throws<FileNotFoundException>(() => MaintainedModel.Load(Path("missing"), fresh));
        byte[] good = Unchecked.Read(Path("kept"));
        var random = new Random(2);
        for (int i = 0; i < 100; i++)
        {
            byte[] bad = [.. good];
            // In the header, where every byte has a meaning; or the file is cut.
            bad = i % 2 == 0 ? bad[..random.Next(bad.Length)] : bad;
            if (i % 2 == 1)
                bad[8 + random.Next(2000)] = (byte)'~';
            File.WriteAllBytes(Path("bad"), bad);
            try
            {
                MaintainedModel.Load(Path("bad"), fresh).Dispose();
                Assert.True(i % 2 == 1);
                (model, fresh) = Make("replay", 0.05);
            }
            catch (InvalidDataException)
            {
                Assert.Equal(before, model.Parameters.Snapshot());
                Assert.Equal(0, fresh.Learned);
            }
        }
    }

    [Fact]
    public void Drift_of_losses_is_found_at_the_same_loss()
    {
        var random = new RandomStream(5, "losses");
        double[] reference = [.. Enumerable.Range(0, 100).Select(_ => random.Uniform())],
            stream = [.. Enumerable.Range(0, 600).Select(i => random.Uniform() + (i < 300 ? 0 : 0.4))];
        foreach (int cut in new[] { 0, 1, 299, 303, 450 })
        {
            var begun = new LossDrift(reference, 0.01);
            foreach (double loss in stream.Take(cut))
                begun.Add(loss);
            begun.Save(Path("drift"));
            LossDrift loaded = LossDrift.Load(Path("drift"));
            var answers = new List<(bool, long, double)>();
            foreach (double loss in stream.Skip(cut))
                answers.Add((loaded.Add(loss), loaded.Count, loaded.MeanRank));
            Assert.Equal([.. stream.Skip(cut).Select(loss => (begun.Add(loss), begun.Count, begun.MeanRank))], answers);
            Assert.Equal(cut < 310, answers.Any(a => a.Item1));
        }
        Assert.Contains("It holds a LossDrift and no InputDrift", Assert.Throws<InvalidDataException>(() => InputDrift.Load(Path("drift"))).Message);
        Assert.Contains("'reference' is", Assert.Throws<InvalidOperationException>(() => new LossDrift([.. reference, double.PositiveInfinity]).Save(Path("drift"))).Message);
        Assert.Equal(0, Directory.GetFiles(folder, ".rnndsl-*").Length);
        LossDrift.Load(Path("drift"));
    }

    [Fact]
    public void Drift_of_inputs_has_the_same_answers()
    {
        var drift = new InputDrift(Made.Task(0, 50, 1), "x");
        drift.Save(Path("inputs"));
        InputDrift loaded = InputDrift.Load(Path("inputs"));
        IReadOnlyList<InputChange> expected = drift.Test(Made.Task(1, 50, 2), 0.5);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, loaded.Test(Made.Task(1, 50, 2), 0.5));
        byte[] good = File.ReadAllBytes(Path("inputs"));
        File.WriteAllBytes(Path("inputs"), good[..^8]);
        Assert.Throws<InvalidDataException>(() => InputDrift.Load(Path("inputs")));
    }
}
