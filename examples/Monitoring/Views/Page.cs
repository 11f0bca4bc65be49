using System.Globalization;
using System.Net;
using System.Text;
using RnnDsl.Storage;

namespace RnnDsl.Examples.Monitoring;

/// <summary>The monitor as one page of HTML that needs no other file, with a curve for each topic. A browser loads it anew by itself.</summary>
static class Page
{
    const int Width = 860, Height = 120, Left = 44, Bottom = 20, MostPoints = 400, MostAlarms = 50;

    const string Style = """
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 56em; padding: 0 1em; color: #1d2733; background: #fff }
        h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin: 1.6em 0 .3em } table { border-collapse: collapse; width: 100% }
        th, td { padding: .25em .7em; border-bottom: 1px solid #d9dfe6; text-align: right; vertical-align: top } th:first-child, td:first-child, .text { text-align: left } td { white-space: nowrap } td.text { white-space: normal }
        .alarm { color: #b3261e; font-weight: 600 } .quiet { color: #5c6b7a } svg { width: 100%; height: auto; display: block } ul { margin: 0; padding-left: 1.1em }
        """;

    public static void Save(string path, MonitorState state, FalseAlarms falseAlarms, double? refreshSeconds)
    {
        byte[] text = Encoding.UTF8.GetBytes(Write(state, falseAlarms, refreshSeconds));
        AtomicFile.Write(path, stream => stream.Write(text));
    }

