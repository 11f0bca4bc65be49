using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Examples;

/// <summary>Reads tables of CSV files, with options of a command line that say how a file is written and what is mended in it.</summary>
public sealed class TableFiles
{
    /// <summary>Settings of the library that its messages name, the options that stand for them, and how these are written. A program has some of these options.</summary>
    static readonly (string Setting, string Option, string Usage)[] Settings =
    [
        ("CsvOptions.Missing", "--missing", "--missing"), ("DecimalSeparator", "--decimal", "--decimal"), ("ThousandsSeparator", "--thousands", "--thousands"), ("Symbols =", "--symbols", "--symbols"),
        ("Delimiter", "--delimiter", "--delimiter"), ("CsvOptions.Encoding", "--encoding", "--encoding"), ("CsvOptions.Names", "--names", "--names"), ("HasHeader", "--no-header", "--no-header"),
        ("TimePolicy.", "--time", "--time sort,drop,fill"), ("MissingPolicy.ForwardFill", "--fill", "--fill"), ("choose a MissingPolicy", "--fill", "--fill"), ("MissingPolicy.DropEnds", "--drop-ends", "--drop-ends"), ("SkipLines", "--skip", "--skip"), ("SplitBy", "--only", "--only COLUMN=TEXT"), ("TableOptions.Group", "--group", "--group"),
    ];

    readonly Command command;
    readonly Option<string?> missing = new("--missing") { Description = "Further texts that mean a missing value, with commas between: None,--" };
    readonly Option<string?> decimals = new("--decimal") { Description = "Decimal separator; without it a point" };
    readonly Option<string?> thousands = new("--thousands") { Description = "What parts groups of digits" };
    readonly Option<string?> delimiter = new("--delimiter") { Description = "What parts fields; tab and space may be written so" };
    readonly Option<string?> symbols = new("--symbols") { Description = "Signs beside numbers to leave out: $%" };
    readonly Option<string?> encoding = new("--encoding") { Description = "latin1, utf-16, …; without it utf-8" };
    readonly Option<string?> names = new("--names") { Description = "Names of all columns, in place of the header's" };
    readonly Option<bool> noHeader = new("--no-header") { Description = "The first line holds data" };
    readonly Option<int> skip = new("--skip") { Description = "Lines before the header" };
    readonly Option<string?> time = new("--time") { Description = "Of sort,drop,fill: sorts rows by their times, drops rows of doubled times, fills missing steps" };
    readonly Option<bool> fill = new("--fill") { Description = "Gaps get the last value before them, within each group" };

    readonly Option<bool> dropEnds = new("--drop-ends") { Description = "Rows at the beginning and the end of a group that lack a value are left out, and groups without any value of a column" };

    /// <summary>Adds the options to a program.</summary>
    /// <param name="command">The program.</param>
    /// <param name="fills">Whether gaps are filled on request; a program that always fills them has no option for it.</param>
    public TableFiles(Command command, bool fills = true)
    {
        ArgumentNullException.ThrowIfNull(command);
        this.command = command;
        foreach (Option<string?> character in new[] { decimals, thousands, delimiter })
            character.Validators.Add(result => Check(result, result.GetValueOrDefault<string?>() is null or "tab" or "\\t" or "space" or { Length: 1 }, "one character (tab and space may be written so)"));
        foreach (Option<string?> list in new[] { missing, names, time })
            list.Validators.Add(CheckList);
        time.Validators.Add(result => Check(result, List(result.GetValueOrDefault<string?>()).All(what => what is "sort" or "drop" or "fill"), "some of sort, drop and fill, with commas between"));
        skip.Validators.Add(result => Check(result, result.GetValueOrDefault<int>() is >= 0 and <= 100_000, "a whole number from 0 to 100000"));
        foreach (Option option in new Option[] { missing, decimals, thousands, delimiter, symbols, encoding, names, noHeader, skip, time })
            command.Options.Add(option);
        if (!fills)
            return;
        command.Options.Add(fill);
        command.Options.Add(dropEnds);
    }

    /// <summary>Reads a table and mends it, as the options say.</summary>
    /// <param name="given">The command line.</param>
    /// <param name="file">The file.</param>
    /// <param name="group">The column that says which rows are one series; null if all are.</param>
    public TimeSeries Read(ParseResult given, string file, string? group = null)
    {
        TimeSeries table = Arrange(given, CsvSeries.Read(file, Csv(given)), group);
        MissingPolicy policy = (given.GetValue(fill) ? MissingPolicy.ForwardFill : 0) | (given.GetValue(dropEnds) ? MissingPolicy.DropEnds : 0);
        return policy == MissingPolicy.Error ? table : group is null ? table.Resolve(policy) : table.ResolveWithin(group, policy);
    }

    /// <summary>How the file is written.</summary>
    /// <exception cref="ArgumentException">There is no such encoding.</exception>
    public CsvOptions Csv(ParseResult given) => new()
    {
        Missing = [.. CsvOptions.DefaultMissing, .. List(given.GetValue(missing))], DecimalSeparator = Character(given.GetValue(decimals)) ?? '.', ThousandsSeparator = Character(given.GetValue(thousands)),
        Delimiter = Character(given.GetValue(delimiter)), Symbols = given.GetValue(symbols) ?? "", Encoding = given.GetValue(encoding) is { } name ? EncodingOf(name) : null, HasHeader = !given.GetValue(noHeader),
        Names = given.GetValue(names) is { } own ? List(own) : null, SkipLines = given.GetValue(skip),
    };

    /// <summary>Brings rows into equal steps of time, in the ways that are asked for.</summary>
    /// <param name="given">The command line.</param>
    /// <param name="table">The rows.</param>
    /// <param name="group">The column that says which rows are one series; null if all are.</param>
    public TimeSeries Arrange(ParseResult given, TimeSeries table, string? group = null)
    {
        TimePolicy policy = List(given.GetValue(time)).Aggregate(TimePolicy.AsIs, (policy, what) => policy | what switch { "sort" => TimePolicy.Sort, "drop" => TimePolicy.DropDoubles, _ => TimePolicy.FillGaps });
        return group is null ? table.Arrange(policy) : table.ArrangeWithin(group, policy);
    }

    /// <summary>A message of the library, with those options of the program that stand for the settings that it names.</summary>
    public string Explain(string message)
    {
        var own = command.Options.Select(option => option.Name).ToHashSet();
        string[] options = [.. Settings.Where(known => own.Contains(known.Option) && message.Contains(known.Setting, StringComparison.Ordinal)).Select(known => known.Usage).Distinct()];
        return message.ReplaceLineEndings(" ") + (options.Length > 0 ? $" Here: {string.Join(", ", options)}." : "");
    }

    /// <summary>Texts with commas between.</summary>
    public static string[] List(string? value) => value?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Refuses a list of texts that has the same twice, or an empty one.</summary>
    public static void CheckList(OptionResult result) =>
        Check(result, List(result.GetValueOrDefault<string?>()) is var parts && !parts.Contains("") && parts.Distinct().Count() == parts.Length, "different names with commas between");

    /// <summary>Refuses the value of an option.</summary>
    public static void Check(OptionResult result, bool isGood, string what)
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
