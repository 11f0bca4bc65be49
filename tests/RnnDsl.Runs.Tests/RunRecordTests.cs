using System.Text.Json;
using System.Text.Json.Nodes;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Runs.Tests;

/// <summary>The lines of a run give back what the training did.</summary>
public class RunRecordTests
{
    [Fact]
    public void Lines_give_back_the_training()
    {
        using var training = new Training();
        var steps = new List<StepReport>();
        training.Trainer.StepDone += steps.Add;
        History history;
        var report = new ClassificationReport(["up", "down"], [0, 0, 1], [0, 1, 1]);
        using (RunRecord run = training.Start(options: new RunOptions { StepEvery = 5, Notes = new Dictionary<string, string> { ["seed"] = "1" } }))
        {
            history = run.Fit();
            run.Add("Test", report);
            run.Add("Words", "a text");
            run.AddMetric("accuracy", report.Accuracy);
            run.AddMetric("nothing", double.NaN);
            run.Add(CellActivity.Of(training.Model, training.Data, 2, labels: null));
            run.Finish();
        }
        RunLog log = RunLog.Read(training.Folder());
        Assert.Equal("slope-1", log.Name);
        Assert.Equal(RunOutcome.Finished, log.Outcome);
        Assert.False(log.IsCut);
        Assert.Equal(steps.Where(s => s.Step % 5 == 0), log.Steps);
        Assert.Equal(history.Epochs.Select(e => e with { Metrics = [] }), log.Epochs.Select(e => e with { Metrics = [] }));
        Assert.Equal(history.Epochs.SelectMany(e => e.Metrics), log.Epochs.SelectMany(e => e.Metrics));
        Assert.Equal(history.StartLoss, log.StartLoss);
        Assert.Equal(history.Best!.Epoch, log.Best!.Epoch);
        Assert.Equal([("accuracy", report.Accuracy), ("nothing", double.NaN)], log.Metrics.Select(m => (m.Name, m.Value)));
        Assert.Equal(["Test", "Words"], log.Reports.Select(r => r.Title));
        Assert.Equal(report.ToString(), log.Reports[0].Text);
        Assert.Equal([[1, 1], [0, 1]], log.Reports[0].Confusion);
        Assert.Equal([2, 1], log.Reports[0].Support);
        Assert.Empty(log.Reports[1].Classes);
        Assert.Equal("4", log.Setting("training", "BatchSize"));
        Assert.Equal("AdamW", log.Setting("optimizer", "Type"));
        Assert.Equal("1", log.Setting("notes", "seed"));
        Assert.Equal("122", log.Setting("model", "Parameters"));
        Assert.Contains(("encoder", "i = Sigmoid(Wi * x + Ui * h + bi)"), log.Equations);
        Assert.Equal(["train", "validation"], log.Data.Select(d => d.Part));
        Assert.Equal(24, log.Data[0].Examples);
        Assert.Equal(["i", "f", "g", "o", "c", "h"], log.Activities.Single().Traces.Select(t => t.Name));
    }

    [Fact]
    public void Equal_trainings_leave_equal_lines_but_for_times()
    {
        Assert.Equal(Lines(0.02), Lines(0.02));
        Assert.NotEqual(Lines(0.02), Lines(0.01));

        static string[] Lines(double rate)
        {
            using var training = new Training(rate: rate);
            using (RunRecord run = training.Start())
                run.Fit();
            return [.. File.ReadLines(Path.Combine(training.Folder(), RunLog.FileName)).Select(line =>
            {
                JsonObject json = JsonNode.Parse(line)!.AsObject();
                json.Remove("time");
                json.Remove("seconds");
                return json.ToJsonString();
            })];
        }
    }

    [Fact]
    public void An_exception_and_a_cancellation_are_recorded()
    {
        using var training = new Training(epochs: 50);
        using (RunRecord run = training.Start("diverged"))
            Assert.Throws<DivergenceException>(() => run.Fit(() => throw new DivergenceException("the loss is NaN")));
        using (RunRecord run = training.Start("failed"))
            Assert.Throws<InvalidOperationException>(() => run.Fit(() => throw new InvalidOperationException("no such thing")));
        using var source = new CancellationTokenSource();
        training.Trainer.EpochDone += e => source.Cancel();
        using (RunRecord run = training.Start("canceled"))
        {
            run.Fit(source.Token);
            Assert.Throws<InvalidOperationException>(() => run.Fit());
        }
        training.Start("abandoned").Dispose();
        Assert.Equal([(RunOutcome.Diverged, "the loss is NaN"), (RunOutcome.Failed, "no such thing"), (RunOutcome.Canceled, null), (RunOutcome.Abandoned, null)],
            new[] { "diverged", "failed", "canceled", "abandoned" }.Select(name => RunLog.Read(training.Folder(name))).Select(log => (log.Outcome, log.Message)));
        Assert.Single(RunLog.Read(training.Folder("canceled")).Epochs);
    }

