using System.Text;

namespace RnnDsl.Data;

/// <summary>How <see cref="CsvSeries"/> reads a file. The defaults read what most programs write.</summary>
public sealed record CsvOptions
{
    /// <summary>What counts as missing unless <see cref="Missing"/> says otherwise.</summary>
    public static IReadOnlyList<string> DefaultMissing { get; } = ["", "NA", "N/A", "NaN", "null", "?", "-"];

    /// <summary>What separates the fields of a line; null to find out: comma, semicolon, tab or bar, whichever splits most lines alike,
    /// or what a first line like <c>sep=;</c> says.</summary>
    public char? Delimiter { get; init; }

    /// <summary>What separates a number's whole part from its fraction. It is never taken for the delimiter.</summary>
    public char DecimalSeparator { get; init; } = '.';

    /// <summary>What stands between the groups of three digits of a whole part, as in 1,234,567.8; null for nothing.</summary>
    public char? ThousandsSeparator { get; init; }

    /// <summary>Characters before or behind a number that are no part of it: "$%".</summary>
    public string Symbols { get; init; } = "";

    /// <summary>How the bytes of a file become letters; null for UTF-8, or UTF-16 if the file begins with its mark.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Whether the first line names the columns. Without it they are named "column 1", "column 2", …, unless
    /// <see cref="Names"/> names them.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Names of all columns, to be used in place of the header's.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Columns to read as numbers, in the order wanted; null for all whose first value is a number and not a date.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Columns to read as text although their first value is a number. The others whose first value is a date or a text become
    /// labels by themselves.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Texts that stand for a missing value, whatever their letter case; spaces around them do not matter. May be numbers that
    /// stand for one: "-9.99".</summary>
    public IReadOnlyList<string> Missing { get; init; } = DefaultMissing;

    /// <summary>Lines that begin with it are skipped; null for none.</summary>
    public char? Comment { get; init; }

    /// <summary>Lines before the header (or the data) to be skipped.</summary>
    public int SkipLines { get; init; }

    /// <summary>Fewer rows of data are an error.</summary>
    public int MinimumRows { get; init; } = 2;

    /// <summary>More fields in one line are an error.</summary>
    public int MaximumColumns { get; init; } = 16_384;

    /// <summary>More fields in all are an error. One takes some 30 bytes of memory while it is read, a text more.</summary>
    public long MaximumFields { get; init; } = 50_000_000;

    /// <summary>A longer file is an error: bytes, counted as they are unpacked (of a text that is no file: characters).</summary>
    public long MaximumBytes { get; init; } = 1L << 30;
}
