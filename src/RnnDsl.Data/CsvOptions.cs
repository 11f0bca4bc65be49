using System.Text;

namespace RnnDsl.Data;

/// <summary>How <see cref="CsvSeries"/> reads a file. The defaults read what most programs write.</summary>
public sealed record CsvOptions
{
    /// <summary>The texts that stand for a missing value unless <see cref="Missing"/> has others.</summary>
    public static IReadOnlyList<string> DefaultMissing { get; } = ["", "NA", "N/A", "NaN", "null", "?", "-"];

    /// <summary>The character between the fields of a line. If it is null, it is found: the one of comma, semicolon, tab and bar that splits the most lines, outside of quotes, into the
    /// same number of fields (one that splits the header into as many is preferred), or the one that a first line such as <c>sep=;</c> names.</summary>
    public char? Delimiter { get; init; }

    /// <summary>The character between the whole part of a number and its fraction. It is never taken for the delimiter.</summary>
    public char DecimalSeparator { get; init; } = '.';

    /// <summary>The character between the groups of three digits of a whole part, as in 1,234,567.8; null if there is none.</summary>
    public char? ThousandsSeparator { get; init; }

    /// <summary>Characters that may stand before or after a number and are ignored: "$%".</summary>
    public string Symbols { get; init; } = "";

    /// <summary>The encoding of the file. If it is null, the file is UTF-8, or UTF-16 if it begins with the byte order mark of UTF-16.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Whether the first line has the names of the columns. If it has not, the columns are called "column 1", "column 2" and so on, unless <see cref="Names"/> has their names.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The names of all columns, which replace those of the header.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>The columns that are read as numbers, in the order of the series. If it is null, they are all columns whose first value is a number and not a date.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Columns that are read as text although their first value is a number. Columns whose first value is a date or a text become labels in any case.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Texts that stand for a missing value. Letter case and spaces around them do not matter. Numbers may be among them, such as "-9.99".</summary>
    public IReadOnlyList<string> Missing { get; init; } = DefaultMissing;

    /// <summary>Lines that begin with this character are skipped; null to skip none.</summary>
    public char? Comment { get; init; }

    /// <summary>The number of lines that are skipped before the header, or before the data if there is no header.</summary>
    public int SkipLines { get; init; }

    /// <summary>The least number of rows of data. Fewer are an error.</summary>
    public int MinimumRows { get; init; } = 2;

    /// <summary>The largest number of fields in a line. More are an error.</summary>
    public int MaximumColumns { get; init; } = 16_384;

    /// <summary>The largest number of fields in the file. More are an error. A number takes about 30 bytes of memory while it is read, and a text takes more.</summary>
    public long MaximumFields { get; init; } = 50_000_000;

    /// <summary>The largest number of bytes of the file after it is unpacked, or of characters if a text is read and not a file. More are an error.</summary>
    public long MaximumBytes { get; init; } = 1L << 30;
}