    [Fact]
    public void Nothing_is_heard_after_the_end()
    {
        using var training = new Training(epochs: 2);
        using RunRecord run = training.Start();
        run.Fit();
        training.Trainer.Fit(training.Data);
        Assert.Equal(2, RunLog.Read(training.Folder()).Epochs.Count);
    }

    [Fact]
    public void A_folder_has_one_run()
    {
        using var training = new Training();
        training.Start().Dispose();
        Assert.Contains("has a run already", Assert.Throws<IOException>(() => training.Start()).Message);
        Assert.Equal(training.Folder("slope-2"), RunRecord.NewFolder(training.Root, "slope"));
        Assert.Equal(training.Folder("slope-3"), RunRecord.NewFolder(training.Root, "slope"));
        foreach (string name in new[] { "", " ", "../evil", "a/b", "a\\b", "/tmp" })
            Assert.Throws<ArgumentException>("name", () => RunRecord.NewFolder(training.Root, name));
    }

    [Fact]
    public void A_page_that_cannot_be_written_is_no_end_of_the_training()
    {
        using var training = new Training(epochs: 1);
        RunRecord run = training.Start();
        Directory.CreateDirectory(Path.Combine(training.Folder(), RunPage.FileName));
        Assert.Single(run.Fit().Epochs);
        Assert.Contains("is not complete", Assert.Throws<IOException>(run.Finish).Message);
        Assert.NotNull(run.Fault);
    }

    [Fact]
    public void A_step_that_is_not_recorded_allocates_nothing()
    {
        using var training = new Training();
        using RunRecord run = training.Start(options: new RunOptions { StepEvery = 1_000_000 });
        var step = new StepReport(1, 7, 100, 0.5, 0.1, 1);
        run.OnStep(step);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            run.OnStep(step);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("{\"kind\":\"settings\"", "its first line has no end")]
    [InlineData("no JSON\n", "line 1 is no line of a run")]
    [InlineData("{\"kind\":\"epoch\"}\n", "line 1 is no line of a run: its kind is 'epoch', but a run begins with its settings")]
    [InlineData("{\"kind\":\"settings\",\"format\":9}\n", "its format is 9, this library reads 1")]
    [InlineData("[]\n", "line 1 is no line of a run")]
    public void A_file_that_is_no_run_is_refused(string text, string message)
    {
        using var training = new Training();
        string file = Path.Combine(training.Root, "run.jsonl");
        File.WriteAllText(file, text);
        string said = Assert.Throws<InvalidDataException>(() => RunLog.Read(file)).Message;
        Assert.StartsWith(file, said, StringComparison.Ordinal);
        Assert.Contains(message, said);
        Assert.DoesNotContain("\n", said);
    }

    [Fact]
    public void A_damaged_line_is_named_and_a_broken_last_one_left_out()
    {
        using var training = new Training();
        using (RunRecord run = training.Start())
            run.Fit();
        string file = Path.Combine(training.Folder(), RunLog.FileName);
        string[] lines = File.ReadAllLines(file);
        int epoch = Array.FindIndex(lines, l => l.Contains("\"epoch\",", StringComparison.Ordinal));
        foreach (string broken in new[] { lines[epoch][..20], lines[epoch].Replace("\"train\"", "\"strain\"", StringComparison.Ordinal), "{\"kind\":3}", "" })
        {
            File.WriteAllLines(file, lines.Select((l, i) => i == epoch ? broken : l));
            Assert.Contains($"line {epoch + 1} is no line of a run", Assert.Throws<InvalidDataException>(() => RunLog.Read(file)).Message);
        }
        // Every length that a kill can leave.
        byte[] whole = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        int first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (int length = first; length <= whole.Length; length += 97)
        {
            File.WriteAllBytes(file, whole[..length]);
            RunLog log = RunLog.Read(file);
            Assert.Equal(whole[length - 1] != '\n', log.IsCut);
            Assert.Equal(log.Epochs.Count, Enumerable.Range(1, log.Epochs.Count).Count(i => log.Epochs[i - 1].Epoch == i));
        }
        Assert.Throws<FileNotFoundException>(() => RunLog.Read(training.Folder("none")));
    }

