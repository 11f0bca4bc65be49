using System.CommandLine;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Examples.Forecasting;

/// <summary>What can be said on the command line.</summary>
static class Options
{
    public static readonly Option<string?> Data = new("--data") { Description = "Another series, .csv or .csv.gz; without it, monthly sunspot numbers 1749-2008" };
    public static readonly Option<string> Target = new("--target") { Description = "The column to forecast", DefaultValueFactory = _ => "Sunspots" };
    public static readonly Option<string?> Unit = new("--unit") { Description = "The unit of its values, for tables and pictures" };
    public static readonly Option<string?> Features = new("--features") { Description = "Columns to read, with commas between; without it the target alone" };
    public static readonly Option<int> Horizon = Count("--horizon", "Steps to forecast", 12);
    public static readonly Option<int> Window = Count("--window", "Steps to read", 132);
    public static readonly Option<int?> Season = new("--season") { Description = "Steps in a season, for the seasonal baseline; without it 132 for sunspots, else the horizon" };
    public static readonly Option<int> Hidden = Count("--hidden", "Units", 32, most: 4096);
    public static readonly Option<int> Epochs = Count("--epochs", "Passes over the data", 40);
    public static readonly Option<int> Seed = Count("--seed", "Of all that is random", 1);
    public static readonly Option<int> Threads = Count("--threads", "0: one for each processor", 0, least: 0, most: 1024);
    public static readonly Option<string> Output = new("--output") { Description = "Folder for models and pictures", DefaultValueFactory = _ => "forecast" };
    public static readonly Option<string?> Runs = new("--runs") { Description = "A folder that gets a folder with the record of this run: settings, curves, a page" };
    public static readonly Option<bool> Quick = new("--quick") { Description = "A short run of two epochs, to see that all works" };

    static readonly Option<string?> only = new("--only") { Description = "COLUMN=TEXT: of several series in the file the one with this text in that column" };

    public static RootCommand Root { get; } = new("Forecasts a series: trains, compares with naive forecasts, fine-tunes to recent data, saves, draws.")
    {
        Data, Target, Unit, Features, Horizon, Window, Season, Hidden, Epochs, Seed, Threads, Output, Runs, Quick, only,
    };

    public static readonly TableFiles Tables = new(Root, fills: false);

    static Options()
    {
        Season.Validators.Add(result => TableFiles.Check(result, result.GetValueOrDefault<int?>() is null or (>= 1 and <= 100_000), "a whole number from 1 to 100000"));
        Features.Validators.Add(TableFiles.CheckList);
        only.Validators.Add(result => TableFiles.Check(result, result.GetValueOrDefault<string?>() is null || result.GetValueOrDefault<string?>()!.Contains('='), "COLUMN=TEXT"));
        Root.Validators.Add(result =>
        {
            if (result.GetValue(Data) is not null && result.GetResult(Target) is null or { Implicit: true })
                result.AddError("--data needs --target COLUMN: the column to forecast.");
        });
    }

    /// <summary>Reads the series, with those of its columns that are asked for.</summary>
    public static TimeSeries Read(ParseResult given, string file, IReadOnlyList<string> columns)
    {
        (string Column, string Value)? one = given.GetValue(only)?.Split('=', 2) is [var named, var text] ? (named, text) : null;
        TimeSeries series = CsvSeries.Read(file, Tables.Csv(given) with { Columns = columns, Labels = one is var (column, _) ? [column] : [] });
        if (one is var (name, value))
            series = series.SplitBy(name).FirstOrDefault(part => part.Value == value).Series
                ?? throw new ArgumentException($"No row of {file} has '{value}' in column '{name}'.");
        series = Tables.Arrange(given, series);
        if (Missing.Count(series) is > 0 and var missing)
            Display.Say($"Note: {missing} of {series.Values.Length} values are missing; those between known ones are put on a straight line, and rows at the ends that lack one are left out.");
        return series.Resolve(MissingPolicy.DropEnds | MissingPolicy.Interpolate);
    }

    static Option<int> Count(string name, string what, int usual, int least = 1, int most = 100_000)
    {
        var option = new Option<int>(name) { Description = what, DefaultValueFactory = _ => usual };
        option.Validators.Add(result => TableFiles.Check(result, result.GetValueOrDefault<int>() is var count && count >= least && count <= most, $"a whole number from {least} to {most}"));
        return option;
    }
}
