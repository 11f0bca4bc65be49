using RnnDsl.CompilerServices;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Execution.Tests;

/// <summary>Matrices that are computed of parameters: compiled against uncompiled, in programs of all kinds.</summary>
public class MatrixTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    public static TheoryData<int, int, int[]> Sizes() => new()
    {
        { 1, 1, [1] }, { 3, 8, [2, 2, 1] }, { 8, 3, [30, 7, 7, 1] }, { 17, 17, [3, 2] }, { 5, 33, [4, 4, 4, 4] }, { 3, 5, [26, 26, 26, 25, 24, 3] },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Cells_equal_their_equations(int input, int hidden, int[] lengths)
    {
        Checks.All(new MatrixCell<In, Hid>(input, hidden), "Scan", lengths, seed: input + hidden);
        Checks.All(new MatrixOperations<In, Hid>(input, hidden), "Scan", lengths, seed: input + hidden);
        Checks.All(new MatrixProducts<In, Hid>(input, hidden), "Scan", lengths, seed: input + hidden);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Models_equal_their_equations(int feature, int hidden, int[] lengths)
    {
        foreach (string method in new[] { "Predict", "Every", "Loss", "Penalty" })
            Checks.All(new MatrixModel(feature, hidden, 4), method, lengths, seed: feature + hidden);
    }

    [Theory]
    [InlineData("Scores")]
    [InlineData("Loss")]
    [InlineData("Words")]
    [InlineData("Rows")]
    public void Words_look_into_matrices_that_are_computed(string method)
    {
        foreach ((int words, int features, int[] lengths) in new[] { (1, 1, new[] { 1 }), (5, 3, [3, 3, 1]), (70, 17, [7, 4, 2, 2]), (9, 16, [26, 26, 25, 3, 1]) })
            Checks.All(method is "Words" or "Rows" ? new AddedTables(words, features) : new MatrixWords(words, features, 4), method == "Rows" ? "Loss" : method, lengths, seed: words + features);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Weights_are_dropped_as_with_their_masks_given(int input, int hidden, int[] lengths)
    {
        const ulong Noise = 77;
        using var dropped = new Probe(new WeightDrop<In, Hid>(input, hidden), "Scan", lengths, seed: 1) { Noise = Noise };
        using var masked = new Probe(new MaskedWeights<In, Hid>(input, hidden), "Scan", lengths, seed: 1);
        foreach ((string name, double[] values) in dropped.Parameters)
            values.CopyTo(masked.Parameters[name], 0);
        foreach ((string name, int number, double rate) in new[] { ("first", 0, 0.3), ("second", 1, 0.5), ("third", 2, 0.5) })
        {
            var mask = new DropoutMask(Noise, number, rate);
            for (int i = 0; i < masked.Parameters[name].Length; i++)
                masked.Parameters[name][i] = mask.Factor(0, i);
        }
        for (int b = 0; b < lengths.Length; b++)
        {
            dropped.Inputs[b][0].CopyTo(masked.Inputs[b][0], 0);
            dropped.States![b][0].CopyTo(masked.States![b][0], 0);
            dropped.ResultGradients[b].CopyTo(masked.ResultGradients[b], 0);
        }
        CompiledRun run = dropped.Run(dropped.Method.Training!, gradients: true), twin = masked.Run(masked.Method.Training!, gradients: true);
        for (int b = 0; b < lengths.Length; b++)
        {
            Close(twin.Results[b], run.Results[b], "result");
            Close(twin.InputGradients[b][0], run.InputGradients[b][0], "gradient of the input");
            Close(twin.InitialGradients[b][0], run.InitialGradients[b][0], "gradient of the initial state");
        }
        foreach ((string name, float[] gradient) in run.Gradients)
            Close(twin.Gradients[name], gradient, $"gradient of {name}");
        // Nothing is dropped but in training.
        (double[][] expected, _) = dropped.Reference();
        CompiledRun forward = dropped.Run(dropped.Method.Forward, gradients: false), steps = dropped.RunSteps(dropped.Method.Step!);
        for (int b = 0; b < lengths.Length; b++)
        {
            Close([.. expected[b].Select(v => (float)v)], forward.Results[b], "forward");
            Close([.. expected[b].Select(v => (float)v)], steps.Results[b], "streaming");
        }
    }

    static void Close(float[] expected, float[] actual, string what)
    {
        double scale = Math.Max(1e-3, expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5 * scale, $"{what}[{i}]: {expected[i]:G9} and {actual[i]:G9}.");
    }

    static Dataset Series(int examples, int width, int outputs)
    {
        var random = new Random(5);
        int[] lengths = [.. Enumerable.Range(0, examples).Select(e => 3 + e % 9)];
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        return new Dataset(
            new Column { Name = "x", Kind = ValueKind.Sequence, Width = width, Stride = width, Values = Numbers(lengths.Sum() * width), Starts = [.. lengths.Select((_, e) => lengths.Take(e).Sum() * width)], Lengths = lengths },
            new Column { Name = "y", Kind = ValueKind.Vector, Width = outputs, Stride = outputs, Values = Numbers(examples * outputs), Starts = [.. Enumerable.Range(0, examples).Select(e => outputs * e)], Lengths = [.. Enumerable.Repeat(1, examples)] });
    }

    /// <summary>Several steps with the same parameters and other keys, and evaluation between them: what is prepared follows the key.</summary>
    [Fact]
    public void A_mask_is_of_a_step_for_all_shards_and_every_step_has_another()
    {
        Dataset data = Series(40, 3, 2);
        int[] all = [.. Enumerable.Range(0, 40)];
        var model = new WeightDropModel(3, 12, 2, seed: 2);
        using var few = new Executor(model, "Loss", new ExecutionOptions { Threads = 2, ExamplesPerShard = 40 });
        using var many = new Executor(model, "Loss", new ExecutionOptions { Threads = 3, ExamplesPerShard = 1 });
        double Step(Executor executor, ulong noise)
        {
            executor.Noise = noise;
            return executor.Gradient(data, all);
        }
        double first = Step(few, 1);
        float[] gradient = few.Gradients.ToArray();
        Assert.Equal(first, Step(many, 1), 1e-6);
        Close(gradient, many.Gradients.ToArray(), "gradient");
        double evaluated = few.Evaluate(data);
        Assert.NotEqual(first, evaluated, 1e-9);
        Assert.NotEqual(first, Step(few, 2), 1e-9);
        Assert.Equal(evaluated, few.Evaluate(data));
        Assert.Equal(first, Step(few, 1));
        Assert.Equal(gradient, few.Gradients.ToArray());
    }

    static float[] Trained(Module model, int threads, Dataset data)
    {
        using var trainer = new Trainer(model, new Adam(1e-2)) { BatchSize = 33, Epochs = 3, Threads = threads, Seed = 9, Shuffle = false };
        trainer.Fit(data);
        return model.Parameters.Snapshot();
    }

    [Theory]
    [InlineData(5, 20)]
    [InlineData(3, 130)]
    public void Bits_do_not_depend_on_threads(int feature, int hidden)
    {
        Dataset data = Series(70, feature, 2);
        foreach (Func<Module> make in new Func<Module>[] { () => new WeightDropModel(feature, hidden, 2, seed: 5), () => new MatrixModel(feature, hidden, 2, seed: 5) })
        {
            float[] one = Trained(make(), 1, data);
            Assert.DoesNotContain(one, float.IsNaN);
            foreach (int threads in new[] { 2, 3, 8 })
                Assert.Equal(one, Trained(make(), threads, data));
        }
    }

    [Fact]
    public void Half_of_a_matrix_has_no_part_in_its_antisymmetric_one()
    {
        var cell = new AntisymmetricRnn<In, Hid>(3, 5, seed: 4);
        ReadOnlySpan<float> w = cell.Parameters["W"];
        // It multiplies a state, so it starts orthogonal.
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 5; j++)
            {
                double product = 0;
                for (int k = 0; k < 5; k++)
                    product += w[5 * i + k] * w[5 * j + k];
                Assert.Equal(i == j ? 1 : 0, product, 1e-5);
            }
        using var probe = new Probe(cell, "Scan", [4, 2], seed: 3);
        float[] gradient = probe.Run(probe.Method.Training!, gradients: true).Gradients["W"];
        Assert.NotEqual(0, gradient[1]);
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 5; j++)
                Assert.Equal(-gradient[5 * j + i], gradient[5 * i + j]);
    }

    /// <summary>Adapters and frozen parts act on parameters, whatever is computed of them.</summary>
    [Fact]
    public void Adapters_and_frozen_parts_act_on_the_parameters()
    {
        Dataset data = Series(40, 3, 2);
        var model = new MatrixModel(3, 9, 2, seed: 3);
        float[] before = model.Parameters.Snapshot(), v = model.Parameters["upper.V"].ToArray();
        var adapters = new LowRankAdapters(model, 2, 4, ["upper.W", "encoder.U", "H"]);
        using (var trainer = new Trainer(adapters, new Adam(1e-2)) { Epochs = 3 })
            trainer.Fit(data);
        Assert.Equal(v, model.Parameters["upper.V"].ToArray());
        // The predictor and the executor see the matrices that the adapters have changed.
        Assert.NotEqual(before, model.Parameters.Snapshot());
        using (var executor = new Executor(model, "Loss"))
        {
            executor.Gradient(data, [0, 1, 2]);
            float[] slopes = adapters.Gradient(executor.Gradients).ToArray();
            Parameter b = adapters.Parameters.Slices.Single(s => s.Name == "upper.W.B");
            int at = b.Offset + 1;
            double Loss(float change)
            {
                adapters.Parameters.Values[at] += change;
                adapters.Apply();
                double loss = executor.Loss(data, [0, 1, 2]);
                adapters.Parameters.Values[at] -= change;
                adapters.Apply();
                return loss;
            }
            Assert.Equal((Loss(0.05f) - Loss(-0.05f)) / 0.1, slopes[at], 2e-3 * Math.Max(0.01, Math.Abs(slopes[at])) + 1e-4);
        }
        adapters.Remove();
        Assert.Equal(before, model.Parameters.Snapshot());
        var tuning = new FineTuning(model).Freeze("upper.*");
        using (var trainer = new Trainer(tuning, new Adam(1e-2)) { Epochs = 2 })
            trainer.Fit(data);
        Assert.Equal(v, model.Parameters["upper.V"].ToArray());
        Assert.NotEqual(before, model.Parameters.Snapshot());
    }

    /// <summary>A predictor computes its matrices once: a step allocates nothing, and later changes of the parameters do not reach it.</summary>
    [Fact]
    public void Streams_read_matrices_that_are_computed_once()
    {
        var model = new MatrixModel(3, 9, 2, seed: 3);
        foreach (WeightFormat weights in new[] { WeightFormat.Float32, WeightFormat.Int8 })
        {
            float[] Run(Predictor predictor)
            {
                PredictionStream stream = predictor.Start();
                var answers = new float[4 * predictor.OutputWidth];
                stream.Run([.. Enumerable.Range(0, 12).Select(i => MathF.Sin(i))], answers);
                return answers;
            }
            var predictor = new Predictor(model, weights: weights);
            float[] before = Run(predictor);
            model.Parameters["upper.W"][1] += 0.5f;
            model.Parameters.MarkChanged();
            Assert.Equal(before, Run(predictor));
            Assert.NotEqual(before, Run(new Predictor(model, weights: weights)));
        }
    }
}
