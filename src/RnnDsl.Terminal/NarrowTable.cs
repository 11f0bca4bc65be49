using Spectre.Console;

namespace RnnDsl.Terminal;

/// <summary>A table of names and numbers that no terminal is too narrow for: where its columns do not fit side by side, they stand in several tables, each with the names. Numbers are
/// never cut, and names only where one number beside them does not fit.</summary>
/// <param name="title">Above the table, or "".</param>
/// <param name="headers">Of the names, then of the numbers.</param>
sealed class NarrowTable(string title, params IReadOnlyList<string> headers)
{
    /// <summary>The width of a column besides its text: a space on both sides, and the line behind it. One of the spaces is left out if the table fits only then.</summary>
    const int Around = 3;

    const int ShortestName = 6;

    readonly List<(string[] Cells, int Marked)> rows = [];

    /// <summary>Adds a row. One of its numbers may be highlighted.</summary>
    public void Add(IEnumerable<string> cells, int marked = -1) => rows.Add(([.. cells], marked));

    public void Write(IAnsiConsole console)
    {
        int[] widths = [.. headers.Select((header, column) => rows.Select(row => row.Cells[column].Length).Append(header.Length).Max())];
        int room = console.Profile.Width - 1, widest = widths.Skip(1).DefaultIfEmpty().Max();
        int around = widths.Sum(w => w + Around) > room && widths.Sum(w => w + Around - 1) <= room ? Around - 1 : Around;
        widths[0] = Math.Min(widths[0], Math.Max(ShortestName, room - Around - (widths.Length > 1 ? widest + Around : 0)));
        bool first = true;
        for (int next = 1; first || next < widths.Length; first = false)
        {
            int begin = next, left = room - widths[0] - around;
            while (next < widths.Length && (next == begin || widths[next] + around <= left))
                left -= widths[next++] + around;
            Write(console, widths[0], begin, next, around == Around, first ? title : title.Length > 0 ? title + ", continued" : "");
        }
    }

    void Write(IAnsiConsole console, int nameWidth, int begin, int end, bool isWide, string heading)
    {
        var table = new Table();
        if (heading.Length > 0)
            table.Title(Markup.Escape(heading));
        table.AddColumn(new TableColumn(Markup.Escape(Cut(headers[0], nameWidth))).NoWrap().PadLeft(1).PadRight(isWide ? 1 : 0));
        for (int column = begin; column < end; column++)
            table.AddColumn(new TableColumn(Markup.Escape(headers[column])).RightAligned().NoWrap().PadLeft(1).PadRight(isWide ? 1 : 0));
        foreach ((string[] cells, int marked) in rows)
            table.AddRow([Markup.Escape(Cut(cells[0], nameWidth)), .. Enumerable.Range(begin, end - begin).Select(c => c == marked ? $"[bold]{Markup.Escape(cells[c])}[/]" : Markup.Escape(cells[c]))]);
        console.Write(table);
    }

    static string Cut(string name, int width) => name.Length <= width ? name : name[..(width - 1)] + "…";
}
