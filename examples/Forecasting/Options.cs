using System.Globalization;
using System.Text;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Examples.Forecasting;

/// <summary>A wrong command line; its message says what to write instead.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Help = """
        Forecasts a series: trains, compares with naive forecasts, fine-tunes to recent data, saves, draws.

          --data FILE.csv     another series (also .csv.gz); without it, monthly sunspot numbers 1749-2008
          --target COLUMN     the column to forecast
          --unit TEXT         the unit of its values, for tables and pictures
          --features A,B      columns to read (default: the target alone)
          --horizon N         steps to forecast (default 12)
          --window N          steps to read (default 132)
          --season N          steps in a season, for the seasonal baseline (default: 132 for sunspots, else the horizon)
          --hidden N          units (default 32)      --epochs N   passes over the data (default 40)
          --seed N            (default 1)             --threads N  (default: all processors)
          --output DIR        where model and picture go (default: forecast)
          --runs DIR          gets a folder with the record of this run: settings, curves, a page
          --quick             a short run, to see that all works

        How the file is written, where it cannot be found out:

          --missing A,B       further texts that mean a missing value: None,--
          --decimal C         decimal separator (default .)     --thousands C  what parts groups of digits (default: nothing)
          --delimiter C       what parts fields (a space: ' ')  --symbols C    signs beside numbers to leave out: $%
          --encoding NAME     latin1, utf-16 (default: utf-8)   --names A,B    names of all columns, in place of the header's
          --no-header         the first line holds data         --skip N       lines before the header
          --time WHAT         of sort,drop,fill: sorts rows by their times, drops rows of doubled times, fills missing steps
          --only COLUMN=TEXT  of several series in the file the one with this text in that column
        """;

    public CsvOptions Csv { get; init; } = new();
    public TimePolicy Time { get; init; }
    public (string Column, string Value)? Only { get; init; }

    public string? Data { get; init; }
    public string Target { get; init; } = "Sunspots";
    public string? Unit { get; init; }

    /// <summary>The column and its unit, as an axis says it.</summary>
    public string Quantity => Unit is null ? Target : $"{Target} ({Unit})";

    public string[]? Features { get; init; }
    public int Horizon { get; init; } = 12;
    public int Window { get; init; } = 132;
    public int Season { get; init; }
    public int Hidden { get; init; } = 32;
    public int Epochs { get; init; } = 40;
    public int Seed { get; init; } = 1;
    public int Threads { get; init; }
    public string Output { get; init; } = "forecast";
    public string? Runs { get; init; }
    public bool Quick { get; init; }

    static readonly string[] flags = ["--quick", "--no-header"];

    /// <summary>What each option with a value changes.</summary>
    static readonly Dictionary<string, Func<Options, string, Options>> changes = new()
    {
        ["--data"] = (options, value) => options with { Data = value },
        ["--target"] = (options, value) => options with { Target = value },
        ["--unit"] = (options, value) => options with { Unit = value },
        ["--features"] = (options, value) => options with { Features = Names("--features", value) },
        ["--horizon"] = (options, value) => options with { Horizon = Count("--horizon", value) },
        ["--window"] = (options, value) => options with { Window = Count("--window", value) },
        ["--season"] = (options, value) => options with { Season = Count("--season", value) },
        ["--hidden"] = (options, value) => options with { Hidden = Count("--hidden", value, 4096) },
        ["--epochs"] = (options, value) => options with { Epochs = Count("--epochs", value) },
        ["--seed"] = (options, value) => options with { Seed = Count("--seed", value) },
        ["--threads"] = (options, value) => options with { Threads = Count("--threads", value, 1024) },
        ["--output"] = (options, value) => options with { Output = value },
        ["--runs"] = (options, value) => options with { Runs = value },
        ["--missing"] = (options, value) => options with { Csv = options.Csv with { Missing = [.. CsvOptions.DefaultMissing, .. Names("--missing", value)] } },
        ["--decimal"] = (options, value) => options with { Csv = options.Csv with { DecimalSeparator = Character("--decimal", value) } },
        ["--thousands"] = (options, value) => options with { Csv = options.Csv with { ThousandsSeparator = Character("--thousands", value) } },
        ["--delimiter"] = (options, value) => options with { Csv = options.Csv with { Delimiter = Character("--delimiter", value) } },
        ["--symbols"] = (options, value) => options with { Csv = options.Csv with { Symbols = value } },
        ["--encoding"] = (options, value) => options with { Csv = options.Csv with { Encoding = EncodingOf(value) } },
        ["--names"] = (options, value) => options with { Csv = options.Csv with { Names = Names("--names", value) } },
        ["--skip"] = (options, value) => options with { Csv = options.Csv with { SkipLines = Count("--skip", value) } },
        ["--time"] = (options, value) => options with { Time = Names("--time", value).Aggregate(TimePolicy.AsIs, (policy, what) => policy | Policy(what)) },
        ["--only"] = (options, value) => options with { Only = value.Split('=', 2) is [var column, var text] ? (column, text) : throw new UsageException($"--only needs COLUMN=TEXT, not '{value}'.") },
    };

    public static Options Parse(string[] args)
    {
        var options = new Options();
        bool target = false;
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (flags.Contains(name))
            {
                options = name == "--quick" ? options with { Quick = true, Epochs = 2 } : options with { Csv = options.Csv with { HasHeader = false } };
                continue;
            }
            if (!changes.TryGetValue(name, out Func<Options, string, Options>? change))
                throw new UsageException($"There is no option '{name}'. {NearestName.Hint(name, [.. flags, .. changes.Keys])}");
            // A text that means a missing value may look like an option.
            string value = i + 1 < args.Length && (name == "--missing" || !args[i + 1].StartsWith("--", StringComparison.Ordinal)) ? args[++i] : throw new UsageException($"{name} needs a value; --help lists the options.");
            target |= name == "--target";
            options = change(options, value);
        }
        if (options.Data is not null && !target)
            throw new UsageException("--data needs --target COLUMN: the column to forecast.");
        return options with { Unit = options.Unit ?? (options.Data is null ? "monthly mean" : null), Season = options.Season > 0 ? options.Season : options.Data is null ? 132 : options.Horizon };
    }

    static string[] Names(string name, string value)
    {
        string[] names = value.Split(',', StringSplitOptions.TrimEntries);
        return !names.Contains("") && names.Distinct().Count() == names.Length
            ? names : throw new UsageException($"{name} needs the names of different columns with commas between, not '{value}'.");
    }

    static char Character(string name, string value) => value switch
    {
        [char one] => one,
        "tab" or "\\t" => '\t',
        "space" => ' ',
        _ => throw new UsageException($"{name} needs one character (tab and space may be written so), not '{value}'."),
    };

    static TimePolicy Policy(string what) => what switch
    {
        "sort" => TimePolicy.Sort,
        "drop" => TimePolicy.DropDoubles,
        "fill" => TimePolicy.FillGaps,
        _ => throw new UsageException($"--time takes sort, drop and fill with commas between, not '{what}'."),
    };

    static Encoding EncodingOf(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"--encoding '{name}' is not known; there are {string.Join(", ", Encoding.GetEncodings().Select(known => known.Name))}.");
        }
    }

    static int Count(string name, string value, int most = 100_000) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 && count <= most
            ? count : throw new UsageException($"{name} needs a whole number from 1 to {most}, not '{value}'.");
}