    public static string Write(MonitorState state, FalseAlarms falseAlarms, double? refreshSeconds)
    {
        var html = new StringBuilder();
        Add($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>News monitor</title>\n<style>\n{Style}\n</style>\n");
        if (refreshSeconds is { } seconds)
            Add($"<meta http-equiv=\"refresh\" content=\"{seconds:F0}\">\n");
        string clock = state.Counts.Current < 0 ? "no line yet" : $"{state.EndOf(state.Counts.Current):yyyy-MM-dd HH:mm} UTC";
        Add($"</head>\n<body>\n<h1>News monitor</h1>\n<p>Stream until {clock}: {state.Lines:N0} lines, {state.Broken:N0} left out as broken{Escape(Reasons(state))}{Screen.Repeated(state)}.</p>\n");
        Topics();
        Add($"<p class=\"quiet\">A window of {state.Options.Window * state.Options.Bucket.TotalMinutes:0.#} minutes is compared with the {state.Options.History * state.Options.Bucket.TotalMinutes:0.#} minutes before it; an alarm begins below p = {state.Options.Alpha:G2}. {Escape(falseAlarms.ToString())}.</p>\n");
        Alarms();
        for (int topic = 0; topic < state.Topics.Count && state.Counts.Current >= 0; topic++)
            Add($"<h2>{Escape(state.Topics[topic])}</h2>\n{Curve(state, topic)}");
        Add($"</body>\n</html>\n");
        return html.ToString();

        void Add(FormattableString text) => html.Append(text.ToString(CultureInfo.InvariantCulture));

        void Topics()
        {
            Add($"<table id=\"topics\">\n<tr><th>topic</th><th>lines</th><th>negative</th><th>in the window</th><th>expected</th><th>p</th><th>state</th></tr>\n");
            foreach (TopicRow row in TopicRow.All(state))
                Add($"<tr><td>{Escape(row.Topic)}</td><td>{row.Lines:N0}</td><td>{row.Negative:N0}</td><td>{row.Look.Negative:N0}</td><td>{row.Expected}</td><td>{row.Look.PValue:G2}</td><td class=\"{(row.InAlarm ? "alarm" : "quiet")}\">{(row.InAlarm ? "ALARM" : "quiet")}</td></tr>\n");
            Add($"</table>\n");
        }

        void Alarms()
        {
            Add($"<h2>Alarms</h2>\n");
            if (state.Alarms.Count == 0)
                Add($"<p class=\"quiet\">None.</p>\n");
            else
                Add($"<table id=\"alarms\">\n<tr><th>topic</th><th>from</th><th>until</th><th>negative</th><th>expected</th><th>p</th><th class=\"text\">headlines</th></tr>\n");
            foreach (Alarm alarm in state.Alarms.AsEnumerable().Reverse().Take(MostAlarms))
                Add($"<tr><td class=\"alarm\">{Escape(state.Topics[alarm.Topic])}</td><td>{alarm.From:MM-dd HH:mm}</td><td>{(alarm.Until is { } end ? $"{end:MM-dd HH:mm}" : "now")}</td><td>{alarm.Negative}</td><td>{alarm.Expected:F1}</td><td>{alarm.PValue:G2}</td><td class=\"text\"><ul>{string.Concat(alarm.Headlines.Select(h => $"<li>{Escape(h)}</li>"))}</ul></td></tr>\n");
            if (state.Alarms.Count > 0)
                Add($"</table>\n");
        }
    }

    /// <summary>" (broken JSON 3, no UTF-8 1)".</summary>
    static string Reasons(MonitorState state) => state.Problems.Count == 0 ? "" : $" ({string.Join(", ", state.Problems.OrderByDescending(p => p.Value).Take(5).Select(p => $"{p.Key} {p.Value}"))})";

    /// <summary>Negative lines in the window and what was expected, over the time that is kept. Alarms are shaded. Letters are the browser's, so no font is needed here.</summary>
    static string Curve(MonitorState state, int topic)
    {
        Counts counts = state.Counts;
        long oldest = counts.Oldest, span = Math.Max(1, counts.Current - oldest), step = Math.Max(1, span / MostPoints);
        var looks = new List<(long Bucket, Look Look)>();
        for (long bucket = oldest; bucket <= counts.Current; bucket += step)
            looks.Add((bucket, counts.Test(topic, bucket, state.Options)));
        double most = Math.Max(4, looks.Max(l => Math.Max(l.Look.Negative, double.IsNaN(l.Look.Expected) ? 0 : l.Look.Expected)));
        var svg = new StringBuilder();
        Add($"<svg viewBox=\"0 0 {Width} {Height + Bottom}\" role=\"img\" aria-label=\"negative lines: {Escape(state.Topics[topic])}\" font-size=\"11\" fill=\"#5c6b7a\">\n");
        foreach (Alarm alarm in state.Alarms.Where(a => a.Topic == topic && (a.Until is null || Bucket(a.Until.Value) >= oldest)))
        {
            double from = X(Math.Max(oldest, Bucket(alarm.From))), until = X(alarm.Until is { } end ? Bucket(end) : counts.Current);
            Add($"<rect x=\"{from:F1}\" y=\"0\" width=\"{Math.Max(2, until - from):F1}\" height=\"{Height}\" fill=\"#f9d6d2\"><title>alarm from {alarm.From:HH:mm}</title></rect>\n");
        }
        for (int line = 0; line <= 2; line++)
            Add($"<line x1=\"{Left}\" x2=\"{Width}\" y1=\"{Y(most * line / 2):F1}\" y2=\"{Y(most * line / 2):F1}\" stroke=\"#d9dfe6\"/><text x=\"{Left - 6}\" y=\"{Y(most * line / 2) + 4:F1}\" text-anchor=\"end\">{most * line / 2:0.#}</text>\n");
        for (int tick = 0; tick <= 4; tick++)
            Add($"<text x=\"{X(oldest + span * tick / 4):F1}\" y=\"{Height + 15}\" text-anchor=\"{(tick == 0 ? "start" : tick == 4 ? "end" : "middle")}\">{state.EndOf(oldest + span * tick / 4):HH:mm}</text>\n");
        Line("#8fa3b8", look => look.Expected);
        Line("#b3261e", look => look.Negative);
        Add($"<text x=\"{Left + 8}\" y=\"12\"><tspan fill=\"#b3261e\">negative lines in the window</tspan> <tspan fill=\"#5c6b7a\">and expected</tspan></text>\n</svg>\n");
        return svg.ToString();

        void Line(string color, Func<Look, double> value) => Add(
            $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\" points=\"{string.Join(' ', looks.Where(l => !double.IsNaN(value(l.Look))).Select(l => string.Create(CultureInfo.InvariantCulture, $"{X(l.Bucket):F1},{Y(value(l.Look)):F1}")))}\"/>\n");

        double X(long bucket) => Left + (double)(bucket - oldest) / span * (Width - Left);

        double Y(double value) => Height - value / most * (Height - 6);

        long Bucket(DateTimeOffset end) => (end - DateTimeOffset.UnixEpoch).Ticks / state.Options.Bucket.Ticks - 1;

        void Add(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
    }

    static string Escape(string text) => WebUtility.HtmlEncode(text);
}
