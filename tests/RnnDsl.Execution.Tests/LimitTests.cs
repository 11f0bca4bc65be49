using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>At the limits of functions the compiled program gives what the equations give: where numbers are none, at kinks, at multiples of a period.</summary>
public class LimitTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(17, 5)]
    [InlineData(33, 9)]
    public void What_is_no_number_stays_none(int size, int steps)
    {
        var model = new Limits(size);
        model.BindReference(model.Parameters.ToReference());
        var random = new Random(size);
        for (int round = 0; round < 8; round++)
        {
            // The logarithm of what is negative is no number.
            float[] x = [.. Enumerable.Range(0, size * steps).Select(_ => (float)(random.NextDouble() - (round == 0 ? 1.1 : 0.2)))];
            foreach (string method in new[] { "Bounded", "Largest" })
            {
                double[] expected = model.RunReference(method, [[.. x.Select(v => (double)v)]]);
                float[] compiled = Predict(model, method, x, size);
                Assert.Equal(expected.Select(double.IsNaN), compiled.Select(float.IsNaN));
                for (int i = 0; i < expected.Length; i++)
                    if (!double.IsNaN(expected[i]))
                        Assert.Equal(expected[i], compiled[i], 1e-5);
            }
        }
    }

    [Fact]
    public void The_rest_of_a_division_lies_between_zero_and_the_divisor()
    {
        var random = new Random(3);
        foreach (float period in new[] { 7f, 0.1f, 0.3f, 6.28f, 12f, 1e-3f, -7f, -0.3f })
        {
            float[] x = [.. Enumerable.Range(0, 4000).Select(i => i % 3 == 0 ? (i - 2000) * period : i % 3 == 1 ? i - 2000 : (float)((random.NextDouble() - 0.5) * 1e5 * period))];
            var model = new Limits(1);
            model.Parameters["period"][0] = period;
            float[] rests = Predict(model, "Rest", x, 1);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.True(period > 0 ? rests[i] >= 0 && rests[i] <= period : rests[i] <= 0 && rests[i] >= period, $"{x[i]} mod {period} is {rests[i]}");
                double written = x[i] - period * Math.Floor((double)x[i] / period), apart = Math.Abs(rests[i] - written);
                // A rest of almost nothing and one of almost the divisor are neighbors.
                Assert.True(Math.Min(apart, Math.Abs(Math.Abs(period) - apart)) <= 1e-6 * Math.Abs(x[i]) + 1e-6 * Math.Abs(period), $"{x[i]} mod {period} is {rests[i]}, written {written}");
                if (Math.Abs(period) is 7 or 12 && i % 3 < 2)
                    Assert.Equal(written, rests[i]);
            }
            Assert.Equal(Enumerable.Range(0, 500).Select(i => i % 7f), Predict(model, "Counts", new float[500], 1));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Derivatives_at_kinks_are_those_of_a_side(int size)
    {
        var model = new Limits(size);
        model.Parameters["p"].Clear();
        GradientCheck.Verify(model, new GradientCheckOptions { MovesParameters = false, Methods = ["Kinks"] });
    }

    [Fact]
    public void A_gradient_that_is_no_number_is_named_with_its_place()
    {
        var model = new Limits(3);
        new float[] { 1, -1, 0.5f }.CopyTo(model.Parameters["p"]);
        GradientCheckException wrong = Assert.Throws<GradientCheckException>(() => GradientCheck.Verify(model, new GradientCheckOptions { MovesParameters = false, Methods = ["Unguarded"] }));
        Assert.Contains("gradient of parameter 'p' at [1] is NaN compiled", wrong.Message);
        Assert.Contains("put the guard inside", wrong.Message);
    }

    static float[] Predict(Limits model, string method, float[] x, int width)
    {
        using var executor = new Executor(model, method);
        return executor.Predict(new Dataset(Column.Sequences("x", width, [x])));
    }
}
