using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

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
        Assert.Contains("no optimiser", Refused(adam));
        Checkpoint.Save(Path, model, adam);
        Assert.Contains("was trained with Adam, not with AdamW", Refused(new AdamW()));
        byte[] whole = File.ReadAllBytes(Path);
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
}
