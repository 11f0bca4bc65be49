using System.Globalization;

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
          --features A,B      columns to read (default: the target alone)
          --horizon N         steps to forecast (default 12)
          --window N          steps to read (default 132)
          --season N          steps in a season, for the seasonal baseline (default: 132 for sunspots, else the horizon)
          --hidden N          units (default 32)      --epochs N   passes over the data (default 40)
          --seed N            (default 1)             --threads N  (default: all processors)
          --output DIR        where model and picture go (default: forecast)
          --quick             a short run, to see that all works
        """;

    public string? Data { get; init; }
    public string Target { get; init; } = "Sunspots";
    public string[]? Features { get; init; }
    public int Horizon { get; init; } = 12;
    public int Window { get; init; } = 132;
    public int Season { get; init; }
    public int Hidden { get; init; } = 32;
    public int Epochs { get; init; } = 40;
    public int Seed { get; init; } = 1;
    public int Threads { get; init; }
    public string Output { get; init; } = "forecast";
    public bool Quick { get; init; }

    public static Options Parse(string[] args)
    {
        var options = new Options();
        bool target = false;
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (name == "--quick")
            {
                options = options with { Quick = true, Epochs = 2 };
                continue;
            }
            string value = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : throw new UsageException($"{name} needs a value; --help lists the options.");
            target |= name == "--target";
            options = name switch
            {
                "--data" => options with { Data = value },
                "--target" => options with { Target = value },
                "--features" => options with { Features = Names(name, value) },
                "--horizon" => options with { Horizon = Count(name, value) },
                "--window" => options with { Window = Count(name, value) },
                "--season" => options with { Season = Count(name, value) },
                "--hidden" => options with { Hidden = Count(name, value, 4096) },
                "--epochs" => options with { Epochs = Count(name, value) },
                "--seed" => options with { Seed = Count(name, value) },
                "--threads" => options with { Threads = Count(name, value, 1024) },
                "--output" => options with { Output = value },
                _ => throw new UsageException($"There is no option {name}; --help lists the options."),
            };
        }
        if (options.Data is not null && !target)
            throw new UsageException("--data needs --target COLUMN: the column to forecast.");
        return options with { Season = options.Season > 0 ? options.Season : options.Data is null ? 132 : options.Horizon };
    }

    static string[] Names(string name, string value)
    {
        string[] names = value.Split(',', StringSplitOptions.TrimEntries);
        return !names.Contains("") && names.Distinct().Count() == names.Length
            ? names : throw new UsageException($"{name} needs the names of different columns with commas between, not '{value}'.");
    }

    static int Count(string name, string value, int most = 100_000) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 && count <= most
            ? count : throw new UsageException($"{name} needs a whole number from 1 to {most}, not '{value}'.");
}
