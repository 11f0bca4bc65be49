using System.Net;
using System.Text;
using RnnDsl.Examples.Monitoring;

namespace RnnDsl.Text.Tests;

/// <summary><c>examples/Monitoring</c> on streams that are broken, lost, killed and begun anew.</summary>
public sealed class MonitorTests : IDisposable
{
    internal static readonly SurgeOptions Options = new(TimeSpan.FromMinutes(1), Window: 10, History: 60, Alpha: 1e-4, Least: 3);

    readonly TemporaryFolder folder = new();
    readonly List<string> warnings = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Lines_are_the_same_however_the_bytes_arrive()
    {
        byte[] bytes = [.. "\uFEFFfirst\r\n"u8, .. "second 🙂\n\n"u8, 0xFF, 0xFE, (byte)'\n', .. Encoding.UTF8.GetBytes(new string('x', 3 * LineReader.LongestLine)), (byte)'\n', .. "last"u8];
        var random = new Random(3);
        for (int trial = 0; trial < 20; trial++)
        {
            var reader = new LineReader(new Drops(bytes, random, trial == 0 ? bytes.Length : 1 << random.Next(1, 17)));
            var lines = new List<SourceLine>();
            while (await reader.ReadAsync(default) is { } line)
                lines.Add(line);
            lines.Add(reader.Rest()!.Value);
            Assert.Equal(["first\r", "second 🙂", "", null, null, "last"], lines.Select(l => l.Text));
            Assert.Equal("no UTF-8", lines[3].Problem);
            Assert.Equal($"more than {LineReader.LongestLine} bytes", lines[4].Problem);
            Assert.Equal(bytes.Length, lines[^1].Position);
            Assert.Equal("last", Encoding.UTF8.GetString(bytes[(int)lines[4].Position..]));
        }
    }

    /// <summary>State and file of alarms are those of some earlier moment, as after kill −9, and the file of alarms has lines that the state does not know.</summary>
    [Fact]
    public async Task A_killed_monitor_ends_as_one_that_ran_through()
    {
        string day = folder.Write("day.jsonl", string.Join('\n', MadeUpStream.Lines(perMinute: 4, seed: 3).Select(line => line.Replace("of better", "of \u00e9 better", StringComparison.Ordinal))) + "\n");
        (MonitorState whole, string alarms) = await Watch(day, "whole", null);
        Assert.InRange(whole.Lines, 5000, 7000);
        Assert.InRange(whole.Broken, 3, 40);
        Assert.NotEmpty(whole.Alarms);

        var kept = new List<(byte[] State, byte[] Alarms)>();
        await Watch(day, "killed", () =>
        {
            if (File.Exists(folder.Named("killed.json")))
                kept.Add((File.ReadAllBytes(folder.Named("killed.json")), File.Exists(folder.Named("killed.jsonl")) ? File.ReadAllBytes(folder.Named("killed.jsonl")) : []));
        });
        Assert.InRange(kept.Count, 20, 10_000);
        foreach (int at in new[] { 0, kept.Count / 3, kept.Count / 2, kept.Count - 2 })
        {
            File.WriteAllText(folder.Named("again.json"), Encoding.UTF8.GetString(kept[at].State).Replace("killed.jsonl", "again.jsonl", StringComparison.Ordinal));
            File.WriteAllBytes(folder.Named("again.jsonl"), [.. kept[at].Alarms, .. "half an al"u8]);
            (MonitorState again, string againAlarms) = await Watch(day, "again", null);
            Assert.Equal(File.ReadAllText(folder.Named("whole.json")), File.ReadAllText(folder.Named("again.json")).Replace("again.jsonl", "whole.jsonl", StringComparison.Ordinal));
            Assert.Equal(alarms, againAlarms);
            Assert.Equal(whole.Problems, again.Problems);
        }
    }

