using System.CommandLine;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Examples.Forecasting;

/// <summary>The series that the command line asks for.</summary>
internal static class SeriesReader
{
    /// <summary>Settings of the library that its messages name, and the options here that stand for them.</summary>
    static readonly (string Setting, string Option)[] Settings =
    [
        ("CsvOptions.Missing", "--missing"), ("DecimalSeparator", "--decimal"), ("ThousandsSeparator", "--thousands"), ("Symbols =", "--symbols"), ("Delimiter", "--delimiter"),
        ("CsvOptions.Encoding", "--encoding"), ("CsvOptions.Names", "--names"), ("HasHeader", "--no-header"), ("TimePolicy.", "--time sort,drop,fill"), ("SplitBy", "--only COLUMN=TEXT"),
    ];

    public static TimeSeries Read(ParseResult given, string file, IReadOnlyList<string> columns)
    {
        (string Column, string Value)? only = Options.Only(given);
        TimeSeries series = CsvSeries.Read(file, Options.Csv(given) with { Columns = columns, Labels = only is var (column, _) ? [column] : [] });
        if (only is var (name, value))
            series = series.SplitBy(name).FirstOrDefault(part => part.Value == value).Series
                ?? throw new ArgumentException($"No row of {file} has '{value}' in column '{name}'.");
        return series.Arrange(Options.Time(given)).Resolve(MissingPolicy.DropEnds | MissingPolicy.Interpolate);
    }

    /// <summary>A message of the library, with the options that stand for the settings that it names.</summary>
    public static string WithOptions(string message)
    {
        string[] options = [.. Settings.Where(pair => message.Contains(pair.Setting, StringComparison.Ordinal)).Select(pair => pair.Option)];
        return message.ReplaceLineEndings(" ") + (options.Length > 0 ? $" Here: {string.Join(", ", options)}." : "");
    }
}
