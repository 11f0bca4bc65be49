using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
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

    // How the file is written, where it cannot be found out.
    static readonly Option<string?> missing = new("--missing") { Description = "Further texts that mean a missing value, with commas between: None,--" };
    static readonly Option<string?> decimals = new("--decimal") { Description = "Decimal separator; without it a point" };
    static readonly Option<string?> thousands = new("--thousands") { Description = "What parts groups of digits" };
    static readonly Option<string?> delimiter = new("--delimiter") { Description = "What parts fields; tab and space may be written so" };
    static readonly Option<string?> symbols = new("--symbols") { Description = "Signs beside numbers to leave out: $%" };
    static readonly Option<string?> encoding = new("--encoding") { Description = "latin1, utf-16, …; without it utf-8" };
    static readonly Option<string?> names = new("--names") { Description = "Names of all columns, in place of the header's" };
    static readonly Option<bool> noHeader = new("--no-header") { Description = "The first line holds data" };
    static readonly Option<int> skip = Count("--skip", "Lines before the header", 0, least: 0);
    static readonly Option<string?> time = new("--time") { Description = "Of sort,drop,fill: sorts rows by their times, drops rows of doubled times, fills missing steps" };
    static readonly Option<string?> only = new("--only") { Description = "COLUMN=TEXT: of several series in the file the one with this text in that column" };

    public static RootCommand Root { get; } = new("Forecasts a series: trains, compares with naive forecasts, fine-tunes to recent data, saves, draws.")
    {
        Data, Target, Unit, Features, Horizon, Window, Season, Hidden, Epochs, Seed, Threads, Output, Runs, Quick, missing, decimals, thousands, delimiter, symbols, encoding, names, noHeader, skip, time, only,
    };

    static Options()
    {
        Season.Validators.Add(result => Check(result, result.GetValueOrDefault<int?>() is null or (>= 1 and <= 100_000), "a whole number from 1 to 100000"));
        foreach (Option<string?> character in new[] { decimals, thousands, delimiter })
            character.Validators.Add(result => Check(result, result.GetValueOrDefault<string?>() is null or "tab" or "\\t" or "space" or { Length: 1 }, "one character (tab and space may be written so)"));
        foreach (Option<string?> list in new[] { Features, missing, names, time })
            list.Validators.Add(result => Check(result, result.GetValueOrDefault<string?>() is null || (List(result.GetValueOrDefault<string?>()) is var parts && !parts.Contains("") && parts.Distinct().Count() == parts.Length),
                "different names with commas between"));
        time.Validators.Add(result => Check(result, List(result.GetValueOrDefault<string?>()).All(what => what is "sort" or "drop" or "fill"), "some of sort, drop and fill, with commas between"));
        only.Validators.Add(result => Check(result, result.GetValueOrDefault<string?>() is null || result.GetValueOrDefault<string?>()!.Contains('='), "COLUMN=TEXT"));
        Root.Validators.Add(result =>
        {
            if (result.GetValue(Data) is not null && result.GetResult(Target) is null or { Implicit: true })
                result.AddError("--data needs --target COLUMN: the column to forecast.");
        });
    }

    /// <summary>How the file is written.</summary>
    /// <exception cref="ArgumentException">There is no such encoding.</exception>
    public static CsvOptions Csv(ParseResult given) => new()
    {
        Missing = [.. CsvOptions.DefaultMissing, .. List(given.GetValue(missing))], DecimalSeparator = Character(given.GetValue(decimals)) ?? '.', ThousandsSeparator = Character(given.GetValue(thousands)),
        Delimiter = Character(given.GetValue(delimiter)), Symbols = given.GetValue(symbols) ?? "", Encoding = given.GetValue(encoding) is { } name ? EncodingOf(name) : null, HasHeader = !given.GetValue(noHeader),
        Names = given.GetValue(names) is { } own ? List(own) : null, SkipLines = given.GetValue(skip),
    };

    public static TimePolicy Time(ParseResult given) =>
        List(given.GetValue(time)).Aggregate(TimePolicy.AsIs, (policy, what) => policy | what switch { "sort" => TimePolicy.Sort, "drop" => TimePolicy.DropDoubles, _ => TimePolicy.FillGaps });

    public static (string Column, string Value)? Only(ParseResult given) => given.GetValue(only)?.Split('=', 2) is [var column, var text] ? (column, text) : null;

    /// <summary>Texts with commas between.</summary>
    public static string[] List(string? value) => value?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    static Option<int> Count(string name, string what, int usual, int least = 1, int most = 100_000)
    {
        var option = new Option<int>(name) { Description = what, DefaultValueFactory = _ => usual };
        option.Validators.Add(result => Check(result, result.GetValueOrDefault<int>() is var count && count >= least && count <= most, $"a whole number from {least} to {most}"));
        return option;
    }

    static void Check(OptionResult result, bool isGood, string what)
    {
        if (!isGood)
            result.AddError($"{result.Option.Name} needs {what}.");
    }

    static char? Character(string? value) => value switch { null => null, "tab" or "\\t" => '\t', "space" => ' ', _ => value[0] };

    static Encoding EncodingOf(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new ArgumentException($"--encoding '{name}' is not known; there are {string.Join(", ", Encoding.GetEncodings().Select(known => known.Name))}.");
        }
    }
}