    /// <summary>The folder of state and alarms is away for a while, as a disk without room is: counting goes on, and what is to be written waits.</summary>
    [Fact]
    public async Task Files_that_cannot_be_written_for_a_moment_end_nothing_and_lose_nothing()
    {
        string day = folder.Write("day.jsonl", string.Join('\n', MadeUpStream.Lines(perMinute: 4, seed: 3).Take(4000)) + "\n");
        (MonitorState whole, string alarms) = await Watch(day, "whole", null);
        Assert.NotEmpty(alarms);
        Directory.CreateDirectory(folder.Named("out"));
        int batch = 0;
        warnings.Clear();
        (MonitorState state, string kept) = await Watch(day, "out/a", () =>
        {
            if (batch < 12 && batch % 4 == 0)
                Directory.Move(folder.Named("out"), folder.Named("away"));
            else if (batch < 12 && batch % 4 == 2)
                Directory.Move(folder.Named("away"), folder.Named("out"));
            batch++;
        });
        Assert.InRange(batch, 12, 100_000);
        Assert.Equal((whole.Lines, alarms), (state.Lines, kept));
        Assert.Equal(File.ReadAllText(folder.Named("whole.json")), File.ReadAllText(folder.Named("out/a.json")).Replace("out/a.jsonl", "whole.jsonl", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.StartsWith("State and alarms: ", StringComparison.Ordinal) && w.EndsWith("It is tried again.", StringComparison.Ordinal));
        Assert.Contains("State and alarms: it works again.", warnings);
    }

    [Fact]
    public async Task A_state_of_other_settings_or_another_file_is_refused()
    {
        string day = folder.Write("day.txt", "banks fall\n");
        await Watch(day, "a", null);
        using NewsReader reader = Reader();
        var other = new MonitorState(reader.Topics.Entries, Options with { Window = 5 }, 200);
        Assert.Contains("it was saved with topics", Assert.Throws<InvalidDataException>(() => other.Load(folder.Named("a.json"))).Message);
        File.WriteAllText(day, "");
        Assert.Contains("it is another stream now", (await Assert.ThrowsAsync<InvalidDataException>(() => Watch(day, "a", null))).Message);
        File.WriteAllText(folder.Named("a.json"), "{\"version\": 1");
        Assert.Contains("is no state that this monitor can go on with", (await Assert.ThrowsAsync<InvalidDataException>(() => Watch(day, "a", null))).Message);
    }

    /// <summary>Data on several lines are one text, the id may stand behind them, and an event with a broken line is one broken line.</summary>
    [Fact]
    public async Task Events_may_have_their_lines_in_any_order_and_number()
    {
        using var client = new HttpClient(new Answer([.. "data: first\n\ndata: {\ndata: \"text\": \"second\"}\nid: 2\n\n: nothing\n\nid: 3\ndata: "u8, 0xFF, .. "\ndata: third\n\nid: 4\ndata: "u8,
            .. Encoding.UTF8.GetBytes(new string('x', 60_000)), .. "\ndata: "u8, .. Encoding.UTF8.GetBytes(new string('y', 60_000)), .. "\n\ndata: last\n\ndata: half an ev"u8]));
        using var lines = new HttpLines(client, new Uri("http://example.test/"), default, warnings.Add);
        var events = new List<(string?, string, string?)>();
        while (await lines.ReadAsync(default) is { } line)
            events.Add((line.Text, line.Problem, lines.EventId));
        Assert.Equal([(" first", "", null), (" {  \"text\": \"second\"}", "", "2"), (null, "no UTF-8", "3"), (null, $"more than {LineReader.LongestLine} bytes", "4"), (" last", "", null)], events);
        Assert.False(lines.IsComplete);
    }

    sealed class Answer(byte[] events) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(events);
            content.Headers.ContentType = new("text/event-stream");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }

