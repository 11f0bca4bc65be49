using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using RnnDsl.Examples.Monitoring;

namespace RnnDsl.Text.Tests;

/// <summary>When <c>examples/Monitoring</c> saves its state, and what a state may be gone on with.</summary>
public sealed class MonitorRestartTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Day() => folder.Write("day.jsonl", string.Join('\n', MadeUpStream.Lines(perMinute: 4, seed: 3)) + "\n");

    NewsMonitor Monitor(string? alarms = "a.jsonl", string? source = null, double saveSeconds = 0, string state = "a.json")
    {
        NewsReader reader = MonitorTests.Reader();
        var counts = new MonitorState(reader.Topics.Entries, MonitorTests.Options with { Alpha = 0.01 }, keptBuckets: 1440) { Source = source };
        return new NewsMonitor(reader, counts, new MonitorOptions(folder.Named(state), alarms is null ? null : folder.Named(alarms), saveSeconds, LinesPerMinute: null));
    }

    static Task Run(NewsMonitor monitor, string source) => monitor.Run((place, stop) => Sources.Read(source, place, follow: false, again: false, _ => { }, stop), default);

    /// <summary>Changes the state as one of an earlier version would be, or as it was before.</summary>
    void Change(Action<JsonObject> change)
    {
        JsonObject state = JsonNode.Parse(File.ReadAllText(folder.Named("a.json")))!.AsObject();
        change(state);
        File.WriteAllText(folder.Named("a.json"), state.ToJsonString());
    }

    /// <summary>Some lines, and then none for as long as the reader waits.</summary>
    static async IAsyncEnumerable<Arrival> Quiet(int lines, [EnumeratorCancellation] CancellationToken stop)
    {
        for (int i = 1; i <= lines; i++)
            yield return new Arrival(new NewsLine($"banks fall {i}", null, null), "", new StreamPlace(i, null));
        await Task.Delay(Timeout.Infinite, stop);
    }

    [Fact]
    public async Task A_stream_that_becomes_quiet_is_saved_and_shown()
    {
        NewsMonitor monitor = Monitor(saveSeconds: 1);
        LivePage.Show(folder.Named("page.html"), monitor, seconds: 1, _ => { });
        using var stop = new CancellationTokenSource();
        Task running = monitor.Run((_, token) => Quiet(5, token), stop.Token);
        for (int i = 0; i < 600 && (SavedLines() < 5 || !File.Exists(folder.Named("page.html"))); i++)
            await Task.Delay(50);
        Assert.Equal(5, SavedLines());
        Assert.Contains("5 lines", File.ReadAllText(folder.Named("page.html")), StringComparison.Ordinal);
        // Nothing new is not written again.
        (DateTime, DateTime) written = Written();
        await Task.Delay(2500);
        Assert.Equal(written, Written());
        stop.Cancel();
        await running;

        (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(folder.Named("a.json")), File.GetLastWriteTimeUtc(folder.Named("page.html")));

        int SavedLines() => !File.Exists(folder.Named("a.json")) ? 0 : JsonNode.Parse(File.ReadAllText(folder.Named("a.json")))!["lines"]!.GetValue<int>();
    }

    /// <summary>The first state is there before the first alarm. Killed after alarms and before the second state, the monitor writes them again, and not twice.</summary>
    [Fact]
    public async Task No_alarm_is_written_before_a_state()
    {
        string day = Day();
        byte[]? first = null;
        NewsMonitor monitor = Monitor(saveSeconds: 1e6);
        await monitor.Run((place, stop) =>
        {
            first = File.ReadAllBytes(folder.Named("a.json"));
            return Sources.Read(day, place, follow: false, again: false, _ => { }, stop);
        }, default);
        string alarms = File.ReadAllText(folder.Named("a.jsonl"));
        Assert.NotEmpty(alarms);
        File.WriteAllBytes(folder.Named("a.json"), first!);
        await Run(Monitor(), day);
        Assert.Equal(alarms, File.ReadAllText(folder.Named("a.jsonl")));
    }

    /// <summary>The state knows no alarms, or those of another file, or does not say of which file, as before 0.2.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("b.jsonl")]
    [InlineData("old")]
    public async Task Alarms_of_another_run_are_written_on(string? before)
    {
        string day = Day(), name = before ?? "";
        await Run(Monitor(before is "old" ? null : before), day);
        if (before is "old")
            Change(state => state.Remove("file of alarms"));
        string old = string.Concat(Enumerable.Repeat("{\"topic\":\"of another run\"}\n", 2000));
        folder.Write("a.jsonl", old);
        await Run(Monitor(), day);
        Assert.Equal(old, File.ReadAllText(folder.Named("a.jsonl")));
        File.AppendAllText(day, string.Concat(MadeUpStream.Lines(perMinute: 4, seed: 4).Select(line => line.Replace("2026-03-02", "2026-03-03", StringComparison.Ordinal) + "\n")));
        await Run(Monitor(), day);
        string all = File.ReadAllText(folder.Named("a.jsonl"));
        Assert.StartsWith(old, all, StringComparison.Ordinal);
        Assert.InRange(all.Length, old.Length + 1, int.MaxValue);
    }

    [Fact]
    public async Task A_state_of_before_goes_on_with_its_alarms()
    {
        string day = Day();
        await Run(Monitor(), day);
        string alarms = File.ReadAllText(folder.Named("a.jsonl"));
        Change(state =>
        {
            state.Remove("file of alarms");
            state.Remove("source");
        });
        File.AppendAllText(folder.Named("a.jsonl"), "half an al");
        await Run(Monitor(source: "another"), day);
        Assert.Equal(alarms, File.ReadAllText(folder.Named("a.jsonl")));
    }

    [Fact]
    public async Task A_state_of_another_source_is_refused()
    {
        string day = Day(), name = Sources.Name(day);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Run(Monitor(source: "/no/such/file"), folder.Named("none")));
        // Nothing was read of that source, so its state is that of any.
        await Run(Monitor(source: name), day);
        await Run(Monitor(source: Sources.Name(Path.GetRelativePath(Directory.GetCurrentDirectory(), day))), day);
        foreach (string other in new[] { "/no/such/file", "standard input", "http://example.test/news" })
        {
            string said = (await Assert.ThrowsAsync<InvalidDataException>(() => Run(Monitor(source: other), day))).Message;
            Assert.Contains($"it was saved while {name} was watched, and not {other}. Give another --state to begin anew.", said, StringComparison.Ordinal);
        }
        Assert.Equal("http://example.test/news?a=1", Sources.Name("HTTP://me:secret@example.test/news?a=1"));
        Assert.Equal("standard input", Sources.Name("-"));
    }

    [Fact]
    public void A_broken_state_is_told_with_one_period()
    {
        folder.Write("a.json", "{\"version\": 1,");
        string said = Assert.Throws<InvalidDataException>(() => new MonitorState(["oil"], MonitorTests.Options, 100).Load(folder.Named("a.json"))).Message;
        Assert.DoesNotContain("..", said, StringComparison.Ordinal);
        Assert.EndsWith("Give another --state to begin anew.", said, StringComparison.Ordinal);
    }

    /// <summary>The folder is gone at the end, as a disk without room is: the run ends well, and what comes last is written before the error.</summary>
    [Fact]
    public async Task What_cannot_be_saved_at_the_end_does_not_hide_the_result()
    {
        Directory.CreateDirectory(folder.Named("out"));
        NewsMonitor monitor = Monitor(alarms: null, state: "out/a.json", saveSeconds: 1e6);
        monitor.Advanced += () => Directory.Delete(folder.Named("out"), recursive: true);
        await Run(monitor, folder.Write("day.txt", "banks fall\n"));
        Assert.Equal(1, monitor.State.Lines);
        bool isLast = false;
        Assert.Contains("out", Assert.ThrowsAny<IOException>(() => monitor.RequireSaved(() => isLast = true)).Message, StringComparison.Ordinal);
        Assert.True(isLast);
    }

    [Fact]
    public async Task A_source_that_cannot_be_begun_with_ends_the_run()
    {
        Assert.Contains("no address of HTTP", Assert.Throws<ArgumentException>(() => Sources.Name("http://")).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Run(Monitor(), "http://[bad").WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void A_model_says_which_sentiment_is_bad()
    {
        string file = folder.Named("m.safetensors");
        using (NewsReader reader = MonitorTests.Reader())
            reader.Save(file);
        NewsReader.Load(file, 1, "negative").Dispose();
        Assert.Contains("was learned with 'negative' as bad news", Assert.Throws<ArgumentException>(() => NewsReader.Load(file, 1, "positive")).Message, StringComparison.Ordinal);
    }
}
