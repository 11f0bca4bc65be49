using System.Diagnostics;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

/// <summary>The average of a table that moves by rows: what rests is not touched, and the average is that of all steps.</summary>
public class AveragedRowsTests
{
    static ParameterStore Store(int rows, int width) =>
        ParameterStore.Create("a test", [new ParameterInfo("table", 2, rows, width, Initial.Xavier, 1), new ParameterInfo("b", 1, 3, 1, Initial.Constant, 0)], seed: 1);

    static void Touch(TouchedRows touched, int tableRows, params ReadOnlySpan<int> rows)
    {
        var gradient = new RowGradient(tableRows, touched.Table.Info.Columns);
        gradient.Begin();
        var one = new RnnDsl.Memory.AlignedBuffer();
        one.Reserve(touched.Table.Info.Columns);
        foreach (int row in rows)
            gradient.Add([row], one.Floats);
        var total = new float[tableRows * touched.Table.Info.Columns];
        touched.Take(gradient, total);
    }

    [Theory]
    [InlineData(0.9), InlineData(0.999), InlineData(1.0)]
    public void Rows_caught_up_later_equal_rows_averaged_at_each_step(double decay)
    {
        const int rows = 12, width = 5, steps = 300;
        var random = new Random(3);
        ParameterStore store = Store(rows, width);
        WeightAverage rule = WeightAverage.Of(decay, 1);
        AveragedParameters lazy = new(rule, store), read = new(rule, store), dense = new(rule, store);
        var touched = new TouchedRows(store.Slices[0]);
        float[] result = new float[store.Length], other = new float[store.Length], whole = new float[store.Length];
        for (int step = 0; step < steps; step++)
        {
            // The last two rows never move, and every fiftieth step moves the whole table.
            bool all = step % 50 == 49;
            int[] moved = all ? [.. Enumerable.Range(0, rows)] : [.. Enumerable.Range(0, rows - 2).Where(_ => random.Next(8) == 0)];
            Touch(touched, rows, moved);
            foreach (AveragedParameters average in new[] { lazy, read })
                average.BeforeStep([], all ? [] : [touched], null);
            dense.BeforeStep([], [], null);
            foreach (int row in moved.Where(row => row < rows - 2))
                for (int i = 0; i < width; i++)
                    store.Values[row * width + i] += (float)(random.NextDouble() - 0.5);
            store.Of(store.Slices[1])[step % 3] += 0.1f;
            foreach (AveragedParameters average in new[] { lazy, read, dense })
                average.AfterStep();
            // To read it changes no bit.
            if (step % 7 == 0)
                read.Read(store.ReadOnlyValues, other);
        }
        lazy.Read(store.ReadOnlyValues, result);
        read.Read(store.ReadOnlyValues, other);
        dense.Read(store.ReadOnlyValues, whole);
        Assert.Equal(result, other);
        for (int i = 0; i < result.Length; i++)
            Assert.Equal(whole[i], result[i], 3e-6);
        Assert.Equal(store.ReadOnlyValues[((rows - 2) * width)..(rows * width)].ToArray(), result[((rows - 2) * width)..(rows * width)]);
        // What a checkpoint keeps goes on with the same bits.
        new AveragedParameters(lazy.Remember(), store).Read(store.ReadOnlyValues, other);
        Assert.Equal(result, other);
    }

    [Fact]
    public void A_step_costs_what_its_rows_cost()
    {
        const int rows = 1_000_000, width = 8;
        ParameterStore store = Store(rows, width);
        AveragedParameters lazy = new(WeightAverage.Exponential(), store), dense = new(WeightAverage.Exponential(), store);
        var touched = new TouchedRows(store.Slices[0]);
        Touch(touched, rows, [7, 999_999, 500_000]);
        Assert.True(20 * Time(lazy, [touched]) < Time(dense, []), "Three rows of a million take more than a twentieth of the time of all.");

        static double Time(AveragedParameters average, TouchedRows[] touched)
        {
            double least = double.PositiveInfinity;
            for (int step = 0; step < 8; step++)
            {
                long start = Stopwatch.GetTimestamp();
                average.BeforeStep([], touched, null);
                average.AfterStep();
                // The first steps find nothing to bring up to date, or make the counts of the rows.
                least = step < 2 ? least : Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return least;
        }
    }
}