    /// <summary>The server closes the connection after some events, sends some twice, and once answers that it is busy.</summary>
    [Fact]
    public async Task Events_that_are_pushed_arrive_once_each_over_lost_connections()
    {
        using var server = new HttpListener();
        int port = Enumerable.Range(0, 100).Select(_ => Random.Shared.Next(20_000, 60_000)).First(p =>
        {
            server.Prefixes.Clear();
            server.Prefixes.Add($"http://127.0.0.1:{p}/");
            try
            {
                server.Start();
                return true;
            }
            catch (HttpListenerException)
            {
                return false;
            }
        });
        var asked = new List<string?>();
        Task serving = Task.Run(async () =>
        {
            try
            {
                for (int next = 1; ; )
                {
                    HttpListenerContext context = await server.GetContextAsync();
                    asked.Add(context.Request.Headers["Last-Event-ID"]);
                    if (asked.Count == 2)
                        context.Response.StatusCode = 503;
                    else
                    {
                        context.Response.ContentType = "text/event-stream";
                        for (int id = Math.Max(1, next - 2), end = next + 10; id < end; id++, next = id)
                            context.Response.OutputStream.Write(Encoding.UTF8.GetBytes($": comment\nevent: news\nid: {id}\ndata: {{\"text\": \"headline {id}\"}}\n\n"));
                    }
                    context.Response.Close();
                }
            }
            catch (Exception error) when (error is HttpListenerException or InvalidOperationException or IOException)
            {
                // The test is over: its reader has gone, or the server is stopped, between two requests too.
            }
        });
        var texts = new List<string>();
        var recent = new RecentLines();
        var warnings = new List<string>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (Arrival arrival in Sources.Read($"http://127.0.0.1:{port}/news", default, follow: false, again: false, warnings.Add, stop.Token))
        {
            if (arrival.Line is { } line && recent.Add(arrival.Key!.Value))
                texts.Add(line.Text);
            if (texts.Count == 35)
                break;
        }
        server.Stop();
        Assert.Equal(Enumerable.Range(1, 35).Select(i => $"headline {i}"), texts);
        Assert.Equal([null, "10", "10", "20", "30"], asked);
        Assert.Contains(warnings, w => w.Contains("503", StringComparison.Ordinal));
        await serving;
    }

    [Fact]
    public void The_page_holds_no_text_of_the_stream_as_markup_and_names_no_other_file()
    {
        var state = new MonitorState(["<b>oil</b>"], Options, keptBuckets: 200);
        for (int minute = 0; minute < 150; minute++)
            for (int line = 0; line < 20; line++)
                state.Add(DateTimeOffset.UnixEpoch.AddDays(1).AddMinutes(minute), 0, line == 0 || (minute > 120 && line < 15), "<script>alert('x')</script> & more");
        string page = Page.Write(state, FalseAlarms.Measure(state.Counts, Options, 3, 1), refreshSeconds: 10);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>oil", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; more", page);
        Assert.Contains("ALARM", page);
        Assert.Contains("<polyline", page);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        foreach (string reference in new[] { "src=", "href=", "url(", "@import" })
            Assert.DoesNotContain(reference, page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no line yet", Page.Write(new MonitorState(["oil"], Options, 200), default, null));
    }

    /// <summary>Sentiments and topics of a model that has learnt nothing: any will do here.</summary>
    internal static NewsReader Reader()
    {
        NewsData data = MadeUpNews.Create(labeled: 100, unlabeled: 100, seed: 1);
        return NewsReader.Create(data, "negative", new LearnOptions(Vector: 8, Hidden: 8, 1, 1, 16, 1e-3, 1e-3, null, Seed: 4, Threads: 1));
    }

    async Task<(MonitorState State, string Alarms)> Watch(string source, string name, Action? afterBatch)
    {
        using NewsReader reader = Reader();
        var state = new MonitorState(reader.Topics.Entries, Options with { Alpha = 0.01 }, keptBuckets: 1440);
        var monitor = new NewsMonitor(reader, state, new MonitorOptions(folder.Named($"{name}.json"), folder.Named($"{name}.jsonl"), SaveSeconds: 0, LinesPerMinute: null, warnings.Add));
        monitor.Advanced += () => afterBatch?.Invoke();
        await monitor.Run((place, stop) => Sources.Read(source, place, follow: false, again: false, _ => { }, stop), default);
        return (state, File.Exists(folder.Named($"{name}.jsonl")) ? File.ReadAllText(folder.Named($"{name}.jsonl")) : "");
    }

    /// <summary>Gives bytes in portions of any size.</summary>
    sealed class Drops(byte[] bytes, Random random, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, most + 1))], cancellationToken);
    }
}
