using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace RnnDsl.Examples.Monitoring;

/// <summary>How far a stream was read.</summary>
/// <param name="Position">Bytes from its start.</param>
/// <param name="Id">Of the last line that had one. Where the source sends events it is the events' own, by which a server goes on, and not one in their data.</param>
readonly record struct StreamPlace(long Position, string? Id);

/// <summary>A line as it came: news, or what was wrong with it; and the place behind it, from which to go on after a restart.</summary>
/// <param name="Line">The news; null if it is none.</param>
/// <param name="Problem">What is wrong then; empty for an empty line.</param>
/// <param name="Place">Behind the line.</param>
/// <param name="Key">What the line is known by if it comes again; null if it cannot be known.</param>
readonly record struct Arrival(NewsLine? Line, string Problem, StreamPlace Place, long? Key = null);

/// <summary>Files, standard input, and endpoints of HTTP that push lines.</summary>
static class Sources
{
    static readonly TimeSpan shortestWait = TimeSpan.FromMilliseconds(200), longestWait = TimeSpan.FromSeconds(30);

    /// <summary>Reads from a place on.</summary>
    /// <param name="source">The name of a file, also .gz; - for standard input; or an address that begins with http:// or https://.</param>
    /// <param name="place">Where to begin.</param>
    /// <param name="follow">Whether to wait for more at the end of a file.</param>
    /// <param name="again">Whether a pipe, or standard input, begins where it began before, so that what was read of it is passed over. Otherwise it goes on.</param>
    /// <param name="warn">What to tell of a connection that was lost, or a file that is another one now.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static IAsyncEnumerable<Arrival> Read(string source, StreamPlace place, bool follow, bool again, Action<string> warn, CancellationToken cancellation) =>
        Address(source) is { } address ? ReadHttp(address, place, warn, cancellation) : ReadFile(source, place, follow, again, warn, cancellation);

    /// <summary>By what a state knows its source: the full path of a file, or an address without the name and password of a user.</summary>
    /// <exception cref="ArgumentException">It is no address.</exception>
    public static string Name(string source) =>
        source == "-" ? "standard input" : Address(source)?.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped) ?? Path.GetFullPath(source);

    /// <summary>The file that is read; null for other sources.</summary>
    public static string? FileOf(string? source) => source is null or "-" || Address(source) is not null ? null : source;

    static Uri? Address(string source)
    {
        if (!source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !source.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return null;
        return Uri.TryCreate(source, UriKind.Absolute, out Uri? address) && address.Host.Length > 0 ? address
            : throw new ArgumentException($"--source '{source}' is no address of HTTP: write http:// or https://, the name of a server, and the path.");
    }

    static async IAsyncEnumerable<Arrival> ReadFile(string source, StreamPlace place, bool follow, bool again, Action<string> warn,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var lines = new FileLines(source, place.Position, follow, again, warn);
        while (await lines.ReadAsync(cancellation) is { } line)
        {
            Arrival arrival = Parse(line);
            place = new StreamPlace(line.Position, arrival.Line?.Id ?? place.Id);
            yield return arrival with { Place = place };
        }
    }

    /// <summary>A line without its place.</summary>
    static Arrival Parse(SourceLine line)
    {
        string problem = line.Problem;
        // An empty line is neither news nor broken.
        NewsLine? news = string.IsNullOrWhiteSpace(line.Text) ? null : NewsLine.Parse(line.Text, out problem);
        return new Arrival(news, problem, default);
    }

    /// <summary>Lines as they are pushed, or server-sent events. What is lost is connected anew, after longer and longer waits; the server is told the last id (Last-Event-ID) and the bytes that were read (Range).</summary>
    static async IAsyncEnumerable<Arrival> ReadHttp(Uri address, StreamPlace place, Action<string> warn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), ConnectCallback = Connect }) { Timeout = Timeout.InfiniteTimeSpan };
        TimeSpan wait = shortestWait;
        SourceLine? cut = null;
        for (bool wasConnected = false; ;)
        {
            using var connection = new HttpLines(client, address, place, warn, wasConnected, cut);
            while (await connection.ReadAsync(cancellation) is { } line)
            {
                Arrival arrival = Parse(line);
                string? id = arrival.Line?.Id ?? connection.EventId;
                (place, wait) = (new StreamPlace(line.Position, connection.HasEvents ? connection.LastId : id ?? place.Id), shortestWait);
                yield return arrival with { Place = place, Key = id is null ? null : RecentLines.Key(id, line.Text ?? line.Problem) };
            }
            if (connection.IsComplete)
                yield break;
            wasConnected |= connection.IsOpen;
            (cut, place) = (connection.IsOpen ? connection.Cut : cut, connection.HasEvents ? place with { Id = connection.LastId } : place);
            warn($"{address}: {connection.Failure} Connecting again in {wait.TotalSeconds:0.#} s.");
            await Task.Delay(wait, cancellation);
            wait = wait * 2 < longestWait ? wait * 2 : longestWait;
        }
    }

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
