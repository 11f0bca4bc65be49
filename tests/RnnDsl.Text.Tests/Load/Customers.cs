using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using RnnDsl.Memory;

namespace RnnDsl.Text.Tests.Load;

/// <summary>How long an answer took.</summary>
/// <param name="Milliseconds">From before the request is sent until the whole answer is read.</param>
/// <param name="Turn">What was sent.</param>
readonly record struct Latency(double Milliseconds, Turn Turn);

/// <summary>Customers who talk to a server at once. Each holds one conversation after the other, over connections of its own, and checks each answer.</summary>
/// <param name="server">Where the server answers.</param>
/// <param name="scripts">The conversations.</param>
/// <param name="count">The number of customers.</param>
/// <param name="rate">Messages a second of all of them together. They come at random times.</param>
sealed class Customers(Uri server, IReadOnlyList<Turn[]> scripts, int count, double rate)
{
    const int MostFaults = 20;

    readonly ConcurrentDictionary<string, int> sessions = new();
    readonly ConcurrentQueue<Latency> latencies = new();
    readonly ConcurrentQueue<string> faults = new();
    int messages, refused, conversations, lastScript = -1;

    /// <summary>Messages that were answered as they should be.</summary>
    public int Messages => messages;

    /// <summary>Requests that were refused as they should be.</summary>
    public int Refused => refused;

    /// <summary>Conversations that came to their end.</summary>
    public int Conversations => conversations;

    /// <summary>What was wrong. After so many faults the customers give up.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>The time of each answer since the last call.</summary>
    public Latency[] TakeLatencies()
    {
        var taken = new List<Latency>();
        while (latencies.TryDequeue(out Latency latency))
            taken.Add(latency);
        return [.. taken];
    }

    /// <summary>Talks for a time. Conversations that have begun are held to their end.</summary>
    public Task TalkAsync(TimeSpan time)
    {
        // A pool that has too few threads gets one more only after some time, in which an answer that is there would wait: the times are to be those of the server.
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 2 * count), Math.Max(ports, 2 * count));
        return Task.WhenAll(Enumerable.Range(0, count).Select(customer => Task.Run(() => TalkAsync(time, customer))));
    }

    async Task TalkAsync(TimeSpan time, int customer)
    {
        var clock = Stopwatch.StartNew();
        var random = new RandomStream(customer, "customers");
        while (clock.Elapsed < time && faults.Count < MostFaults)
        {
            int script = Interlocked.Increment(ref lastScript) % scripts.Count;
            try
            {
                await HoldAsync(scripts[script], customer, random);
                Interlocked.Increment(ref conversations);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or SocketException or OperationCanceledException or JsonException
                or InvalidOperationException or KeyNotFoundException)
            {
                faults.Enqueue($"Script {script}: {error.GetType().Name}: {error.Message}");
            }
        }
    }

    async Task HoldAsync(Turn[] turns, int customer, RandomStream random)
    {
        using var client = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
        string? session = null;
        try
        {
            foreach (Turn turn in turns)
            {
                // Of a customer that decides at any moment with the same probability, the time between messages is distributed exponentially.
                await Task.Delay(TimeSpan.FromSeconds(-Math.Log(1 - random.Uniform()) * count / rate));
                if (turn.Status is not { } status)
                {
                    await HangUpAsync(turn);
                    continue;
                }
                using var content = new ByteArrayContent(turn.Body(session)) { Headers = { ContentType = new MediaTypeHeaderValue(turn.Type) } };
                long start = Stopwatch.GetTimestamp();
                using HttpResponseMessage response = await client.PostAsync("/api/messages", content);
                JsonElement answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
                latencies.Enqueue(new Latency(Stopwatch.GetElapsedTime(start).TotalMilliseconds, turn));
                if (response.StatusCode != status)
                    throw new InvalidOperationException($"Status {(int)response.StatusCode} instead of {(int)status} to {Short(turn.Body(session))}: {answer}");
                if (turn.Reply is null)
                {
                    if (answer.GetProperty("error").GetString() is null or "")
                        throw new InvalidOperationException($"No reason was given to {Short(turn.Body(session))}.");
                    Interlocked.Increment(ref refused);
                    continue;
                }
                string own = answer.GetProperty("session").GetString()!;
                if (session is null ? !sessions.TryAdd(own, customer) : own != session)
                    throw new InvalidOperationException($"The session is {own}, which is not the one of this conversation.");
                session = own;
                Check(turn, answer);
                Interlocked.Increment(ref messages);
            }
        }
        finally
        {
            if (session is not null)
                sessions.TryRemove(session, out _);
        }
    }

    static void Check(Turn turn, JsonElement answer)
    {
        string[] expected = [turn.Reply!.Text, turn.Reply.Intent ?? "", .. turn.Reply.Slots.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}")];
        string[] actual =
        [
            answer.GetProperty("text").GetString()!, answer.GetProperty("intent").GetString() ?? "",
            .. answer.GetProperty("slots").EnumerateObject().OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => $"{s.Name}={s.Value.GetString()}"),
        ];
        if (!expected.SequenceEqual(actual))
            throw new InvalidOperationException($"To '{turn.Text}' the answer is '{string.Join("; ", actual)}' instead of '{string.Join("; ", expected)}'.");
    }

    /// <summary>Sends a part of a request and closes the connection.</summary>
    async Task HangUpAsync(Turn turn)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        byte[] body = turn.Body(null);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: {turn.Type}\r\nContent-Length: {body.Length + 100}\r\n\r\n"));
        await client.GetStream().WriteAsync(body);
        Interlocked.Increment(ref refused);
    }

    public static string Short(byte[] body) => Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 60)));
}
