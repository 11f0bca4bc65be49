using RnnDsl.CompilerServices;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;

namespace RnnDsl.Execution.Tests;

/// <summary>Predictors whose weights have 8 bits.</summary>
public class QuantizationTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    readonly Random random = new(5);

    float[] Numbers(int count, float width = 1) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2 - 1) * width)];

    public static TheoryData<string, int, int> Cells()
    {
        var cells = new TheoryData<string, int, int>();
        foreach (string cell in CellTests.Cells.Keys)
            foreach ((int input, int hidden) in new[] { (3, 8), (17, 17), (64, 64), (5, 33) })
                cells.Add(cell, input, hidden);
        return cells;
    }

    /// <summary>
    /// Rounding moves a weight and what it multiplies by at most 1/254 of the largest in its row or vector, at random: the sum of n products whose
    /// factors spread evenly moves by about √n · 2/254 · 1/√3 of the largest product, about 1 % of its own size. Gates have slopes of at most 1, so no
    /// step makes more of it than that, and what norms and feedback add stays below 3 %.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Answers_of_the_librarys_cells_stay_within_three_percent(string cell, int input, int hidden)
    {
        using var probe = new Probe(CellTests.Cells[cell](input, hidden), "Scan", [6, 3], 4, withStates: true);
        if (probe.Method.Step is not { } step)
            return;
        float[] exact = Answers(probe, step), rounded = Answers(probe, step.Int8());
        Assert.InRange(Largest(exact, rounded), 0, 0.03 * exact.Max(Math.Abs));
    }

    [Fact]
    public void The_step_is_what_it_would_be_with_rounded_floats()
    {
        var off = new List<string>();
        int compared = 0;
        void Compare(string what, Module module, int[] lengths)
        {
            using var probe = new Probe(module, "Scan", lengths, 4, withStates: true);
            if (probe.Method.Step is not { } step)
                return;
            float[] expected = Answers(probe, RoundedWeights.Of(step)), actual = Answers(probe, step.Int8());
            double scale = Math.Max(1, expected.Max(Math.Abs)), difference = Largest(expected, actual);
            compared++;
            if (!(difference <= 2e-5 * scale))
                off.Add($"{what}: {difference / scale:G3}");
        }
        foreach ((string name, Func<int, int, Module> make) in CellTests.Cells)
            foreach ((int input, int hidden) in new[] { (1, 1), (3, 8), (17, 17), (64, 64), (5, 33) })
                Compare($"{name} {input} {hidden}", make(input, hidden), [4, 2]);
        foreach ((string name, Module cell) in RandomCellTests.Some())
            Compare(name, cell, [2, 1]);
        // A float that lies midway between two whole numbers may round to the other one, since both sum in other orders.
        Assert.True(off.Count <= compared / 50, $"{off.Count} of {compared}: {string.Join("; ", off.Take(10))}");
    }

    [Fact]
    public void A_product_is_off_by_no_more_than_its_roundings()
    {
        foreach ((int depth, int units) in new[] { (1, 3), (7, 9), (64, 20), (200, 5) })
        {
            var cell = new Linear<In, Hid>(depth, units, seed: 3);
            float[] x = Numbers(depth, 50), exact = new float[units], rounded = new float[units];
            new Predictor(cell, "Scan").Start().Step(x, exact);
            new Predictor(cell, "Scan", weights: WeightFormat.Int8).Start().Step(x, rounded);
            double halfX = x.Max(Math.Abs) / 254.0;
            ReadOnlySpan<float> weights = cell.Parameters["W"];
            for (int unit = 0; unit < units; unit++)
            {
                float[] row = weights.Slice(unit * depth, depth).ToArray();
                double halfW = row.Max(Math.Abs) / 254.0;
                double bound = row.Select((w, k) => Math.Abs(w) * halfX + Math.Abs(x[k]) * halfW + halfX * halfW).Sum();
                Assert.Equal(exact[unit], rounded[unit], 1.0001 * bound + 1e-4);
            }
        }
    }

    [Fact]
    public void Bytes_shrink_and_the_report_says_what_it_cost()
    {
        var model = new Forecaster(32, 128, 3, seed: 4);
        Predictor exact = new(model), rounded = new(model, weights: WeightFormat.Int8);
        float[][] sample = [.. Enumerable.Range(0, 5).Select(_ => Numbers(20 * 32))];
        QuantizationReport report = QuantizationReport.Compare(exact, rounded, sample);
        Assert.InRange(report.Microseconds, 1e-3, 1e5);
        Assert.InRange(report.ExactMicroseconds, 1e-3, 1e5);
        Assert.Equal((exact.WeightBytes, rounded.WeightBytes, 5 * 20 * 3L), (report.ExactBytes, report.Bytes, report.Answers));
        Assert.InRange((double)exact.WeightBytes / rounded.WeightBytes, 3.5, 4);
        Assert.InRange(report.LargestDifference, 1e-6, 0.03 * Math.Max(report.Rms, 0.1));
        Assert.InRange(report.RmsDifference, 1e-7, report.LargestDifference);
        Assert.Equal(0, QuantizationReport.Compare(exact, exact, sample).LargestDifference);
        Assert.Throws<ArgumentException>(() => QuantizationReport.Compare(exact, rounded, []));
        Assert.Throws<ArgumentException>(() => QuantizationReport.Compare(exact, new Predictor(new Forecaster(2, 9, 3)), sample));
    }

    [Fact]
    public void A_calibrated_predictor_cuts_off_what_its_sample_never_had()
    {
        var model = new Forecaster(8, 32, 3, seed: 4);
        Predictor free = new(model, weights: WeightFormat.Int8), exact = new(model);
        float[][] sample = [.. Enumerable.Range(0, 20).Select(_ => Numbers(10 * 8, 0.5f))];
        Predictor whole = free.Calibrate(sample), most = whole.Calibrate(sample, 0.9);
        Assert.All(free.Ranges, r => Assert.Equal(0, r.Range));
        (string name, float range) = whole.Ranges[0];
        Assert.Equal("x", name);
        Assert.Equal(sample.SelectMany(s => s).Max(Math.Abs), range, 1e-5f);
        Assert.InRange(most.Ranges[0].Range, 0.3f, range - 1e-4f);
        Assert.All(whole.Ranges, r => Assert.InRange(r.Range, 1e-3f, 10));
        Assert.InRange(QuantizationReport.Compare(exact, whole, sample).LargestDifference, 0, 0.02);
        Assert.InRange(QuantizationReport.Compare(exact, most, sample).LargestDifference, 0, 0.05);

        // Ten times the range gives what the range gives, and what is larger than any whole number no less.
        float[] far = [.. Enumerable.Repeat(10 * range, 8)], huge = [.. Enumerable.Repeat(float.MaxValue, 8)], atRange = [.. Enumerable.Repeat(range, 8)];
        float[] Answer(float[] x)
        {
            var y = new float[3];
            whole.Start().Step(x, y);
            return y;
        }
        Assert.Equal(Answer(atRange), Answer(far));
        Assert.Equal(Answer(atRange), Answer(huge));
    }

    [Fact]
    public void What_calibration_cannot_do_it_says()
    {
        var model = new Forecaster(8, 32, 3, seed: 4);
        var predictor = new Predictor(model, weights: WeightFormat.Int8);
        Assert.Contains("Float32", Assert.Throws<InvalidOperationException>(() => new Predictor(model).Calibrate([new float[8]])).Message);
        Assert.Contains("no step", Assert.Throws<ArgumentException>(() => predictor.Calibrate([[]])).Message);
        Assert.Contains("takes 8 values", Assert.Throws<ArgumentException>(() => predictor.Calibrate([new float[9]])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => predictor.Calibrate([new float[8]], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Predictor(model, weights: (WeightFormat)7));
        Assert.Empty(new Predictor(model).Ranges);
        // Zeros give no range: it is found at each step.
        Assert.Equal(0, predictor.Calibrate([new float[8]]).Ranges[0].Range);
    }

    [Fact]
    public void A_step_allocates_nothing_and_states_are_shared_with_the_exact_twin()
    {
        var model = new Forecaster(8, 32, 3, seed: 4);
        PredictionStream stream = new Predictor(model, weights: WeightFormat.Int8).Start(), exact = new Predictor(model).Start();
        float[] x = Numbers(8), y = new float[3], z = new float[3];
        stream.Step(x, y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            stream.Step(x, y);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        exact.Restore(stream.Snapshot());
        stream.Step(x, y);
        exact.Step(x, z);
        for (int i = 0; i < 3; i++)
            Assert.Equal(z[i], y[i], 0.02f);
    }

    static float[] Answers(Probe probe, StepProgram program) => [.. probe.RunSteps(program).Results.SelectMany(r => r)];

    static double Largest(float[] a, float[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max();
}
