using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

/// <summary>Rows of a table become examples: by name, by group, split without leakage, encoded as fitted on training rows.</summary>
public class TableDataTests
{
    sealed record Reading(int Machine, DateTime At, double Load, string Mode, string State);

    static readonly TableColumns<Reading> Columns = new()
    {
        { "machine", r => r.Machine }, { "at", r => r.At }, { "load", r => r.Load }, { "mode", r => r.Mode }, { "state", r => r.State },
    };

    /// <summary>Machines of 10 rows each, hour by hour; the load is the number of the row.</summary>
    static TimeSeries Table(int machines, Func<int, int, string>? state = null) => TimeSeries.From(
        from machine in Enumerable.Range(0, machines)
        from row in Enumerable.Range(0, 10)
        select new Reading(machine, new DateTime(2026, 1, 1).AddHours(6 * row), row, row % 2 == 0 ? "idle" : "full", state?.Invoke(machine, row) ?? (machine % 2 == 0 ? "good" : "bad")),
        Columns);

    /// <summary>With the load once more, as a target.</summary>
    static TimeSeries WithCopy(TimeSeries table) => table.With("copy", [.. table.DoubleColumn("load")]);

    [Fact]
    public void Missing_steps_are_found_unless_groups_have_times_of_their_own()
    {
        TimeSeries table = Table(1, (_, row) => row % 2 == 0 ? "good" : "bad");
        TimeSeries holes = TimeSeries.From(from row in Enumerable.Range(0, 10)
                                           where row is not (4 or 5)
                                           select new Reading(0, new DateTime(2026, 1, 1).AddHours(6 * row), row, "idle", row % 2 == 0 ? "good" : "bad"), Columns);
        var options = new TableOptions { Target = "state", TargetKind = TableTargetKind.Class, Inputs = ["load"], Window = 2 };
        Assert.Empty(TableData.Create(table, options, TableSplit.TrainingOnly).Findings);
        Assert.Contains("2 steps of 6 hours are missing", Assert.Single(TableData.Create(holes, options, TableSplit.TrainingOnly).Findings));
        Assert.Empty(TableData.Create(Table(3), options with { Group = "machine" }, TableSplit.TrainingOnly).Findings);
    }

    [Fact]
    public void A_target_is_no_input_of_its_own_row()
    {
        var options = new TableOptions { Target = "load", Inputs = ["load", "mode"], Window = 2 };
        Assert.Contains("would read its answer", Assert.Throws<ArgumentException>(() => TableData.Create(Table(1), options, TableSplit.TrainingOnly)).Message);
        Assert.Equal(8, TableData.Create(Table(1), options with { Ahead = 1 }, TableSplit.TrainingOnly).Train.Count);
    }

