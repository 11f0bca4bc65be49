using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    static readonly Dataset Data = LinearModule.Data(200, 5, 3, seed: 4);

    readonly TemporaryFolder folder = new();

    string Path => folder.File("checkpoint.safetensors");

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Optimizers() => ["Sgd", "momentum", "Adam", "AdamW", "RmsProp", "AdaGrad"];

    static Optimizer Make(string name) => name switch
    {
        "Sgd" => new Sgd(0.1),
        "momentum" => new Sgd(0.1) { Momentum = 0.9 },
        "Adam" => new Adam(0.01),
        "AdamW" => new AdamW(0.01),
        "RmsProp" => new RmsProp(0.01),
        _ => new AdaGrad(0.1),
    };

    static Trainer Train(LinearModule model, Optimizer optimizer, int done, int epochs) =>
        new(model, optimizer) { Epochs = epochs, EpochsDone = done, Schedule = Schedule.Cosine(), BatchSize = 16, ClipNorm = 1 };

    [Fact]
    public void What_can_be_done_with_a_checkpoint_of_another_model_is_said()
    {
        var optimizer = new Adam(0.01);
        var model = new LinearModule(5, 3);
        using (Trainer trainer = Train(model, optimizer, 0, 1))
            trainer.Fit(Data);
        Checkpoint.Save(Path, model, optimizer);
        string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Path, new LinearModule(5, 4), new Adam(0.01))).Message;
        Assert.EndsWith("Make the model as it was when the checkpoint was saved, or begin a new training with what fits: ModelFile.Load with strict: false.", message);
        // As it says: the vector of inputs fits nowhere, and the call is there.
        Assert.NotEmpty(ModelFile.Load(Path, new LinearModule(5, 4), strict: false).Warnings);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Half_a_run_saved_loaded_and_continued_is_a_whole_one(string optimizer)
    {
        LinearModule whole = new(5, 3), half = new(5, 3), rest = new(5, 3);
        using (Trainer trainer = Train(whole, Make(optimizer), 0, 6))
            trainer.Fit(Data);
        Optimizer first = Make(optimizer), second = Make(optimizer);
        using (Trainer trainer = Train(half, first, 0, 6))
        {
            using var stop = new CancellationTokenSource();
            trainer.EpochDone += report =>
            {
                if (report.Epoch == 3)
                    stop.Cancel();
            };
            trainer.Fit(Data, cancellation: stop.Token);
        }
        Checkpoint.Save(Path, half, first, metadata: new Dictionary<string, string> { ["epochs"] = "3" });
        // What it did before is forgotten.
        using (Trainer trainer = Train(rest, second, 0, 1))
            trainer.Fit(Data);
        ModelFileInfo info = Checkpoint.Load(Path, rest, second);
        Assert.Equal("3", info.Metadata["epochs"]);
        Assert.Equal(rest.Info.Parameters.Count, info.Parameters.Count);
        using (Trainer trainer = Train(rest, second, 3, 6))
            Assert.Equal([4, 5, 6], trainer.Fit(Data).Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal(whole.Parameters.Snapshot(), rest.Parameters.Snapshot());
        // It is a model's file, too.
        var loaded = new LinearModule(5, 3);
        ModelFile.Load(Path, loaded);
        Assert.Equal(half.Parameters.Snapshot(), loaded.Parameters.Snapshot());
    }

    [Fact]
    public void What_does_not_fit_is_named_and_changes_nothing()
    {
        LinearModule model = new(5, 3), other = new(5, 3);
        var adam = new Adam(0.01);
        using (Trainer trainer = Train(model, adam, 0, 1))
            trainer.Fit(Data);
        ModelFile.Save(Path, model);
        float[] before = other.Parameters.Snapshot();
        string Refused(Optimizer optimizer) => Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Path, other, optimizer)).Message;
        Assert.Contains("no optimizer", Refused(adam));
        Checkpoint.Save(Path, model, adam);
        Assert.Contains("was trained with Adam, not with AdamW", Refused(new AdamW()));
        byte[] whole = Unchecked.Read(Path);
        File.WriteAllBytes(Path, [.. whole[..^4], 0, 0, 0xc0, 0x7f]);
        Assert.Contains("second' is NaN at index", Refused(new Adam()));
        File.WriteAllText(Path, System.Text.Encoding.Latin1.GetString(whole).Replace("Adam ", "Adam x"), System.Text.Encoding.Latin1);
        Assert.StartsWith(Path, Refused(new Adam()));
        Checkpoint.Save(Path, model, new Sgd(0.1));
        Assert.Contains("Sgd needs '", Refused(new Sgd(0.1) { Momentum = 0.9 }));
        Assert.Equal(before, other.Parameters.Snapshot());
        Assert.Throws<InvalidOperationException>(() => Checkpoint.Save(Path, other, adam));
        Assert.Throws<ArgumentOutOfRangeException>(() => Train(model, adam, 2, 2).Fit(Data));
    }

    static LowRankAdapters Attach(LinearModule model, int rank = 2, double alpha = 4) => new(model, rank, alpha, ["layer.W"], alsoTrain: ["layer.b"]);

    [Fact]
    public void A_checkpoint_of_adapters_is_a_files_of_the_corrected_model_and_goes_on_with_like_adapters()
    {
        LinearModule model = new(5, 3), other = new(5, 3, seed: 2);
        LowRankAdapters adapters = Attach(model);
        float[] original = model.Parameters.Snapshot();
        var adam = new Adam(0.01);
        using (var trainer = new Trainer(adapters, adam) { Epochs = 2 })
            trainer.Fit(Data);
        Checkpoint.Save(Path, model, adam);
        string Refused() => Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Path, other, new Adam(0.01))).Message;
        float[] before = other.Parameters.Snapshot();
        Assert.Contains("is of a training of adapters, and Linear has none attached: attach those with alpha/rank = 2", Refused());
        LowRankAdapters wrong = Attach(other, alpha: 3);
        Assert.Contains("has others attached", Refused());
        wrong.Remove();
        wrong = Attach(other, rank: 1, alpha: 2);
        Assert.Contains("Adam needs 'layer.W.A/first' of F32 [1, 5]", Refused());
        wrong.Remove();
        Assert.Equal(before, other.Parameters.Snapshot());
        ModelFile.Load(Path, other);
        Assert.Equal(model.Parameters.Snapshot(), other.Parameters.Snapshot());
        LowRankAdapters again = Attach(other);
        Checkpoint.Load(Path, other, new Adam(0.01));
        Assert.Equal(model.Parameters.Snapshot(), other.Parameters.Snapshot());
        // What the model was before it had adapters came with it.
        again.Remove();
        Assert.Equal(original, other.Parameters.Snapshot());
        // And none of another kind is loaded over adapters.
        Checkpoint.Save(Path, other, new Adam());
        Assert.Contains("without adapters", Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Path, model, new Adam())).Message);
    }

    [Fact]
    public void Adapters_trained_by_single_steps_go_on_too()
    {
        LinearModule whole = new(5, 3), half = new(5, 3), rest = new(5, 3, seed: 9);
        Adam first = new(0.05), second = new(0.05), third = new(0.05);
        using Trainer all = new(Attach(whole), first), before = new(Attach(half), second), after = new(Attach(rest), third);
        for (int step = 0; step < 6; step++)
        {
            all.TrainStep(Data, [step, step + 1, step + 2]);
            if (step == 3)
            {
                Checkpoint.Save(Path, half, second);
                Checkpoint.Load(Path, rest, third);
            }
            (step < 3 ? before : after).TrainStep(Data, [step, step + 1, step + 2]);
        }
        Assert.Equal(whole.Parameters.Snapshot(), rest.Parameters.Snapshot());
    }

    [Fact]
    public void A_run_that_goes_on_with_other_settings_says_so_and_within_an_epoch_is_refused()
    {
        LinearModule model = new(5, 3), rest = new(5, 3);
        Adam adam = new(0.01), again = new(0.01);
        using (var trainer = new Trainer(model, adam) { Epochs = 4, Seed = 3, Schedule = Schedule.Cosine() })
        {
            trainer.EpochDone += report =>
            {
                if (report.Epoch == 2)
                    Checkpoint.Save(Path, model, adam);
            };
            trainer.StepDone += report =>
            {
                if (report.Step == 3)
                    Checkpoint.Save(folder.File("within"), model, adam);
            };
            trainer.Fit(Data);
        }
        Checkpoint.Load(Path, rest, again);
        using (var wrong = new Trainer(rest, again) { Epochs = 4, EpochsDone = 1 })
            Assert.Contains("of which 2 epochs were done, not 1", Assert.Throws<InvalidOperationException>(() => wrong.Fit(Data)).Message);
        using (var trainer = new Trainer(rest, again) { Epochs = 5, EpochsDone = 2, Seed = 4 })
        {
            History history = trainer.Fit(Data);
            Assert.Equal([1, 2], history.Earlier.Select(e => e.Epoch));
            Assert.Equal([3, 4, 5], history.Epochs.Select(e => e.Epoch));
            Assert.Equal(["Seed was 3 and is 4", "Epochs was 4 and is 5"], history.Differences.Take(2));
            Assert.StartsWith("Schedule was another curve: after 1/8 of the epochs its factor was 0.96", Assert.Single(history.Differences.Skip(2)));
        }
        Checkpoint.Load(folder.File("within"), rest, again);
        using (var trainer = new Trainer(rest, again) { Epochs = 4, Seed = 4, Schedule = Schedule.Cosine() })
            Assert.Contains("stands after 3 batches of epoch 1, with Seed 3: it cannot go on with 4", Assert.Throws<InvalidOperationException>(() => trainer.Fit(Data)).Message);
    }

    static Dataset With(Dataset data, string column, int at, float value)
    {
        float[] values = data[column].ToArray();
        values[at] = value;
        return new Dataset([.. data.Columns.Select(c => c.Name == column ? LinearModule.Vectors(column, values, c.Width) : c)]);
    }

    /// <summary>What the second half of a run says that begins with some data and ends with others.</summary>
    History Continued(Dataset train, Dataset? validation, Dataset laterTrain, Dataset? laterValidation, Func<Adam>? later = null, Func<string, string>? edit = null, double? clip = null)
    {
        (LinearModule model, LinearModule rest) = (new(5, 3), new(5, 3, seed: 2));
        Adam adam = new(0.01), again = later?.Invoke() ?? new(0.01);
        using (var trainer = new Trainer(model, adam) { Epochs = 4, BatchSize = 16 })
        {
            trainer.EpochDone += report =>
            {
                if (report.Epoch == 2)
                    Checkpoint.Save(Path, model, adam);
            };
            trainer.Fit(train, validation);
        }
        if (edit is not null)
            File.WriteAllText(Path, edit(System.Text.Encoding.Latin1.GetString(Unchecked.Read(Path))), System.Text.Encoding.Latin1);
        Checkpoint.Load(Path, rest, again);
        using var goesOn = new Trainer(rest, again) { Epochs = 4, BatchSize = 16, ClipNorm = clip };
        History history = goesOn.Fit(laterTrain, laterValidation);
        if (history.Differences.Count == 0 && edit is null)
            Assert.Equal(model.Parameters.Snapshot(), rest.Parameters.Snapshot());
        return history;
    }

    [Fact]
    public void A_run_that_goes_on_says_that_its_data_were_changed()
    {
        Dataset train = Data.Range(0, 150), validation = Data.Range(150, 50);
        // One bit of one value, at the first place and at the last, of an input and of a target.
        foreach ((string column, int at) in new[] { ("x", 0), ("y", 449) })
            Assert.Matches("^the training data have other values \\(checksum [0-9a-f]{16} before, [0-9a-f]{16} now\\)$",
                Assert.Single(Continued(train, null, With(train, column, at, MathF.BitIncrement(train[column].ToArray()[at])), null).Differences));
        Assert.StartsWith("the validation data have other values", Assert.Single(Continued(train, validation, train, With(validation, "y", 7, 0.5f)).Differences));
        Assert.Equal(["there were validation data, and there are none"], Continued(train, validation, train, null).Differences);
        // What lies beside the examples, or how they lie, has no influence.
        Dataset copied = With(With(train, "x", 0, train["x"].Values.Span[0]), "y", 0, train["y"].Values.Span[0]);
        Assert.NotEqual(train["x"].Values.Length, copied["x"].Values.Length);
        Assert.Empty(Continued(train, validation, copied, validation).Differences);
    }

    [Fact]
    public void A_loss_on_other_validation_data_is_not_compared_with_those_before()
    {
        // Noise of 3 adds 9 to each loss.
        Dataset noisy = new(Data["x"], LinearModule.Vectors("y", [.. Data["y"].ToArray().Select((value, i) => value + (i % 2 == 0 ? 3 : -3))], 3));
        History history = Continued(Data, Data, Data, noisy);
        Assert.True(history.StartLoss > 5 * history.Earlier[^1].ValidationLoss, history.ToString());
        Assert.All(history.Epochs, e => Assert.True(e.Improved, history.ToString()));
    }

    [Fact]
    public void A_checkpoint_of_before_has_no_checksum_and_goes_on_without_a_word() =>
        // Names of the same length: the file's header has the length of its text.
        Assert.Empty(Continued(Data, Data, LinearModule.Data(200, 5, 3, seed: 9), Data, edit: text => text.Replace("TrainingData", "TrainingDate")).Differences);

    [Fact]
    public void A_run_that_goes_on_says_that_a_setting_of_the_optimizer_or_a_limit_was_changed()
    {
        Assert.Equal(["Beta2 was 0.999 and is 0.99"], Continued(Data, null, Data, null, () => new(0.01) { Beta2 = 0.99 }).Differences);
        Assert.Equal(["ClipNorm was none and is 1"], Continued(Data, null, Data, null, clip: 1).Differences);
    }

    [Fact]
    public void A_run_that_goes_on_knows_the_metrics_of_its_earlier_epochs()
    {
        (LinearModule model, LinearModule rest) = (new(5, 3), new(5, 3, seed: 2));
        Adam adam = new(0.01), again = new(0.01);
        int measured = 0;
        double[] values = [0.5, double.NaN, 1.0 / 3, double.PositiveInfinity];
        Trainer Make(LinearModule of, Optimizer with, int epochs) => new(of, with) { Epochs = epochs, Metrics = [new Metric("share \"a\"", _ => values[measured++ % 4]), new Metric("F1", _ => 0.25)] };
        using (Trainer trainer = Make(model, adam, 2))
            trainer.Fit(Data, Data.Range(0, 20));
        Checkpoint.Save(Path, model, adam);
        Checkpoint.Load(Path, rest, again);
        using (Trainer trainer = Make(rest, again, 3))
        {
            History history = trainer.Fit(Data, Data.Range(0, 20));
            Assert.Equal([[new("share \"a\"", 0.5), new("F1", 0.25)], [new("share \"a\"", double.NaN), new("F1", 0.25)]], history.Earlier.Select(e => e.Metrics));
            Assert.Equal([new MetricValue("share \"a\"", 1.0 / 3), new("F1", 0.25)], Assert.Single(history.Epochs).Metrics);
        }
    }

    [Fact]
    public void A_run_that_has_ended_stays_as_it_ended()
    {
        (LinearModule model, LinearModule rest) = (new(5, 3), new(5, 3, seed: 2));
        Adam adam = new(0.5), again = new(0.5);
        Trainer Make(LinearModule of, Optimizer with) => new(of, with) { Epochs = 3, BatchSize = 16 };
        using (Trainer trainer = Make(model, adam))
            trainer.Fit(Data, Data.Range(0, 20));
        Checkpoint.Save(Path, model, adam);
        Checkpoint.Load(Path, rest, again);
        using (Trainer trainer = Make(rest, again))
        {
            History history = trainer.Fit(Data, Data.Range(0, 20));
            Assert.Equal((0, 3, StopReason.Finished), (history.Epochs.Count, history.Earlier.Count, history.Stop));
            Assert.Equal(model.Parameters.Snapshot(), rest.Parameters.Snapshot());
            // The next one is another run.
            Assert.Equal([1, 2, 3], trainer.Fit(Data).Epochs.Select(e => e.Epoch));
        }
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_and_changes_nothing()
    {
        LinearModule model = new(5, 3), other = new(5, 3, seed: 2);
        var adam = new Adam(0.1);
        using (Trainer trainer = new(model, adam) { Epochs = 2 })
            trainer.Fit(Data, Data.Range(0, 20));
        Checkpoint.Save(Path, model, adam);
        byte[] whole = Unchecked.Read(Path);
        int header = 8 + BitConverter.ToInt32(whole), refused = 0;
        float[] before = other.Parameters.Snapshot();
        var random = new Random(5);
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] bytes = [.. whole];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(8, header)] = (byte)random.Next(32, 127);
            File.WriteAllBytes(Path, bytes);
            try
            {
                Checkpoint.Load(Path, other, new Adam(0.1));
                other.Parameters.Restore(before);
            }
            catch (InvalidDataException)
            {
                refused++;
                Assert.Equal(before, other.Parameters.Snapshot());
            }
        }
        Assert.InRange(refused, 500, 2000);
    }
}
