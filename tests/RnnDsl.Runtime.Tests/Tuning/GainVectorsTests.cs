using RnnDsl.Storage;
using RnnDsl.Tests.Training;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Tuning;

public class GainVectorsTests
{
    const int Inputs = 5, Outputs = 3;

    [Fact]
    public void Rows_are_multiplied_and_the_rest_stays()
    {
        var model = new LinearModule(Inputs, Outputs);
        float[] before = model.Parameters.Snapshot(), w = model.Parameters["layer.W"].ToArray(), b = model.Parameters["layer.b"].ToArray();
        var gains = new GainVectors(model, ["*.W"]);
        Assert.Equal(before, model.Parameters.Snapshot());
        Assert.Equal((Outputs, Inputs * Outputs + Outputs), (gains.Report.Trained, gains.Report.Total));
        using (var trainer = new Trainer(gains, new Adam(0.05)) { Epochs = 3 })
            trainer.Fit(LinearModule.Data(100, Inputs, Outputs, 1));
        float[] g = gains.Parameters["layer.W.gain"].ToArray();
        Assert.All(g, gain => Assert.NotEqual(1, gain));
        Assert.Equal([.. w.Select((value, i) => g[i / Inputs] * value)], model.Parameters["layer.W"].ToArray());
        Assert.Equal(b, model.Parameters["layer.b"].ToArray());
        gains.Remove();
        Assert.Equal(before, model.Parameters.Snapshot());
    }

    /// <summary>The loss falls by what its derivative says.</summary>
    [Fact]
    public void The_gradient_is_that_of_the_loss()
    {
        const float Step = 1e-2f;
        var model = new LinearModule(Inputs, Outputs);
        var gains = new GainVectors(model, ["*.W"], alsoTrain: ["*.b"]);
        var data = LinearModule.Data(8, Inputs, Outputs, 1);
        using var trainer = new Trainer(gains, new Sgd(1));
        for (int i = 0; i < Outputs; i++)
        {
            double Loss(float at)
            {
                gains.Parameters["layer.W.gain"][i] = 1 + at;
                gains.Apply();
                return trainer.Evaluate(data);
            }
            double difference = (Loss(Step) - Loss(-Step)) / (2 * Step);
            Loss(0);
            float[] start = gains.Parameters.Snapshot();
            trainer.TrainStep(data, [0, 1, 2, 3, 4, 5, 6, 7]);
            double derivative = start[gains.Parameters.Find("layer.W.gain").Offset + i] - gains.Parameters["layer.W.gain"][i];
            Assert.Equal(difference, derivative, 2e-3 * Math.Max(1, Math.Abs(difference)));
            gains.Parameters.Restore(start);
            gains.Apply();
        }
    }

    [Fact]
    public void They_are_kept_without_the_model_and_in_checkpoints()
    {
        string folder = Directory.CreateTempSubdirectory("gains").FullName;
        try
        {
            var model = new LinearModule(Inputs, Outputs);
            var gains = new GainVectors(model, ["*"], alsoTrain: ["*.b"]);
            var adam = new Adam(0.05);
            using (var trainer = new Trainer(gains, adam) { Epochs = 2 })
                trainer.Fit(LinearModule.Data(50, Inputs, Outputs, 2));
            float[] trained = model.Parameters.Snapshot();
            Checkpoint.Save(Path.Combine(folder, "run"), model, adam);
            Assert.Throws<InvalidOperationException>(() => ModelFile.Load(Path.Combine(folder, "run"), model));
            ModelAdapter adapter = gains.ToAdapter();
            gains.Remove();
            var stack = new AdapterStack(model);
            stack.Set(adapter);
            Assert.All(trained.Zip(model.Parameters.Snapshot()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

            var other = new LinearModule(Inputs, Outputs);
            Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Path.Combine(folder, "run"), other, new Adam(0.05)));
            var again = new GainVectors(other, ["*"], alsoTrain: ["*.b"]);
            Checkpoint.Load(Path.Combine(folder, "run"), other, new Adam(0.05));
            Assert.Equal(trained, other.Parameters.Snapshot());
            again.Remove();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_pattern_without_a_matrix_is_refused()
    {
        var model = new LinearModule(Inputs, Outputs);
        Assert.Contains("matrix", Assert.Throws<ArgumentException>(() => new GainVectors(model, ["*.b"])).Message);
        Assert.Contains("layer.W", Assert.Throws<ArgumentException>(() => new GainVectors(model, ["*.W"], alsoTrain: ["*"])).Message);
    }
}
