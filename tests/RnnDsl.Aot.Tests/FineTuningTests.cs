using RnnDsl.CompilerServices;
using RnnDsl.Examples.EdgePredictor;
using RnnDsl.Execution;
using RnnDsl.Package.Tests;
using RnnDsl.Prediction;
using RnnDsl.Storage;

namespace RnnDsl.Aot.Tests;

/// <summary>examples/EdgePredictor fine-tunes on the device.</summary>
[Collection(PublishedCollection.Name)]
public sealed class FineTuningTests(Published published)
{
    static string BuiltIn => Path.Combine(Published.Repository, "examples", "EdgePredictor", "weights.safetensors");

    [AotFact]
    public void What_it_saves_is_a_model_that_the_library_loads()
    {
        string csv = Csv("load.csv", Series.Values(800)), saved = published.PathOf("tuned.safetensors");
        Run run = Run.Of(published.Program, "--train", csv, "--column", "Load", "--epochs", "2", "--save", saved).Succeeded();
        Assert.Equal(["epoch 1", "epoch 2", $"Saved to {saved}."], run.Lines.Select(line => line.Split(':')[0]));

        Forecaster before = new(), after = new();
        ModelFile.Load(BuiltIn, before);
        ModelFileInfo info = ModelFile.Load(saved, after);
        Assert.Equal(["Load"], info.Scaler!.Columns);
        foreach (ParameterInfo parameter in after.Info.Parameters)
            Assert.False(before.Parameters[parameter.Name].SequenceEqual(after.Parameters[parameter.Name]), $"{parameter.Name} was not trained.");

        // The native program and the library predict the same with it.
        PredictionStream stream = new Predictor(after, inputs: info.Scaler, outputs: info.Scaler).Start();
        float[][] expected = [.. Series.Values(50).Select(value =>
        {
            var answer = new float[12];
            stream.Step([(float)value], answer);
            return answer;
        })];
        Run native = Run.WithInput(Series.Lines(50), published.Program, "--weights", saved).Succeeded();
        Assert.InRange(Series.Difference(native.Rows, expected), 0, 1e-5);
        Assert.NotEqual(native.Lines, Run.WithInput(Series.Lines(50), published.Program).Succeeded().Lines);
    }

    [AotFact]
    public void New_weights_learn_too()
    {
        string csv = Csv("new.csv", Series.Values(800)), saved = published.PathOf("new.safetensors");
        Run.Of(published.Program, "--train", csv, "--column", "Load", "--new", "--epochs", "2", "--save", saved).Succeeded();
        Assert.Equal(["Load"], ModelFile.Load(saved, new Forecaster()).Scaler!.Columns);
    }

    [AotFact]
    public void A_run_that_fails_leaves_an_existing_file_as_it_was()
    {
        string saved = published.PathOf("kept.safetensors");
        File.Copy(BuiltIn, saved, overwrite: true);
        byte[] before = File.ReadAllBytes(saved);
        string good = Csv("good.csv", Series.Values(800));

        Fails("no column 'Other'; it has Time, Load", good, "--column", "Other");
        Fails("has 20 rows; at least 660 are needed", Csv("short.csv", Series.Values(20)));
        Fails("line 3: 'Infinity' in column 'Load' is not a finite number", Csv("gap.csv", [1, double.PositiveInfinity, 3]), "--column", "Load");
        // Fails while it trains: far outside the scaling that the weights came with.
        Fails("The loss is", Csv("huge.csv", Series.Values(800).Select(value => value * 1e35)), "--column", "Load");
        Run.Of(published.Program, "--train", good, "--epochs", "1", "--save", published.PathOf(Path.Combine("nowhere", "x.safetensors")))
            .FailedWith("does not exist");

        void Fails(string part, string csv, params string[] options)
        {
            Run.Of(published.Program, ["--train", csv, "--save", saved, .. options]).FailedWith(part);
            Assert.Equal(before, File.ReadAllBytes(saved));
        }
    }

    string Csv(string name, IEnumerable<double> values) => published.Write(name,
        "Time,Load\n" + string.Concat(values.Select((value, t) => FormattableString.Invariant($"{t},{value}\n"))));
}
