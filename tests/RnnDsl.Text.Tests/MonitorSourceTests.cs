using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using RnnDsl.Examples.Monitoring;

namespace RnnDsl.Text.Tests;

/// <summary>Sources of <c>examples/Monitoring</c> that change while they are read: logs that are rotated, servers that send again or are away, disks without room.</summary>
public sealed class MonitorSourceTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A source that is read in the background, with what it gave so far.</summary>
    sealed class Reading : IAsyncDisposable
    {
        readonly CancellationTokenSource stop = new();
        readonly Task reading;
        readonly ConcurrentQueue<Arrival> arrivals = [];

        public Reading(string source, bool follow = true, StreamPlace place = default) => reading = Task.Run(async () =>
        {
            await foreach (Arrival arrival in Sources.Read(source, place, follow, again: false, Warnings.Enqueue, stop.Token))
                arrivals.Enqueue(arrival);
        });

        public ConcurrentQueue<string> Warnings { get; } = [];

        public IEnumerable<string> Texts => arrivals.Select(a => a.Line?.Text ?? "");

        /// <summary>Waits for a number of lines and warnings.</summary>
        public async Task<Arrival> Has(int lines, int warnings = 0)
        {
            for (int i = 0; (arrivals.Count < lines || Warnings.Count < warnings) && i < 3000 && !reading.IsFaulted; i++)
                await Task.Delay(10);
            if (reading.IsFaulted)
                await reading;
            Assert.Equal((lines, warnings), (arrivals.Count, Warnings.Count));
            return arrivals.LastOrDefault();
        }

        public async ValueTask DisposeAsync()
        {
            stop.Cancel();
            try
            {
                await reading;
            }
            catch (OperationCanceledException)
            {
                // That is how the reading of a file that is followed ends.
            }
            stop.Dispose();
        }
    }

    [Fact]
    public async Task A_file_that_is_cut_is_read_from_its_start()
    {
        string log = folder.Write("wire.log", "one\ntwo\nthr");
        await using var reading = new Reading(log);
        await reading.Has(2);
        File.AppendAllText(log, "ee\n");
        Assert.Equal(14, (await reading.Has(3)).Place.Position);
        using (var cut = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            cut.SetLength(0);
            cut.Write("four\nfi"u8);
        }
        Assert.Equal(5, (await reading.Has(4, warnings: 1)).Place.Position);
        File.AppendAllText(log, "ve\nsix\n");
        await reading.Has(6, warnings: 1);
        Assert.Equal(["one", "two", "three", "four", "five", "six"], reading.Texts);
        Assert.Contains($"{log} was cut to", Assert.Single(reading.Warnings));
    }

    /// <summary>Who writes may go on with the old file after it was renamed, until the new one has something in it.</summary>
    [Fact]
    public async Task A_file_that_is_renamed_is_read_to_its_end_and_then_its_successor()
    {
        string log = folder.Write("wire.log", "one\ntwo\n"), old = folder.Named("wire.log.1");
        await using var reading = new Reading(log);
        await reading.Has(2);
        File.Move(log, old);
        await Task.Delay(500);
        File.WriteAllText(log, "");
        File.AppendAllText(old, "three\nfour");
        await reading.Has(3);
        File.WriteAllText(log, "five\nsix\n");
        Assert.Equal(9, (await reading.Has(6, warnings: 1)).Place.Position);
        Assert.Equal(["one", "two", "three", "four", "five", "six"], reading.Texts);
        Assert.Equal($"{log} is another file now. It is read from its start.", Assert.Single(reading.Warnings));
    }

    /// <summary>A file that many lines are written to while it is read, also by way of a link, is never taken for another one.</summary>
    [Fact]
    public async Task A_file_that_grows_is_no_other_file()
    {
        string log = folder.Write("wire.log", ""), link = folder.Named("link.log");
        File.CreateSymbolicLink(link, log);
        await using var reading = new Reading(link);
        using (var writer = new StreamWriter(new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true })
            for (int i = 0; i < 10_000; i++)
            {
                writer.Write($"line {i}\n");
                if (i % 100 == 0)
                    await Task.Delay(4);
            }
        await reading.Has(10_000);
        await Task.Delay(500);
        await reading.Has(10_000);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"line {i}"), reading.Texts);
    }

    [Fact]
    public async Task A_file_that_was_rotated_while_nobody_watched_is_read_from_its_start_if_it_is_followed()
    {
        string log = folder.Write("wire.log", "one\n");
        await using (var reading = new Reading(log, follow: true, new StreamPlace(100, null)))
            await reading.Has(1, warnings: 1);
        Assert.Contains("it is another stream now", Assert.Throws<InvalidDataException>(() => new FileLines(log, 100, follow: false, again: false, _ => { })).Message);
    }

    /// <summary>What a transfer that broke off has left: its end, or the data in the middle, is missing.</summary>
    [Fact]
    public async Task A_packed_file_that_was_cut_short_is_no_whole_file()
    {
        byte[] text = [.. Enumerable.Range(0, 4000).SelectMany(i => Encoding.UTF8.GetBytes($"line {i} {i * 7919L % 10007}\n"))];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            gzip.Write(text);
        string file = folder.Named("wire.gz");
        File.WriteAllBytes(file, packed.ToArray());
        await using (var whole = new Reading(file, follow: false))
            await whole.Has(4000);
        await using (var rest = new Reading(file, follow: false, new StreamPlace(text.Length - 5, null)))
            await rest.Has(1);
        foreach (int length in new[] { (int)packed.Length - 8, (int)packed.Length / 2, 12 })
        {
            File.WriteAllBytes(file, packed.ToArray()[..length]);
            using var lines = new FileLines(file, 0, follow: false, again: false, _ => { });
            string said = (await Assert.ThrowsAsync<InvalidDataException>(async () =>
            {
                while (await lines.ReadAsync(default) is not null)
                {
                }
            })).Message;
            Assert.StartsWith($"{file}: the gzip data are broken or cut short (", said, StringComparison.Ordinal);
        }
        Assert.Contains("cut short", Assert.Throws<InvalidDataException>(() => new FileLines(file, 1000, follow: false, again: false, _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_read_as_standard_input_is()
    {
        if (!OperatingSystem.IsLinux())
            return; // Elsewhere an anonymous pipe has no name.
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        await using var reading = new Reading($"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}", follow: false, new StreamPlace(100, null));
        pipe.Write("one\ntwo"u8);
        await reading.Has(1);
        pipe.DisposeLocalCopyOfClientHandle();
        pipe.Dispose();
        await reading.Has(2);
        Assert.Equal(["one", "two"], reading.Texts);
    }

    /// <summary>Serves requests one after the other, each as it is told.</summary>
    static (HttpListener Server, string Address) Serve(Action<int, HttpListenerResponse> answer)
    {
        var server = new HttpListener();
        string address = "";
        for (int trial = 0; !server.IsListening; trial++)
            try
            {
                address = $"http://127.0.0.1:{Random.Shared.Next(20_000, 60_000)}/";
                server.Prefixes.Clear();
                server.Prefixes.Add(address);
                server.Start();
            }
            catch (HttpListenerException) when (trial < 100)
            {
                server = new HttpListener();
            }
        HttpListener started = server;
        Task.Run(async () =>
        {
            try
            {
                for (int request = 0; ; request++)
                {
                    HttpListenerContext context = await started.GetContextAsync();
                    answer(request, context.Response);
                    context.Response.Close();
                }
            }
            catch (Exception error) when (error is HttpListenerException or InvalidOperationException or IOException)
            {
                // The test is over.
            }
        });
        return (server, address);
    }

    static void Write(HttpListenerResponse response, string type, IEnumerable<string> lines)
    {
        response.ContentType = type;
        foreach (string line in lines)
            response.OutputStream.Write(Encoding.UTF8.GetBytes(line));
    }

    async Task<MonitorState> Watch(string address, long until, string name = "h.json")
    {
        using NewsReader reader = MonitorTests.Reader();
        var state = new MonitorState(reader.Topics.Entries, MonitorTests.Options, keptBuckets: 1440);
        var monitor = new NewsMonitor(reader, state, new MonitorOptions(folder.Named(name), null, SaveSeconds: 0, LinesPerMinute: 10));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        monitor.Advanced += () =>
        {
            if (monitor.Taken >= until)
                stop.Cancel();
        };
        await monitor.Run((place, token) => Sources.Read(address, place, follow: false, again: false, _ => { }, token), stop.Token);
        return state;
    }

    [Fact]
    public async Task Lines_whose_numbers_do_not_rise_are_counted()
    {
        (HttpListener server, string address) = Serve((_, response) => Write(response, "application/x-ndjson", Enumerable.Range(0, 101).Select(i => $"{{\"text\":\"cuts {i}\",\"id\":{(i == 0 ? 500 : i)}}}\n")));
        using (server)
        {
            MonitorState state = await Watch(address, 101);
            Assert.Equal((101, 0, 0), (state.Lines, state.Repeated, state.Broken));
        }
    }

    /// <summary>Every connection begins some events before the end of the last, the ids are no numbers, and one id stands for two texts. A restart between knows what
    /// came before it.</summary>
    [Fact]
    public async Task What_is_sent_again_counts_once_also_over_a_restart()
    {
        (HttpListener server, string address) = Serve((request, response) => Write(response, "text/event-stream",
            Enumerable.Range(Math.Max(0, 10 * request - 4), request == 0 ? 10 : 14).Select(i => $"id: n{i}\ndata: headline {i}\n\n").Append($"id: n0\ndata: another {request}\n\n")));
        using (server)
        {
            MonitorState before = await Watch(address, 11 + 15);
            Assert.Equal((22, 4), (before.Lines, before.Repeated));
            MonitorState after = await Watch(address, 15);
            Assert.Equal((33, 8), (after.Lines, after.Repeated));
        }
    }

    [Fact]
    public async Task A_refusal_is_an_error_at_first_and_a_reason_to_wait_later()
    {
        (HttpListener server, string address) = Serve((request, response) =>
        {
            if (request is 1 or 2)
                response.StatusCode = request == 1 ? 404 : 403;
            else
                Write(response, "text/event-stream", [$"id: {request}\ndata: headline {request}\n\n"]);
        });
        using (server)
            Assert.Equal(2, (await Watch(address, 2)).Lines);
        (server, address) = Serve((_, response) => response.StatusCode = 404);
        using (server)
            Assert.Contains("answers 404", (await Assert.ThrowsAsync<InvalidDataException>(() => Watch(address, 2, "i.json"))).Message);
    }

    [Fact]
    public void What_cannot_be_written_is_found_before()
    {
        Assert.Contains("there is no folder", Assert.Throws<IOException>(() => Outputs.Check(folder.Named("no/alarms.jsonl"), isReplaced: false)).Message);
        Assert.Contains("it is a folder", Assert.Throws<IOException>(() => Outputs.Check(folder.Named("."), isReplaced: true)).Message);
        if (OperatingSystem.IsLinux())
            Assert.Contains("no file can be written there", Assert.Throws<IOException>(() => Outputs.Check("/proc/alarms.jsonl", isReplaced: false)).Message);
        string there = folder.Write("there.jsonl", "one\n");
        Outputs.Check(there, isReplaced: false);
        Outputs.Check(there, isReplaced: true);
        Outputs.Check(folder.Named("new.jsonl"), isReplaced: false);
        Assert.Equal("one\n", File.ReadAllText(there));
        Assert.Equal([there], Directory.GetFiles(folder.Named(".")).Select(Path.GetFullPath));
    }
}
