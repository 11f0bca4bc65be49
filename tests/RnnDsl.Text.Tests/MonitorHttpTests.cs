using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RnnDsl.Examples.Monitoring;

namespace RnnDsl.Text.Tests;

/// <summary>What servers say, and do not say, to <c>examples/Monitoring</c>, byte by byte.</summary>
public sealed class MonitorHttpTests : IDisposable
{
    readonly TcpListener server = new(IPAddress.Loopback, 0);
    readonly ConcurrentQueue<string> requests = [], warnings = [];

    public void Dispose() => server.Dispose();

    /// <summary>Answers each request with the bytes that are made for it, and closes the connection.</summary>
    /// <returns>The address.</returns>
    string Serve(Func<string, int, string> answer)
    {
        server.Start();
        Task.Run(async () =>
        {
            try
            {
                for (int number = 0; ; number++)
                {
                    using TcpClient client = await server.AcceptTcpClientAsync();
                    using NetworkStream stream = client.GetStream();
                    using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
                    var request = new StringBuilder();
                    while (await reader.ReadLineAsync() is { Length: > 0 } line)
                        request.Append(line).Append('\n');
                    requests.Enqueue(request.ToString());
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(request.ToString(), number)));
                    client.Client.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        });
        return $"http://{server.LocalEndpoint}/news";
    }

    /// <summary>What is read until the stream ends, or until there are so many lines.</summary>
    async Task<List<Arrival>> Read(string address, int most = int.MaxValue, StreamPlace place = default)
    {
        var all = new List<Arrival>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (Arrival arrival in Sources.Read(address, place, follow: false, again: false, warnings.Enqueue, stop.Token))
        {
            all.Add(arrival);
            if (all.Count == most)
                break;
        }
        return all;
    }

    static IEnumerable<string?> Texts(IEnumerable<Arrival> arrivals) => arrivals.Select(a => a.Line?.Text);

    static string? Header(string request, string name) => request.Split('\n').FirstOrDefault(l => l.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    static long From(string request) => Header(request, "Range") is { } range ? long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;

    static string Chunk(string text) => FormattableString.Invariant($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    static string Part(string log, string request, int most = int.MaxValue)
    {
        int from = (int)From(request);
        return $"HTTP/1.0 {(Header(request, "Range") is null ? "200 OK" : $"206 Partial Content\r\nContent-Range: bytes {from}-{log.Length - 1}/{log.Length}")}\r\nConnection: close\r\n\r\n{log[from..Math.Min(log.Length, from + Math.Min(most, log.Length))]}";
    }

    static string NotSatisfiable(string range) => $"HTTP/1.1 416 Range Not Satisfiable\r\n{range}Content-Length: 0\r\nConnection: close\r\n\r\n";

    /// <summary>The publisher's ids in the data are others than those of the events, and an event without an id does not change that of the stream.</summary>
    [Fact]
    public async Task A_server_is_told_its_own_ids_of_events()
    {
        string address = Serve((request, _) =>
        {
            int next = Header(request, "Last-Event-ID") is { } last ? int.Parse(last["evt-".Length..], CultureInfo.InvariantCulture) + 1 : 0;
            string events = string.Concat(Enumerable.Range(next, 4).Select(i => $"id: evt-{i}\ndata: {{\"id\": \"n{900 - i}\", \"text\": \"headline {i}\"}}\n\n"));
            return $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{Chunk(events)}{Chunk("data: {\"id\": \"last\", \"text\": \"without an id\"}\n\n")}";
        });
        List<Arrival> all = await Read(address, 15);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"headline {i}"), Texts(all).Where(t => t != "without an id"));
        Assert.Equal([null, "evt-3", "evt-7"], requests.Select(r => Header(r, "Last-Event-ID")));
        Assert.Equal("evt-11", all[^1].Place.Id);
        // By the ids of the publisher those are known that come again.
        Assert.Equal(RecentLines.Key("n900", "{\"id\": \"n900\", \"text\": \"headline 0\"}".Insert(0, " ")), all[0].Key);
        // After a restart, too.
        await Read(address, 1, all[^1].Place);
        Assert.Equal("evt-11", Header(requests.Last(), "Last-Event-ID"));
    }

    [Fact]
    public async Task A_log_that_begins_anew_while_it_is_read_is_read_from_its_start()
    {
        string address = Serve((request, number) => number == 0 ? $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{Chunk("one\ntwo\nthr")}"
            : Header(request, "Range") is not null ? NotSatisfiable("Content-Range: bytes */4\r\n") : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour\n");
        Assert.Equal(["one", "two", "four"], Texts(await Read(address)));
        Assert.Contains(warnings, w => w.Contains("was cut to 4 bytes, of which 8 were read. It is read from its start.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_is_shorter_after_a_restart_is_another_one()
    {
        string address = Serve((_, _) => NotSatisfiable("Content-Range: bytes */1800\r\n"));
        string said = (await Assert.ThrowsAsync<InvalidDataException>(() => Read(address, place: new StreamPlace(5000, null)))).Message;
        Assert.Equal($"{address} has 1800 bytes, less than the 5000 that were read of it before: it is another stream now. Give another --state to begin anew.", said);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Range: bytes */5000\r\n")]
    public async Task A_log_without_anything_new_is_told_of(string range)
    {
        string address = Serve((_, _) => NotSatisfiable(range));
        Assert.Empty(await Read(address, place: new StreamPlace(5000, null)));
        Assert.Equal($"{address} has nothing behind the 5000 bytes that were read of it.", Assert.Single(warnings));
    }

    /// <summary>The first answer breaks off in the first line, the second in the third.</summary>
    [Fact]
    public async Task An_answer_without_a_length_that_ends_in_a_line_is_gone_on_with()
    {
        string address = Serve((request, number) => Part("first\nsecond\nthird\nfourth\n", request, number == 0 ? 3 : 16));
        Assert.Equal(["first", "second", "third", "fourth"], Texts(await Read(address)));
        Assert.Equal([null, "bytes=0-", "bytes=13-"], requests.Select(r => Header(r, "Range")));
        Assert.All(warnings, w => Assert.Contains("The answer ended in the middle of a line.", w, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_last_line_without_a_line_feed_is_a_line_if_the_server_has_no_more()
    {
        string address = Serve((request, _) => Part("first\nsecond", request));
        Assert.Equal(["first", "second"], Texts(await Read(address)));
        Assert.Equal(2, requests.Count);
    }

    [Fact]
    public async Task A_server_that_cannot_go_on_has_its_last_line_told_of()
    {
        string address = Serve((_, _) => "HTTP/1.0 200 OK\r\n\r\nfirst\nsecond");
        Assert.Equal(["first", "second"], Texts(await Read(address)));
        Assert.Contains("its last line, which has no line feed, may be cut", warnings.Last(), StringComparison.Ordinal);
    }
}
