using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>Rows of a table that come one by one.</summary>
public class TableStreamTests
{
    sealed record Reading(double Load, string Mode, string State, double Next);

    static readonly TableColumns<Reading> Columns = new() { { "load", r => r.Load }, { "mode", r => r.Mode }, { "state", r => r.State }, { "next", r => r.Next } };

    /// <summary>Without targets, in another order.</summary>
    static readonly TableColumns<Reading> Inputs = new() { { "mode", r => r.Mode }, { "load", r => r.Load } };

    static readonly Reading[] Readings = [.. Enumerable.Range(0, 60).Select(i => new Reading(50 + 10 * Math.Sin(i), i % 3 == 0 ? "eco" : "full", i % 5 < 2 ? "idle" : "busy", 7 + i % 4))];

    static TableData Data(TableOptions options) => TableData.Create(TimeSeries.From(Readings, Columns), options, TableSplit.ByTime(0.7, 0.2));

    static TimeSeries Row(int i) => TimeSeries.From([Readings[i]], Inputs);

    [Fact]
    public void Classes_are_those_of_all_rows_so_far()
    {
        TableEncoder encoder = Data(new TableOptions { Inputs = ["load", "mode"], Target = "state", Window = 8 }).Encoder;
        var model = new RowClasses(encoder.Features.Count, 6, 2, seed: 1);
        using var predictor = new TablePredictor(model, encoder);
        TableStream stream = predictor.Start();
        for (int i = 0; i < 5; i++)
        {
            ClassAnswer expected = Assert.Single(predictor.Classify(TimeSeries.From(Readings[..(i + 1)], Inputs))), answer = stream.Classify(Row(i));
            Assert.Equal(expected.Of("idle"), answer.Of("idle"), 5);
        }
        stream.Reset();
        Assert.Equal(predictor.Start().Classify(Row(3)).Probabilities, stream.Classify(Row(3)).Probabilities);
        Assert.Contains("one row at a time, and there are 2", Assert.Throws<ArgumentException>(() => stream.Classify(TimeSeries.From(Readings[..2], Inputs))).Message);
        Assert.Contains("has no column 'load'", Assert.Throws<ArgumentException>(() => stream.Classify(TimeSeries.From(Readings[..1], new TableColumns<Reading> { { "mode", r => r.Mode }, { "loud", r => r.Next } }))).Message);
        Assert.Contains("is a class", Assert.Throws<InvalidOperationException>(() => stream.Estimate(Row(0))).Message);
    }

    sealed record Logged(string Pump, DateTime At, double Load, string State);

    [Fact]
    public void Rows_of_another_group_and_older_ones_do_not_follow()
    {
        var columns = new TableColumns<Logged> { { "pump", r => r.Pump }, { "at", r => r.At }, { "load", r => r.Load }, { "state", r => r.State } };
        Logged[] log = [.. Enumerable.Range(0, 60).Select(i => new Logged(i < 30 ? "a" : "b", new DateTime(2026, 1, 1).AddHours(i % 30), Math.Sin(i), i % 5 < 2 ? "idle" : "busy"))];
        TimeSeries Row(int i) => TimeSeries.From([log[i]], columns);
        TableEncoder encoder = TableData.Create(TimeSeries.From(log, columns), new TableOptions { Inputs = ["load"], Target = "state", Group = "pump", Window = 8 }, TableSplit.ByTime(0.7, 0.2)).Encoder;
        using var predictor = new TablePredictor(new RowClasses(encoder.Features.Count, 6, 2, seed: 1), encoder);
        TableStream stream = predictor.Start();
        stream.Classify(Row(3));
        float[] before = stream.Stream.Snapshot();
        ClassAnswer expected = stream.Classify(Row(4));
        float[] after = stream.Stream.Snapshot();
        Assert.Contains("Column 'at': the row of 2026-01-01 03:00:00 is older than the one before, of 2026-01-01 04:00:00.", Assert.Throws<InvalidDataException>(() => stream.Classify(Row(3))).Message);
        Assert.Contains("The row is of pump b, and the stream of pump a", Assert.Throws<InvalidDataException>(() => stream.Classify(Row(40))).Message);
        Assert.Equal(after, stream.Stream.Snapshot());
        // A stream that was brought back goes on from there, and one of a new beginning with any row.
        stream.Stream.Restore(before);
        Assert.Equal(expected.Probabilities, stream.Classify(Row(4)).Probabilities);
        stream.Reset();
        stream.Classify(Row(30));
        stream.Classify(TimeSeries.From([log[31]], new TableColumns<Logged> { { "load", r => r.Load } }));
    }

    [Fact]
    public void Numbers_are_in_the_units_of_the_target()
    {
        TableEncoder encoder = Data(new TableOptions { Inputs = ["load", "mode"], Target = "next", Horizon = 3, Window = 4 }).Encoder;
        var model = new RowNumbers(encoder.Features.Count, 6, 3, seed: 1);
        using var predictor = new TablePredictor(model, encoder);
        TableStream stream = predictor.Start();
        for (int i = 0; i < 4; i++)
        {
            double[] expected = Assert.Single(predictor.Forecast(TimeSeries.From(Readings[..(i + 1)], Inputs))), answer = stream.Forecast(Row(i));
            Assert.Equal(expected.Select(v => Math.Round(v, 3)), answer.Select(v => Math.Round(v, 3)));
        }
        model.Parameters.MarkChanged();
        Assert.NotSame(stream.Stream.Predictor, predictor.Start().Stream.Predictor);
        Assert.Contains("is a number", Assert.Throws<InvalidOperationException>(() => stream.Classify(Row(0))).Message);
    }
}
