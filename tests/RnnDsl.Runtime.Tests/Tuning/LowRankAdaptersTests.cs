using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Tests.Training;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Tuning;

public class LowRankAdaptersTests
{
    static readonly Dataset Data = LinearModule.Data(100, 6, 4, 1);

    [Fact]
    public void At_the_start_nothing_changes()
    {
        var model = new LinearModule(6, 4);
        float[] before = model.Parameters.Snapshot();
        var adapters = new LowRankAdapters(model, 2, 4, ["*.W"]);
        adapters.Apply();
        Assert.Equal(before, model.Parameters.Snapshot());
        Assert.Equal(["layer.W.A", "layer.W.B"], adapters.Parameters.Slices.Select(s => s.Name));
        Assert.Equal(2 * (6 + 4), adapters.Report.Trained);
        Assert.Equal(28, adapters.Report.Total);
    }

    [Fact]
    public void The_weights_are_the_original_and_the_product()
    {
        var model = new LinearModule(6, 4);
        float[] w = model.Parameters["layer.W"].ToArray();
        var adapters = new LowRankAdapters(model, 2, 3, ["*.W"]);
        Fill(adapters, 1);
        adapters.Apply();
        float[] a = adapters.Parameters["layer.W.A"].ToArray(), b = adapters.Parameters["layer.W.B"].ToArray();
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 6; j++)
                Assert.Equal(w[i * 6 + j] + 1.5 * (b[i * 2] * a[j] + b[i * 2 + 1] * a[6 + j]),
                    model.Parameters["layer.W"][i * 6 + j], 1e-6);
    }

    [Fact]
    public void Gradients_are_slopes()
    {
        var model = new LinearModule(6, 4);
        var adapters = new LowRankAdapters(model, 2, 3, ["layer.W"], alsoTrain: ["layer.b"]);
        Fill(adapters, 2);
        adapters.Apply();
        using var executor = new Executor(model, "Loss");
        executor.Gradient(Data, [0, 1, 2]);
        float[] gradient = adapters.Gradient(executor.Gradients).ToArray();
        foreach (Parameter slice in adapters.Parameters.Slices)
            for (int i = slice.Offset; i < slice.Offset + slice.Length; i++)
            {
                float at = adapters.Parameters.ReadOnlyValues[i];
                double slope = LeakyReference.Slope(v =>
                {
                    adapters.Parameters.Values[i] = (float)v;
                    adapters.Apply();
                    return executor.Loss(Data, [0, 1, 2]);
                }, at, 1e-2);
                adapters.Parameters.Values[i] = at;
                Assert.Equal(slope, gradient[i], 1e-3);
            }
    }

    [Fact]
    public void A_trainer_moves_the_adapters_alone()
    {
        var model = new LinearModule(6, 4);
        float[] before = model.Parameters.Snapshot(), b = model.Parameters["layer.b"].ToArray();
        var adapters = new LowRankAdapters(model, 4, 4, ["*.W"]);
        using var trainer = new Trainer(adapters, new Adam(0.02)) { Epochs = 30 };
        History history = trainer.Fit(Data, Data);
        Assert.True(history.Best!.Monitored < 0.5 * history.Epochs[0].Monitored);
        Assert.Equal(b, model.Parameters["layer.b"].ToArray());
        Assert.Equal(history.Best.Monitored, trainer.Evaluate(Data), 1e-9);

        adapters.Remove();
        Assert.Equal(before, model.Parameters.Snapshot());
        Assert.Contains("merged or removed", Assert.Throws<InvalidOperationException>(adapters.Apply).Message);
    }

    [Fact]
    public void Merging_keeps_what_was_learned()
    {
        var model = new LinearModule(6, 4);
        float[] before = model.Parameters.Snapshot();
        var adapters = new LowRankAdapters(model, 4, 4, ["*.W"], alsoTrain: ["*.b"]);
        using (var trainer = new Trainer(new FineTuning(adapters).Scale("*.b", 2), new Adam(0.02)) { Epochs = 60 })
            Assert.True(trainer.Fit(Data).Epochs[^1].TrainLoss < 0.01);
        float[] trained = model.Parameters.Snapshot();
        adapters.Merge();
        Assert.Equal(trained, model.Parameters.Snapshot());
        Assert.NotEqual(before, trained);
        Assert.Throws<InvalidOperationException>(adapters.Remove);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        var model = new LinearModule(6, 4);
        Assert.Contains("names no matrix", Assert.Throws<ArgumentException>(() => new LowRankAdapters(model, 2, 2, ["*.b"])).Message);
        Assert.Contains("No parameter matches 'x.*'", Assert.Throws<ArgumentException>(
            () => new LowRankAdapters(model, 2, 2, ["x.*"])).Message);
        Assert.Contains("'layer.W' has an adapter", Assert.Throws<ArgumentException>(
            () => new LowRankAdapters(model, 2, 2, ["*"], ["*"])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LowRankAdapters(model, 0, 2, ["*"]));
        foreach (double alpha in new[] { 0, -1, 1e-60, double.NaN, double.PositiveInfinity })
        {
            Assert.Contains("alpha/rank, is a finite number above zero", Assert.Throws<ArgumentOutOfRangeException>(() => new LowRankAdapters(model, 2, alpha, ["*.W"])).Message);
            Assert.Contains("weight, is a finite number above zero", Assert.Throws<ArgumentOutOfRangeException>(() => new LowRankAdapters(model, [("*.W", 2)], alpha)).Message);
        }
        Assert.Contains("Nothing of Linear would be trained", Assert.Throws<ArgumentException>(() => new LowRankAdapters(model, 2, 2, [])).Message);
        Assert.Contains("Nothing of Linear would be trained", Assert.Throws<ArgumentException>(() => new GainVectors(model, [])).Message);
        Assert.Empty(AdapterTraining.AttachedTo(model));
    }

    static void Fill(LowRankAdapters adapters, int seed)
    {
        var random = new Random(seed);
        foreach (Parameter slice in adapters.Parameters.Slices)
            foreach (ref float value in adapters.Parameters.Of(slice))
                value = random.NextSingle() - 0.5f;
    }
}
