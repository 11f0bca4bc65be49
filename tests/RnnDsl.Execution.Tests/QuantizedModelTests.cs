using RnnDsl.CompilerServices;
using RnnDsl.Data;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Runtime.Tests.Data;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using Xunit.Abstractions;

namespace RnnDsl.Execution.Tests;

/// <summary>Weights of 8 bits: what they cost a trained model, and how they are stored.</summary>
public class QuantizedModelTests(ITestOutputHelper log) : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl").FullName;

    string PathOf(string name) => Path.Combine(folder, name + ".safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_trained_model_forecasts_waves_as_well_with_bytes()
    {
        float[] values = [.. Enumerable.Range(0, 1500).Select(t => 50 + 20 * MathF.Sin(t / 5f) + 8 * MathF.Sin(t / 1.7f) + t * 7919 % 13 * 0.2f)];
        Trained(new TimeSeries(["Load"], values), ["Load"], "Load", new(900, 300, 300), epochs: 4);
    }

    [SharedDataFact("etth1/ETTh1.csv.gz")]
    public void A_trained_model_forecasts_a_transformers_load_as_well_with_bytes()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("etth1/ETTh1.csv.gz")).Range(0, 4000);
        Trained(series, ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"], "HUFL", new(2400, 800, 800), epochs: 2);
    }

    /// <summary>Trains, calibrates on the validation part, reports on the test part in the series' units, saves and loads.</summary>
    void Trained(TimeSeries series, string[] features, string target, ChronologicalSplit split, int epochs)
    {
        var options = new WindowOptions { Length = 36, Horizon = 6, Targets = [target], Features = features, Stride = 3 };
        ForecastData data = ForecastData.Create(series, options, split);
        var model = new Forecaster(features.Length, 64, 6, seed: 1);
        using (var trainer = new Trainer(model, new AdamW(4e-3)) { Epochs = epochs, ClipNorm = 1 })
            trainer.Fit(data.Train, data.Validation);
        DatasetParts raw = Windows.Create(series, options, split);
        Predictor Make(Module module, Scaler? scaler, WeightFormat weights) =>
            new(module, inputs: scaler?.Select(features), outputs: scaler?.Select(target), weights: weights);
        Predictor exact = Make(model, data.Scaler, WeightFormat.Float32);
        Predictor small = Make(model, data.Scaler, WeightFormat.Int8).Calibrate(raw.Validation);
        QuantizationReport report = QuantizationReport.Compare(exact, small, raw.Test);
        log.WriteLine(report.ToString());

        // The errors are those of the model itself, and the bytes change them by little.
        using (var executor = new Executor(model, "Predict"))
        {
            float[] predicted = executor.Predict(data.Test), actual = data.Targets(data.Test);
            data.Unscale(predicted);
            Assert.Equal(Metrics.ForecastErrors.Measure(actual, predicted).Mae, report.ExactErrors!.Value.Mae, 1e-3 * report.ExactErrors.Value.Mae);
        }
        Assert.NotEqual(report.ExactErrors.Value.Mae, report.Errors!.Value.Mae);
        Assert.InRange(report.Errors.Value.Mae, 0, 1.02 * report.ExactErrors.Value.Mae);
        Assert.InRange(report.Errors.Value.Rmse, 0, 1.02 * report.ExactErrors.Value.Rmse);
        Assert.StartsWith(FormattableString.Invariant($"MAE {report.ExactErrors.Value.Mae:G4} → {report.Errors.Value.Mae:G4}, RMSE "), report.ToString());

        ModelFile.Save(PathOf("float"), model, data.Scaler);
        ModelFile.Save(PathOf("bytes"), model, data.Scaler, precision: StoredPrecision.Int8, ranges: small.Ranges);
        Assert.InRange((double)new FileInfo(PathOf("float")).Length / new FileInfo(PathOf("bytes")).Length, 3, 4);
        var loaded = new Forecaster(features.Length, 64, 6, seed: 2);
        ModelFileInfo info = ModelFile.Load(PathOf("bytes"), loaded);
        Predictor again = Make(loaded, info.Scaler, WeightFormat.Int8).Calibrate(info.Ranges);
        Assert.Equal(small.Ranges, again.Ranges);
        Assert.Equal(0, QuantizationReport.Compare(small, again, raw.Test).LargestDifference);
        Assert.InRange(QuantizationReport.Compare(exact, Make(loaded, info.Scaler, WeightFormat.Float32), raw.Test).Errors!.Value.Mae, 0, 1.02 * report.ExactErrors.Value.Mae);
    }

    [Fact]
    public void A_file_of_bytes_gives_every_cell_the_same_predictor()
    {
        int compared = 0;
        foreach ((string name, Func<int, int, Module> make) in CellTests.Cells)
            foreach ((int input, int hidden) in new[] { (3, 8), (17, 17), (64, 64) })
            {
                Module saved = make(input, hidden), loaded = make(input, hidden);
                var random = new Random(input);
                foreach (Parameter parameter in saved.Parameters.Slices)
                    foreach (ref float value in saved.Parameters.Of(parameter))
                        value = random.NextSingle() - 0.5f;
                if (saved.Method("Scan").Step is null)
                    continue;
                ModelFile.Save(PathOf(name), saved, precision: StoredPrecision.Int8);
                ModelFileInfo info = ModelFile.Load(PathOf(name), loaded);
                Assert.Equal(("I8", saved.Info.Parameters.Count), (info.Precision, info.Parameters.Count));
                float[] sample = [.. Enumerable.Range(0, 30 * new Predictor(saved, "Scan").InputWidth).Select(_ => random.NextSingle() * 2 - 1)];
                float[] Answers(Module module)
                {
                    var predictor = new Predictor(module, "Scan", weights: WeightFormat.Int8);
                    var answers = new float[30 * predictor.OutputWidth];
                    predictor.Start().Run(sample, answers);
                    return answers;
                }
                // These multiply a transposed matrix, which is rounded again along its columns, or one that is computed of what the file has rounded.
                double largest = name is "AllOperations" or "AntisymmetricRnn" or "WeightNormLstm" or "SelectiveScan" ? 0.05 : 0;
                Assert.True(Answers(saved).Zip(Answers(loaded), (a, b) => Math.Abs(a - b)).Max() <= largest, $"{name} {input} {hidden}");
                foreach (Parameter parameter in saved.Parameters.Slices)
                    CheckRows(parameter, saved.Parameters.Of(parameter), loaded.Parameters.Of(parameter));
                // Once rounded, a model is written as it was read.
                byte[] file = File.ReadAllBytes(PathOf(name));
                ModelFile.Save(PathOf(name), loaded, precision: StoredPrecision.Int8);
                Assert.Equal(file, File.ReadAllBytes(PathOf(name)));
                compared++;
            }
        Assert.True(compared > 50, $"{compared}");
    }

    static void CheckRows(Parameter parameter, ReadOnlySpan<float> saved, ReadOnlySpan<float> loaded)
    {
        if (parameter.Info.Rank < 2 || parameter.Info.Columns <= 4)
        {
            Assert.True(saved.SequenceEqual(loaded), parameter.Name);
            return;
        }
        for (int row = 0; row < parameter.Info.Rows; row++)
        {
            float[] before = saved.Slice(row * parameter.Info.Columns, parameter.Info.Columns).ToArray();
            float half = before.Max(Math.Abs) / 254 * 1.0001f;
            for (int i = 0; i < before.Length; i++)
                Assert.InRange(loaded[row * before.Length + i], before[i] - half, before[i] + half);
        }
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var model = new Forecaster(8, 32, 3, seed: 4);
        Predictor small = new(model, weights: WeightFormat.Int8), exact = new(model);
        string Calibrating(params (string, float)[] ranges) => Assert.Throws<ArgumentException>(() => small.Calibrate(ranges)).Message;
        Assert.Contains("the ranges are of nothing: calibrate on a sample", Calibrating());
        Assert.Contains("the ranges are of y", Calibrating(("y", 1)));
        (string, float)[] own = [.. small.Ranges];
        Assert.Contains($"The range of {own[1].Item1} is NaN", Calibrating([own[0], (own[1].Item1, float.NaN), .. own[2..]]));
        Assert.Throws<InvalidOperationException>(() => exact.Calibrate(own));

        Column Numbers(string name, ValueKind kind, int width, params int[] lengths) => new()
        {
            Name = name, Kind = kind, Width = width, Stride = width, Values = new float[1000], Starts = new int[lengths.Length], Lengths = lengths,
        };
        string Comparing(params Column[] columns) => Assert.Throws<ArgumentException>(() => QuantizationReport.Compare(exact, small, new Dataset(columns))).Message;
        Column x = Numbers("x", ValueKind.Sequence, 8, 5, 6);
        Assert.Contains("no column 'y'", Comparing(x));
        Assert.Contains("no column 'x'", Comparing(Numbers("y", ValueKind.Vector, 3, 1, 1)));
        Assert.Contains("answers with 3 values, but 'y' has 4", Comparing(x, Numbers("y", ValueKind.Vector, 4, 1, 1)));
        Assert.Contains("'x' is a Sequence of 7, but Forecaster.Predict takes a Sequence of 8", Comparing(Numbers("x", ValueKind.Sequence, 7, 5), Numbers("y", ValueKind.Vector, 3, 1)));
        Assert.Contains("Example 1 has 6 answers, but 5 targets", Comparing(x, Numbers("y", ValueKind.Sequence, 3, 5, 5)));
        Assert.Equal(2 * 3, QuantizationReport.Compare(exact, small, new Dataset(x, Numbers("y", ValueKind.Vector, 3, 1, 1))).Errors!.Value.Count);
        Assert.Equal(11 * 3, QuantizationReport.Compare(exact, small, new Dataset(x, Numbers("y", ValueKind.Sequence, 3, 5, 6))).Errors!.Value.Count);
    }

    [Fact]
    public void A_damaged_file_of_bytes_is_refused()
    {
        var model = new Forecaster(8, 32, 3, seed: 4);
        ModelFile.Save(PathOf("bytes"), model, precision: StoredPrecision.Int8, ranges: new Predictor(model, weights: WeightFormat.Int8).Ranges);
        byte[] whole = Unchecked.Read(PathOf("bytes"));
        string Refused(string from, string to)
        {
            string text = System.Text.Encoding.Latin1.GetString(whole);
            Assert.Contains(from, text);
            Assert.Equal(from.Length, to.Length);
            File.WriteAllBytes(PathOf("bytes"), System.Text.Encoding.Latin1.GetBytes(text.Replace(from, to)));
            return Assert.Throws<InvalidDataException>(() => ModelFile.Load(PathOf("bytes"), model)).Message;
        }
        Assert.Contains("'head.W' is of bytes, but 'head.W/scale' does not", Refused("head.W/scale\":{\"dtype\":\"F32", "head.W/scale\":{\"dtype\":\"I32"));
        Assert.Contains("'head.W' is of bytes, but 'head.W/scale' does not", Refused("head.W/scale", "head.W/scala"));
        Assert.Contains("'rnndsl.ranges' are not ranges by name", Refused(",0]", ",x]"));
        Assert.Contains("'rnndsl.ranges' are not ranges by name", Refused(",0]", "  ]"));
    }
}