    [Fact]
    public void The_fingerprint_is_that_of_the_values()
    {
        float[] series = [1, 2, 3, 4, 5];
        Column Windows(int[] starts) => new() { Name = "x", Kind = RnnDsl.Execution.ValueKind.Sequence, Width = 1, Stride = 1, Values = series, Starts = starts, Lengths = [.. starts.Select(_ => 3)] };
        string windows = DataFingerprint.Of(new Dataset(Windows([0, 1])));
        Assert.Equal(64, windows.Length);
        Assert.Equal(windows, DataFingerprint.Of(new Dataset(Column.Sequences("x", [1, 2, 3], [2, 3, 4]))));
        Assert.Equal(DataFingerprint.Of(new Dataset(Column.Sequences("x", 2, [1, 2, 3, 4]))),
            DataFingerprint.Of(new Dataset(new Column { Name = "x", Kind = RnnDsl.Execution.ValueKind.Sequence, Width = 2, Stride = 3, Values = new float[] { 1, 2, 9, 3, 4, 9 }, Starts = [0], Lengths = [2] })));
        string[] others =
        [
            windows, DataFingerprint.Of(new Dataset(Windows([0, 2]))), DataFingerprint.Of(new Dataset(Windows([1, 0]))), DataFingerprint.Of(new Dataset(Column.Sequences("z", [1, 2, 3], [2, 3, 4]))),
            DataFingerprint.Of(new Dataset(Column.Sequences("x", [1, 2, 3, 2], [3, 4]))), DataFingerprint.Of(new Dataset(Column.Sequences("x", 3, [1, 2, 3], [2, 3, 4]))),
            DataFingerprint.Of(new Dataset(Column.Sequences("x", 1, [[[1, 2, 3], [2, 3, 4]]]))), DataFingerprint.Of(new Dataset(Column.Sequences("x", 1, [[[1, 2, 3]], [[2, 3, 4]]]))),
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    /// <summary>A setting that is added to the trainer or to an optimizer must come into the record.</summary>
    [Fact]
    public void All_settings_are_recorded()
    {
        using var training = new Training();
        string[] known = [.. RunSettings.Of(training.Trainer, new RunOptions()).Where(s => s.Section == "training").Select(s => s.Name)];
        string[] settings = [.. typeof(Trainer).GetProperties().Where(p => p.SetMethod is { IsPublic: true }).Select(p => p.Name).Where(n => n != "Execution")];
        Assert.Empty(settings.Concat(typeof(RnnDsl.Execution.ExecutionOptions).GetProperties().Select(p => p.Name)).Except(known));
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(0.1), new Adam(), new AdamW(), new RmsProp(), new AdaGrad() })
        {
            using var trainer = new Trainer(training.Model, optimizer);
            string[] of = [.. RunSettings.Of(trainer, new RunOptions()).Where(s => s.Section == "optimizer").Select(s => s.Name)];
            Assert.Empty(optimizer.GetType().GetProperties().Where(p => p.SetMethod is { IsPublic: true }).Select(p => p.Name).Except(of));
        }
        Assert.Equal(5, typeof(Optimizer).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(Optimizer)) && !t.IsAbstract && t.IsPublic));
    }

    [Fact]
    public void Runs_are_compared()
    {
        using var training = new Training(epochs: 2);
        foreach (string name in new[] { "b", "a" })
            using (RunRecord run = training.Start(name, new RunOptions { Notes = new Dictionary<string, string> { ["what"] = name } }))
            {
                run.Fit(() => training.Trainer.Fit(training.Data, training.Validation));
                run.AddMetric("error", name == "a" ? 2 : 1);
            }
        Directory.CreateDirectory(training.Folder("broken"));
        File.WriteAllText(Path.Combine(training.Folder("broken"), RunLog.FileName), "x\n");
        RunComparison comparison = RunComparison.Read(training.Root);
        Assert.Equal(2, comparison.Runs.Count);
        Assert.Contains("line 1 is no line of a run", comparison.Faults.Single());
        Assert.Contains(("notes", "what"), comparison.Differences);
        string[] lines = comparison.ToString().Split('\n');
        Assert.StartsWith("run", lines[0], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
        Assert.Contains("error", lines[0]);
        comparison.Write(Path.Combine(training.Root, RunComparison.FileName));
        Assert.Contains("What differs", File.ReadAllText(Path.Combine(training.Root, RunComparison.FileName)));
        Assert.Throws<DirectoryNotFoundException>(() => RunComparison.Read(training.Folder("none")));
        Assert.Throws<FileNotFoundException>(() => RunComparison.Read(training.Folder("a")));
    }
}
