namespace RnnModelNamespace;

using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

static class Program
{
    static void Main()
    {
        const int Rows = 1200, Window = 32, Horizon = 8;

        // Made-up data: two waves and noise. Put your own rows here; RnnDsl.Data reads CSV files.
        var random = new Random(1);
        var values = new float[Rows];
        for (int t = 0; t < Rows; t++)
            values[t] = MathF.Sin(t / 4f) + 0.5f * MathF.Sin(t / 11f) + 0.1f * (random.NextSingle() - 0.5f);
        var series = new TimeSeries(["value"], values);

        // The oldest rows train, the next ones say when to stop, the newest ones test.
        ForecastData data = ForecastData.Create(
            series,
            new WindowOptions { Length = Window, Horizon = Horizon, Targets = ["value"] },
            ChronologicalSplit.Fractions(Rows, train: 0.7, validation: 0.15));
        foreach (string finding in data.Findings)
            Console.WriteLine(finding);

        // The constructor is generated: it asks for the sizes of the model's dimensions.
        var model = new Forecaster(feature: 1, hidden: 24, horizon: Horizon, seed: 1);
        using var trainer = new Trainer(model, new AdamW(5e-3)) { BatchSize = 32, Epochs = 20, ClipNorm = 1, Patience = 5 };
        trainer.EpochDone += epoch =>
            Console.WriteLine($"epoch {epoch.Epoch,2}   training loss {epoch.TrainLoss:F4}   validation loss {epoch.ValidationLoss:F4}");
        trainer.Fit(data.Train, data.Validation);

        // How good is it beside naive forecasts?
        using var forecasts = new Executor(model, "Predict");
        Console.WriteLine();
        Console.WriteLine(ForecastReport.Create(data, data.Test, "model", forecasts.Predict(data.Test)));

        // What another program needs is in one file.
        ModelFile.Save("forecaster.safetensors", model, data.Scaler);
        Console.WriteLine("Saved to forecaster.safetensors.");
    }
}
