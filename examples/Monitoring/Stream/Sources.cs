using System.IO.Compression;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace RnnDsl.Examples.Monitoring;

/// <summary>How far a stream was read.</summary>
/// <param name="Position">Bytes from its start.</param>
/// <param name="Id">Of the last line that had one.</param>
readonly record struct StreamPlace(long Position, string? Id);

/// <summary>A line as it came: news, or what was wrong with it; and the place behind it, from which to go on after a restart.</summary>
readonly record struct Arrival(NewsLine? Line, string Problem, StreamPlace Place);

/// <summary>Files, standard input, and endpoints of HTTP that push lines.</summary>
static class Sources
{
    static readonly TimeSpan poll = TimeSpan.FromMilliseconds(200), longestWait = TimeSpan.FromSeconds(30);

    /// <summary>Reads from a place on.</summary>
    /// <param name="source">The name of a file, also .gz; - for standard input; or an address that begins with http:// or https://.</param>
    /// <param name="place">Where to begin.</param>
    /// <param name="follow">Whether to wait for more at the end of a file.</param>
    /// <param name="again">Whether standard input begins where it began before, so that what was read of it is passed over. Otherwise it goes on.</param>
    /// <param name="warn">What to tell of a connection that was lost.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static IAsyncEnumerable<Arrival> Read(string source, StreamPlace place, bool follow, bool again, Action<string> warn, CancellationToken cancellation) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? ReadHttp(new Uri(source), place, warn, cancellation)
            : ReadFile(source, source == "-" && !again ? place with { Position = 0 } : place, follow, cancellation);

    static async IAsyncEnumerable<Arrival> ReadFile(string source, StreamPlace place, bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using Stream stream = source == "-" ? Skipped(Console.OpenStandardInput(), source, place.Position) : OpenFile(source, place.Position);
        var lines = new LineReader(stream, place.Position);
        while (true)
        {
            SourceLine? line = await lines.ReadAsync(cancellation) ?? (follow ? null : lines.Rest());
            if (line is { } read)
                yield return Parse(read, place.Id);
            else if (follow)
                await Task.Delay(poll, cancellation);
            else
                yield break;
        }
    }

    static Stream OpenFile(string path, long position)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            return Skipped(new GZipStream(file, CompressionMode.Decompress), path, position);
        if (position > file.Length)
            throw TooShort(path, position);
        file.Seek(position, SeekOrigin.Begin);
        return file;
    }

    static Stream Skipped(Stream stream, string name, long position)
    {
        var skipped = new byte[1 << 16];
        for (long left = position; left > 0;)
            left -= stream.Read(skipped, 0, (int)Math.Min(left, skipped.Length)) is > 0 and var count ? count : throw TooShort(name, position);
        return stream;
    }

    static InvalidDataException TooShort(string name, long position) =>
        new($"{(name == "-" ? "Standard input" : name)} has less than the {position} bytes that were read of it before: it is another stream now. Give another --state to begin anew.");

    static Arrival Parse(SourceLine line, string? id)
    {
        string problem = line.Problem;
        // An empty line is neither news nor broken.
        NewsLine? news = string.IsNullOrWhiteSpace(line.Text) ? null : NewsLine.Parse(line.Text, out problem);
        return new Arrival(news, problem, new StreamPlace(line.Position, news?.Id ?? id));
    }

    /// <summary>Lines as they are pushed, or server-sent events. What is lost is connected anew, after longer and longer waits; the server is told the last id (Last-Event-ID) and the bytes that were read (Range).</summary>
    static async IAsyncEnumerable<Arrival> ReadHttp(Uri address, StreamPlace place, Action<string> warn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), ConnectCallback = Connect }) { Timeout = Timeout.InfiniteTimeSpan };
        TimeSpan wait = poll;
        while (true)
        {
            using var connection = new HttpLines(client, address, place);
            while (await connection.ReadAsync(cancellation) is { } line)
            {
                Arrival arrival = Parse(line, connection.EventId ?? place.Id);
                if ((arrival.Line?.Id ?? connection.EventId) is { } id && WasSeen(id, place.Id))
                    continue;
                (place, wait) = (arrival.Place, poll);
                yield return arrival;
            }
            if (connection.IsComplete)
                yield break;
            warn($"{address}: {connection.Failure} Connecting again in {wait.TotalSeconds:0.#} s.");
            await Task.Delay(wait, cancellation);
            wait = wait * 2 < longestWait ? wait * 2 : longestWait;
        }
    }

    /// <summary>Ids that are numbers rise. Of others the last alone is known.</summary>
    static bool WasSeen(string id, string? last) => id == last || (long.TryParse(id, out long number) && long.TryParse(last, out long before) && number <= before);

    /// <summary>A peer that is gone without a word is found by the system's probes.</summary>
    static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