    [Fact]
    public void A_later_table_has_the_form_of_the_first_and_a_place_for_its_classes()
    {
        TimeSeries first = Table(4), later = Table(6, (machine, _) => machine % 3 == 0 ? "worn" : "good");
        var options = new TableOptions { Target = "state", Classes = ["worn", "good", "bad"], Group = "machine", Inputs = ["load", "mode"] };
        TableData before = TableData.Create(first, options, TableSplit.TrainingOnly);
        Assert.Equal(["worn", "good", "bad"], before.Encoder.Classes);
        Assert.Empty(before.Findings);
        TableData data = TableData.Create(TableEncoder.FromJson(before.Encoder.ToJson()), later, TableSplit.Stratified(0.5, 0));
        Assert.Equal((3, 0, 3), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(3, data.Train["y"].Units);
        Assert.Equal(before.Train["x"].Values.Span[..30].ToArray(), TableData.Create(before.Encoder, Table(4), TableSplit.TrainingOnly).Train["x"].Values.Span[..30].ToArray());
        Assert.Empty(data.Findings);

        Assert.Contains("Column 'state', row 9: 'good' is none of the Classes (worn, bad)", Assert.Throws<InvalidDataException>(() => TableData.Create(first, options with { Classes = ["worn", "bad"] }, TableSplit.TrainingOnly)).Message);
        Assert.Contains("'lost' is none of the names", Assert.Throws<InvalidDataException>(() => TableData.Create(before.Encoder, Table(2, (_, _) => "lost"), TableSplit.TrainingOnly)).Message);
        Assert.Contains("has no column 'state'", Assert.Throws<ArgumentException>(() => TableData.Create(before.Encoder, new TimeSeries(first.Columns, first.Values.ToArray(), [first.Labels[0], first.Labels[1]]), TableSplit.TrainingOnly)).Message);
        Assert.Contains("Class 'worn' has no training row", Assert.Throws<ArgumentException>(() => TableData.Create(first, options with { WeightName = "weight" }, TableSplit.TrainingOnly)).Message);
        foreach (TableOptions wrong in new[] { options with { Classes = [] }, options with { Classes = ["a", "a"] }, options with { Classes = [""] }, options with { Target = null }, options with { TargetKind = TableTargetKind.Number } })
            Assert.Contains("Classes", Assert.Throws<ArgumentException>(() => TableData.Create(first, wrong, TableSplit.TrainingOnly)).Message);
    }

    [Fact]
    public void A_part_that_is_empty_is_found()
    {
        TableData data = TableData.Create(WithCopy(Table(1)), new TableOptions { Target = "copy", Inputs = ["load"], Window = 4, TargetPerStep = true }, TableSplit.ByTime(0.6, 0.2));
        Assert.Equal((3, 0, 0), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(2, data.Findings.Count(finding => finding.Contains("has none of the 7 examples", StringComparison.Ordinal) && finding.Contains("4 rows", StringComparison.Ordinal)));
    }

    [Fact]
    public void Objects_become_columns_by_their_selectors()
    {
        TimeSeries table = Table(2);
        Assert.Equal(["machine", "load"], table.Columns);
        Assert.Equal(["at", "mode", "state"], table.Labels.Select(l => l.Name));
        Assert.Equal(20, table.Rows);
        Assert.Equal("2026-01-01 06:00:00", table.Label("at")[1]);
        var rows = new TableColumns<double?> { { "x", r => r }, { "isSet", r => r is not null } };
        Assert.True(float.IsNaN(TimeSeries.From([null, 2.0], rows)[0, 0]));
        Assert.Contains("no row", Assert.Throws<ArgumentException>(() => TimeSeries.From([], Columns)).Message);
    }

    [Fact]
    public void Missing_texts_and_numbers_that_are_names_are_found_until_they_are_filled()
    {
        TimeSeries table = Table(1);
        TimeSeries gaps = table.With("mode", [.. table.Label("mode").Select((mode, row) => row is 3 or 4 ? " " : mode)])
            .With("kind", [.. Enumerable.Range(0, 10).Select(row => row == 5 ? double.NaN : row % 2)])
            .With("line", [.. Enumerable.Range(0, 10).Select(row => row == 6 ? "" : "a")]);
        var options = new TableOptions { Target = "load", Inputs = ["mode", "at"], Categories = ["kind"], Group = "line", Ahead = 1, Window = 2 };
        string[] findings = [.. TableData.Create(gaps, options, TableSplit.TrainingOnly).Findings];
        Assert.Contains(findings, f => f.StartsWith("Column 'mode': 2 of 10 rows have no text, the first is row 3; they become a category of their own.", StringComparison.Ordinal)
            && f.Contains("ResolveWithin(\"line\", MissingPolicy.ForwardFill)", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.StartsWith("Column 'kind': 1 of 10 rows have no number, the first is row 5", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.StartsWith("Column 'line': 1 of 10 rows have no text, the first is row 6; they become one group. Leave such rows out, or give them a name of their own", StringComparison.Ordinal));

        foreach (MissingPolicy policy in new[] { MissingPolicy.ForwardFill, MissingPolicy.Interpolate })
        {
            TimeSeries filled = gaps.Resolve(policy);
            Assert.Equal(["idle", "idle", "full"], filled.Label("mode").Skip(3).Take(3));
            Assert.DoesNotContain(TableData.Create(filled.With("kind", [.. Enumerable.Range(0, 10).Select(row => row % 2.0)]), options, TableSplit.TrainingOnly).Findings,
                f => f.Contains("rows have no", StringComparison.Ordinal));
        }
        // A time that is repeated would be wrong, and what stands before the first text is not known.
        TimeSeries times = table.With("at", [.. table.Label("at").Select((at, row) => row == 2 ? "" : at)]).With("mode", [.. table.Label("mode").Select((mode, row) => row < 2 ? "" : mode)]);
        Assert.Equal("", times.Resolve(MissingPolicy.ForwardFill).Label("at")[2]);
        Assert.Equal(["", "", "idle"], times.Resolve(MissingPolicy.ForwardFill).Label("mode").Take(3));
        Assert.Same(table, table.Resolve(MissingPolicy.ForwardFill));

        TableEncoder encoder = TableData.Create(table, options with { Group = null, Categories = [] }, TableSplit.TrainingOnly).Encoder;
        Assert.Contains("Column 'mode', row 3: there is no text. Fill gaps with Resolve", Assert.Throws<InvalidDataException>(() => encoder.Encode(gaps)).Message);
        Assert.Contains("numbers that are missing", Assert.Throws<ArgumentException>(() => TableData.Create(gaps, options with { Group = "kind", Categories = [] }, TableSplit.TrainingOnly)).Message);
        Assert.Throws<ArgumentException>(() => table.With("load", [.. table.Label("mode")]));
        Assert.Throws<ArgumentException>(() => table.With("mode", "idle"));
    }

    [Theory]
    [InlineData("mode"), InlineData("state"), InlineData("line")]
    public void Names_that_look_alike_are_found(string column)
    {
        TimeSeries table = Table(1).With("line", [.. Enumerable.Range(0, 10).Select(_ => "a")]);
        var options = new TableOptions { Target = "state", Inputs = ["mode"], Group = "line", Window = 2 };
        Assert.DoesNotContain(TableData.Create(table, options, TableSplit.TrainingOnly).Findings, f => f.Contains("differ in white space", StringComparison.Ordinal));
        string[] texts = [.. table.Label(column)];
        TimeSeries odd = table.With(column, [.. texts.Select((text, row) => row == 9 ? text.ToUpperInvariant() + " " : text)]);
        Assert.StartsWith($"Column '{column}': '{texts[9].ToUpperInvariant()} ' and '{texts[9]}' differ in white space",
            Assert.Single(TableData.Create(odd, options, TableSplit.TrainingOnly).Findings, f => f.Contains("differ in white space", StringComparison.Ordinal)));
    }

    [Fact]
    public void Numbers_are_scaled_categories_one_hot_and_times_turn()
    {
        TableData data = TableData.Create(Table(4), new TableOptions { Target = "state", Group = "machine" }, TableSplit.TrainingOnly);
        Assert.Equal(["load", "mode = full", "mode = idle", "at: time of day (sine)", "at: time of day (cosine)"], data.Encoder.Features);
        Assert.Equal(["bad", "good"], data.Encoder.Classes);
        Assert.Equal(4, data.Train.Count);
        Assert.Equal([10, 10, 10, 10], data.Train["x"].Lengths);
        ReadOnlySpan<float> second = data.Train["x"].Step(0, 1);
        Assert.Equal((1 - 4.5) / Math.Sqrt(8.25), second[0], 1e-6);
        Assert.Equal([1f, 0f], second[1..3].ToArray());
        Assert.Equal(1, second[3], 1e-6);
        Assert.Equal(0, second[4], 1e-6);
        Assert.Equal([1f, 0f, 1f, 0f], data.Train["y"].ToArray());
    }

    [Fact]
    public void Windows_end_at_the_newest_row_and_stay_within_their_group()
    {
        TableData data = TableData.Create(WithCopy(Table(2)), new TableOptions { Target = "copy", Inputs = ["load"], Group = "machine", Window = 4, Stride = 3, Scaling = Scaling.None }, TableSplit.TrainingOnly);
        Assert.Equal(6, data.Train.Count);
        Assert.Equal([0f, 3f, 6f, 0f, 3f, 6f], Enumerable.Range(0, 6).Select(i => data.Train["x"].Step(i, 0)[0]));
        Assert.Equal([3f, 6f, 9f, 3f, 6f, 9f], data.Train["y"].ToArray());
    }

    [Fact]
    public void What_is_ahead_and_what_each_step_is()
    {
        var options = new TableOptions { Target = "load", Inputs = ["load"], Group = "machine", Window = 4, Ahead = 2, Scaling = Scaling.None };
        TableData data = TableData.Create(Table(1), options, TableSplit.TrainingOnly);
        Assert.Equal([5f, 6f, 7f, 8f, 9f], data.Train["y"].ToArray());
        Dataset now = data.Encoder.EncodeLatest(Table(1));
        Assert.Equal([6f, 7f, 8f, 9f], now["x"].ToArray());
        data = TableData.Create(Table(1), options with { TargetPerStep = true }, TableSplit.TrainingOnly);
        Assert.Equal([2f, 3f, 4f, 5f], Enumerable.Range(0, 4).Select(step => data.Train["y"].Step(0, step)[0]));
    }

    [Fact]
    public void Groups_are_named_in_the_order_of_their_newest_examples()
    {
        var options = new TableOptions { Target = "load", Inputs = ["load"], Group = "machine", Window = 3, Ahead = 1, Scaling = Scaling.None };
        TableEncoder encoder = TableData.Create(Table(3), options, TableSplit.ByTime(0.7, 0.3)).Encoder;
        TimeSeries one = Table(3).Range(20, 10);
        Assert.Equal(["0", "1", "2"], encoder.GroupsOf(Table(3)));
        Assert.Equal(["2"], encoder.GroupsOf(one));
        Assert.Equal(encoder.GroupsOf(one).Count, encoder.EncodeLatest(one).Count);
        Assert.Equal([""], encoder.GroupsOf(Table(1).Select(["load"])));
    }

    [Fact]
    public void A_horizon_makes_a_vector_of_the_rows_that_come()
    {
        var options = new TableOptions { Target = "load", Inputs = ["load"], Group = "machine", Window = 3, Ahead = 1, Horizon = 3, Scaling = Scaling.None };
        TableData data = TableData.Create(Table(2), options, TableSplit.ByTime(0.7, 0.3));
        Assert.Equal([3f, 4f, 5f, 4f, 5f, 6f, 3f, 4f, 5f, 4f, 5f, 6f], data.Train["y"].ToArray());
        Assert.Equal([7f, 8f, 9f, 7f, 8f, 9f], data.Validation["y"].ToArray());
        Assert.Equal([7f, 8f, 9f], data.Encoder.EncodeLatest(Table(1))["x"].ToArray());
        Assert.Equal(data.Encoder.ToJson(), TableEncoder.FromJson(data.Encoder.ToJson()).ToJson());
        Assert.Contains("is a class", Assert.Throws<ArgumentException>(() => TableData.Create(Table(2), options with { Target = "state" }, TableSplit.TrainingOnly)).Message);
    }

    [Fact]
    public void A_group_shorter_than_the_window_is_an_example_of_its_own()
    {
        TimeSeries table = new(["unit", "x", "y"], [1, 1, 1, 2, 2, 2, 2, 3, 3, 2, 4, 4]);
        TableData data = TableData.Create(table, new TableOptions { Target = "y", Group = "unit", Window = 2, Inputs = ["x"], Scaling = Scaling.None }, TableSplit.TrainingOnly);
        Assert.Equal([1, 2, 2], data.Train["x"].Lengths);
    }

    [Fact]
    public void Time_parts_the_rows_of_each_group_and_no_target_stands_in_two_parts()
    {
        foreach (bool perStep in new[] { false, true })
        {
            var options = new TableOptions { Target = "load", Inputs = ["load"], Group = "machine", Window = 3, Ahead = 1, TargetPerStep = perStep, Scaling = Scaling.None };
            TableData data = TableData.Create(Table(2), options, TableSplit.ByTime(0.5, 0.2));
            float[] Targets(Dataset part) => [.. part["y"].ToArray().Distinct().Order()];
            Assert.All(Targets(data.Train), row => Assert.InRange(row, 0, 4));
            Assert.All(Targets(data.Validation), row => Assert.InRange(row, 5, 6));
            Assert.All(Targets(data.Test), row => Assert.InRange(row, 7, 9));
            Assert.Equal(4, data.Train.Count);
        }
    }

    [Fact]
    public void What_is_fitted_does_not_depend_on_rows_that_are_not_trained_on()
    {
        TimeSeries table = WithCopy(Table(1));
        TimeSeries changed = table;
        foreach (string name in new[] { "load", "copy" })
            changed = changed.With(name, [.. table.DoubleColumn(name).Select((v, i) => i >= 7 ? v + 1000 : v)]);
        var options = new TableOptions { Target = "copy", Inputs = ["load", "mode"], Window = 2 };
        string fitted = TableData.Create(table, options, TableSplit.ByTime(0.7, 0.1)).Encoder.ToJson();
        Assert.Equal(fitted, TableData.Create(changed, options, TableSplit.ByTime(0.7, 0.1)).Encoder.ToJson());
    }

    [Fact]
    public void Groups_stay_whole_and_classes_keep_their_proportions()
    {
        TimeSeries table = Table(40, (machine, _) => machine % 4 == 0 ? "bad" : "good");
        var options = new TableOptions { Target = "state", Inputs = ["load"], Group = "machine", Window = 3 };
        foreach (TableSplit split in new[] { TableSplit.ByGroup(0.5, 0.25), TableSplit.Stratified(0.5, 0.25) })
        {
            TableData data = TableData.Create(table, options, split);
            Assert.Equal((20 * 8, 10 * 8, 10 * 8), (data.Train.Count, data.Validation.Count, data.Test.Count));
        }
        TableData stratified = TableData.Create(table, options, TableSplit.Stratified(0.5, 0.25));
        Assert.Equal(5 * 8, stratified.Train["y"].ToArray().Count(y => y == 0));
        Assert.Contains("share rows", Assert.Throws<ArgumentException>(() => TableData.Create(Table(1, (_, row) => row % 2 == 0 ? "bad" : "good"), options with { Group = null }, TableSplit.Stratified(0.5, 0.25))).Message);
        Assert.Contains("only one group", Assert.Throws<ArgumentException>(() => TableData.Create(Table(1), options with { Target = "load" }, TableSplit.ByGroup(0.5, 0.2))).Message);
    }

    [Fact]
    public void Classes_that_are_rare_weigh_more()
    {
        TimeSeries table = Table(4, (machine, _) => machine == 0 ? "bad" : "good");
        TableData data = TableData.Create(table, new TableOptions { Target = "state", Inputs = ["load"], Group = "machine", WeightName = "weight" }, TableSplit.TrainingOnly);
        Assert.Equal([2f, 2f / 3, 2f / 3, 2f / 3], data.Train["weight"].ToArray());
    }

    [Fact]
    public void The_encoder_is_the_same_after_it_was_written_and_read()
    {
        TimeSeries table = Table(4);
        foreach (TableOptions options in new[]
            {
                new TableOptions { Target = "state", Group = "machine", Window = 5, Ahead = 1 },
                new TableOptions { Target = "load", Group = "machine", TargetPerStep = true, AllowUnknownCategories = true, InputName = "rows" },
                new TableOptions { Categories = ["machine"], Group = "machine", Window = 1 },
            })
        {
            TableEncoder encoder = TableData.Create(table, options, TableSplit.TrainingOnly).Encoder, read = TableEncoder.FromJson(encoder.ToJson());
            Assert.Equal(encoder.ToJson(), read.ToJson());
            Dataset before = encoder.Encode(table), after = read.Encode(table);
            Assert.Equal(before.ToString(), after.ToString());
            Assert.All(before.Columns.Zip(after.Columns), pair => Assert.Equal(pair.First.ToArray(), pair.Second.ToArray()));
        }
        Assert.Throws<InvalidDataException>(() => TableEncoder.FromJson("{}"));
        Assert.Throws<InvalidDataException>(() => TableEncoder.FromJson("[1"));
    }

    [Fact]
    public void Columns_are_found_by_name_and_what_is_missing_or_unknown_is_said()
    {
        TableEncoder encoder = TableData.Create(Table(2), new TableOptions { Target = "state", Group = "machine", Inputs = ["load", "mode"] }, TableSplit.TrainingOnly).Encoder;
        var other = new TableColumns<Reading> { { "mode", r => r.Mode }, { "load", r => r.Load }, { "machine", r => r.Machine } };
        Reading[] rows = [new(7, default, 3, "full", "")];
        Assert.Equal(encoder.Encode(Table(2))["x"].Step(0, 3).ToArray(), encoder.Encode(TimeSeries.From(rows, other))["x"].Step(0, 0).ToArray());
        Assert.Contains("no column 'mode'", Assert.Throws<ArgumentException>(() => encoder.Encode(Table(1).Relabeled([]))).Message);
        Assert.Contains("'boost' is none of the names", Assert.Throws<InvalidDataException>(() => encoder.Encode(TimeSeries.From([rows[0] with { Mode = "boost" }], other))).Message);
        Assert.Contains("missing", Assert.Throws<InvalidDataException>(() => encoder.Encode(TimeSeries.From([rows[0] with { Load = double.NaN }], other))).Message);
        Assert.Contains("no column 'colour'", Assert.Throws<ArgumentException>(() => TableData.Create(Table(1), new TableOptions { Target = "colour" }, TableSplit.TrainingOnly)).Message);
    }

    [Fact]
    public void Rows_out_of_order_are_refused_and_ids_are_left_out()
    {
        TimeSeries table = Table(40);
        Assert.Contains("older than the row before", Assert.Throws<InvalidDataException>(() => TableData.Create(table, new TableOptions { Target = "load" }, TableSplit.TrainingOnly)).Message);
        LabelColumn ids = new("serial", [.. Enumerable.Range(0, table.Rows).Select(i => $"s{i}")]);
        TableData data = TableData.Create(table.Relabeled([.. table.Labels, ids]), new TableOptions { Target = "state", Group = "machine" }, TableSplit.TrainingOnly);
        Assert.Contains("serial", Assert.Single(data.Findings, f => f.Contains("serial")));
        Assert.DoesNotContain(data.Encoder.Features, f => f.StartsWith("serial", StringComparison.Ordinal));
    }

    [Fact]
    public void A_class_that_a_part_lacks_is_named_with_the_part()
    {
        var options = new TableOptions { Target = "state", Inputs = ["load"], Window = 1 };
        // The last two rows of ten test, and the two before them validate.
        TableData data = TableData.Create(Table(1, (_, row) => row is 2 or 8 or 9 ? "bad" : row == 3 ? "odd" : "good"), options, TableSplit.ByTime(0.6, 0.2));
        Assert.Contains(data.Findings, f => f.StartsWith("The validation part has no example of class 'bad', 'odd': its errors say nothing of them.", StringComparison.Ordinal));
        Assert.Contains(data.Findings, f => f.StartsWith("The test part has no example of class 'good', 'odd':", StringComparison.Ordinal));
        // Machines 0 to 5 are of one class each; three of four groups of each train, and one validates.
        data = TableData.Create(Table(6), options with { Group = "machine" }, TableSplit.Stratified(0.67, 0.33));
        Assert.DoesNotContain(data.Findings, f => f.Contains("no example of class", StringComparison.Ordinal));
        // Of a class with one group alone nothing is left to validate with.
        data = TableData.Create(Table(6, (machine, _) => machine == 0 ? "rare" : "usual"), options with { Group = "machine" }, TableSplit.Stratified(0.6, 0.4));
        Assert.Contains(data.Findings, f => f.StartsWith("The validation part has no example of class 'rare': its errors say nothing of it.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_constant_target_has_nothing_to_learn()
    {
        TimeSeries table = Table(1).With("flat", [.. Enumerable.Repeat(3.5, 10)]);
        TableData data = TableData.Create(table, new TableOptions { Target = "flat", Inputs = ["load"], Window = 1 }, TableSplit.TrainingOnly);
        string finding = Assert.Single(data.Findings);
        Assert.StartsWith("Column 'flat' is 3.5 in all 10 rows", finding);
        Assert.Contains("as a target it has nothing to learn", finding);
        data = TableData.Create(table, new TableOptions { Target = "load", Inputs = ["flat"], Window = 1 }, TableSplit.TrainingOnly);
        Assert.Contains("it tells a model nothing; leave it out", Assert.Single(data.Findings));
        var windows = new WindowOptions { Length = 2, Horizon = 1, Targets = ["flat"], Features = ["load"] };
        Assert.Contains("as a target it has nothing to learn", Assert.Single(ForecastData.Create(table, windows, new ChronologicalSplit(8, 1, 1)).Findings, f => f.Contains("'flat'", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_class_without_a_training_row_is_named()
    {
        TimeSeries table = Table(1, (_, row) => row == 9 ? "odd" : "good");
        var options = new TableOptions { Target = "state", Inputs = ["load"], Window = 2 };
        Assert.Contains("'odd' is none of the names", Assert.Throws<InvalidDataException>(() => TableData.Create(table, options, TableSplit.ByTime(0.5, 0.2))).Message);
    }

    [Fact]
    public void Rows_left_count_down_in_each_group()
    {
        TimeSeries table = new(["unit"], [1, 2, 1, 1, 2]);
        Assert.Equal([2, 1, 1, 0, 0], table.RowsLeft("unit"));
        Assert.Equal([1, 2, 3, 4, 5], table.With("n", 1, 2, 3, 4, 5).Column("n"));
        Assert.Contains("5 rows", Assert.Throws<ArgumentException>(() => table.With("n", 1, 2)).Message);
    }

    [Fact]
    public void Rows_in_messages_are_those_of_the_table()
    {
        string[] ids = [.. Enumerable.Range(0, 80).Select(row => $"g{row / 20}")];
        TimeSeries Of(int row, double value, double target = 0) => new(["x", "y"], [.. Enumerable.Range(0, 80).SelectMany(i => new[] { i == row ? value : i % 7, i == row + 1 && double.IsNaN(target) ? target : i % 5 })], [new LabelColumn("id", ids)]);
        var options = new TableOptions { Target = "y", TargetKind = TableTargetKind.Number, Inputs = ["x"], Group = "id", Window = 3 };
        Assert.Contains("row 67", Assert.Throws<InvalidDataException>(() => TableData.Create(Of(67, double.NaN), options, TableSplit.ByTime(0.6, 0.2))).Message);
        Assert.Contains("row 48: 1 targets are missing, this is the first. Leave such rows out, or fill them with ResolveWithin(\"id\", …).",
            Assert.Throws<InvalidDataException>(() => TableData.Create(Of(47, 1, double.NaN), options, TableSplit.ByTime(0.6, 0.2))).Message);
        Assert.Contains(TableData.Create(Of(47, 1e30), options, TableSplit.ByTime(0.6, 0.2)).Findings, finding => finding.Contains("1E+30 in row 47", StringComparison.Ordinal));
        Assert.Contains("no column 'z'", Assert.Throws<ArgumentException>(() => TableData.Create(Of(0, 1), options with { Target = "z" }, TableSplit.Stratified(0.6, 0.2))).Message);
    }

    /// <summary>Rows of a program's objects have the times of a file, in whichever form that writes them.</summary>
    [Fact]
    public void Times_of_objects_are_those_of_files()
    {
        DateTime start = new(2024, 2, 12);
        foreach (string form in new[] { "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm:ssZ", "dd.MM.yyyy HH:mm", "MM/dd/yyyy HH:mm", "dd/MM/yyyy HH:mm:ss" })
        {
            string[] times = [.. Enumerable.Range(0, 400).Select(hour => start.AddHours(hour).ToString(form, System.Globalization.CultureInfo.InvariantCulture))];
            var table = new TimeSeries(["x", "y"], [.. Enumerable.Range(0, 800).Select(i => i % 11.0)], [new LabelColumn("time", times)]);
            TableEncoder encoder = TableData.Create(table, new TableOptions { Target = "y", Window = 2 }, TableSplit.TrainingOnly).Encoder;
            TimeSeries objects = TimeSeries.From(Enumerable.Range(0, 400), new TableColumns<int> { { "x", row => table[row, 0] }, { "time", row => start.AddHours(row) } });
            Assert.Equal(encoder.Rows(table), encoder.Rows(objects));
        }
    }
}
