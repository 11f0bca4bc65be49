using System.Globalization;
using Spectre.Console;

namespace RnnDsl.Examples.Monitoring;

/// <summary>The monitor in a terminal: a table that changes in its place. Where the output is none, alarms are written as they come, and the table once at the end.</summary>
static class Screen
{
    static readonly TimeSpan between = TimeSpan.FromSeconds(0.5);

    public static async Task Show(NewsMonitor monitor, Func<Task> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive)
        {
            monitor.AlarmChanged += alarm => Console.WriteLine(Describe(alarm, monitor.State));
            await run();
            AnsiConsole.Write(Table(monitor.State));
            WriteProblems(monitor.State);
            return;
        }
        await AnsiConsole.Live(Table(monitor.State)).StartAsync(async live =>
        {
            long last = System.Diagnostics.Stopwatch.GetTimestamp();
            monitor.Advanced += () =>
            {
                if (System.Diagnostics.Stopwatch.GetElapsedTime(last) < between)
                    return;
                last = System.Diagnostics.Stopwatch.GetTimestamp();
                live.UpdateTarget(Table(monitor.State));
            };
            await run();
            live.UpdateTarget(Table(monitor.State));
        });
        WriteProblems(monitor.State);
        foreach (Alarm alarm in monitor.State.Alarms)
            Console.WriteLine(Describe(alarm, monitor.State));
    }

    /// <summary>Why lines were not counted, the most frequent reasons first.</summary>
    static void WriteProblems(MonitorState state)
    {
        foreach ((string problem, long count) in state.Problems.OrderByDescending(p => p.Value))
            Console.WriteLine(FormattableString.Invariant($"{count:N0} line{(count == 1 ? " was" : "s were")} not counted: {problem}."));
    }

    public static string Describe(Alarm alarm, MonitorState state) => alarm.Until is { } until
        ? string.Create(CultureInfo.InvariantCulture, $"{alarm.From:yyyy-MM-dd HH:mm} to {until:HH:mm}  {state.Topics[alarm.Topic]}: surge of bad news, over now")
        : string.Create(CultureInfo.InvariantCulture, $"{alarm.From:yyyy-MM-dd HH:mm}  {state.Topics[alarm.Topic]}: SURGE of bad news, {alarm.Negative} in the window, {alarm.Expected:F1} expected, p = {alarm.PValue:G2}\n{string.Concat(alarm.Headlines.Select(h => $"    {h}\n"))}").TrimEnd();

    static Table Table(MonitorState state)
    {
        var table = new Table().Title(state.Counts.Current < 0 ? "waiting for lines" : Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"until {state.EndOf(state.Counts.Current):yyyy-MM-dd HH:mm} UTC, {state.Lines:N0} lines, {state.Broken:N0} broken{Repeated(state)}")));
        table.AddColumn("topic");
        foreach (string name in new[] { "lines", "negative", "window", "expected", "p", "state" })
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (TopicRow row in TopicRow.All(state))
            table.AddRow(Markup.Escape(row.Topic), Text($"{row.Lines:N0}"), Text($"{row.Negative:N0}"), Text($"{row.Look.Negative:N0}"), row.Expected, Text($"{row.Look.PValue:G2}"), row.InAlarm ? "[red bold]ALARM[/]" : "quiet");
        return table;
    }

    /// <summary>", 4 sent again", if there are any.</summary>
    public static string Repeated(MonitorState state) => state.Repeated == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {state.Repeated:N0} sent again");

    static string Text(FormattableString text) => Markup.Escape(text.ToString(CultureInfo.InvariantCulture));
}
