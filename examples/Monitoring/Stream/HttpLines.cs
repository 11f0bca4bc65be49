using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace RnnDsl.Examples.Monitoring;

/// <summary>The lines of one answer of a server: as they stand, or the data of server-sent events (text/event-stream).</summary>
/// <param name="client">Connects.</param>
/// <param name="address">Of the stream.</param>
/// <param name="place">What was read before.</param>
/// <param name="warn">What to tell of an answer that is not what it seems.</param>
/// <param name="wasConnected">Whether the address gave lines before. Then a refusal, such as 404, is a server or its proxy that starts anew; at first it is a wrong
/// address.</param>
/// <param name="cut">What the answer before ended with that was not known to be whole; null if it was.</param>
sealed class HttpLines(HttpClient client, Uri address, StreamPlace place, Action<string> warn, bool wasConnected = false, SourceLine? cut = null) : IDisposable
{
    HttpResponseMessage? response;
    LineReader? lines;
    bool saysItsEnd;

    /// <summary>A last line that no other answer can complete.</summary>
    SourceLine? unfinished;

    /// <summary>What was read of the event that comes.</summary>
    readonly StringBuilder data = new();
    string? nextId;
    string problem = "";

    /// <summary>Of the event that was given last; null if it has none.</summary>
    public string? EventId { get; private set; }

    /// <summary>What the server is to be told to go on with: of events the last id that one had, of lines what they were read with.</summary>
    public string? LastId { get; private set; } = place.Id;

    /// <summary>Whether the server sends events. Ids in their data are the publisher's: the server does not know them.</summary>
    public bool HasEvents { get; private set; }

    /// <summary>What stands behind the last line feed of an answer that ended, if nothing says that the answer is whole.</summary>
    public SourceLine? Cut { get; private set; }

    /// <summary>Whether the server has said all that it has to say. Events have no end: there a new connection gives more.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether the server answered with lines.</summary>
    public bool IsOpen => lines is not null;

    /// <summary>What went wrong, a sentence.</summary>
    public string Failure { get; private set; } = "The connection was closed.";

    /// <summary>The next line; null if the connection is lost, or complete.</summary>
    /// <exception cref="InvalidDataException">The server refuses: the address is wrong, or not allowed.</exception>
    public async ValueTask<SourceLine?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            lines ??= await Open(cancellation);
            if (lines is null)
                return null;
            while (await lines.ReadAsync(cancellation) is { } line)
                if (!HasEvents || EventData(ref line))
                    return line;
            SourceLine? rest = HasEvents ? null : lines.Rest() ?? unfinished;
            unfinished = null;
            if (rest is { } last && !saysItsEnd && last.Position != cut?.Position)
            {
                (Cut, Failure) = (last, "The answer ended in the middle of a line.");
                return null;
            }
            IsComplete = !HasEvents && rest is null;
            return rest;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            Failure = error.Message.EndsWith('.') ? error.Message : error.Message + ".";
            return null;
        }
    }

    async Task<LineReader?> Open(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (place.Id is { Length: > 0 } last)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        if (place.Position > 0 || cut is not null)
            request.Headers.Range = new RangeHeaderValue(place.Position, null);
        response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && place.Position > 0)
        {
            long? length = response.Content.Headers.ContentRange?.Length;
            if (length is null || length == place.Position)
            {
                warn($"{address} has nothing behind the {place.Position} bytes that were read of it.");
                IsComplete = true;
                return null;
            }
            if (length < place.Position)
                return await OpenShorter(length.Value, cancellation);
        }
        if (!wasConnected && (int)response.StatusCode is >= 400 and < 500 and not (408 or 429))
            throw new InvalidDataException($"{address} answers {(int)response.StatusCode} {response.ReasonPhrase}.");
        response.EnsureSuccessStatusCode();
        HttpContent content = response.Content;
        HasEvents = content.Headers.ContentType?.MediaType == "text/event-stream";
        saysItsEnd = content.Headers.ContentLength is not null || response.Headers.TransferEncodingChunked == true || response.Version.Major >= 2;
        // A server that cannot go on in the middle answers 200, and begins where it likes.
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent;
        if (cut is { } end && !goesOn)
        {
            warn($"{address} does not say how long its answer is, and cannot go on in the middle of it: its last line, which has no line feed, may be cut.");
            saysItsEnd = true;
            unfinished = end;
            return new LineReader(Stream.Null);
        }
        return new LineReader(await content.ReadAsStreamAsync(cancellation), goesOn ? place.Position : 0);
    }

    /// <summary>What the server has is shorter than what was read: a log that begins anew, as a file that is cut. After a restart it is not known to be the same log.</summary>
    Task<LineReader?> OpenShorter(long length, CancellationToken cancellation)
    {
        if (!wasConnected)
            throw new InvalidDataException($"{address} has {length} bytes, less than the {place.Position} that were read of it before: it is another stream now. Give another --state to begin anew.");
        warn($"{address} was cut to {length} bytes, of which {place.Position} were read. It is read from its start.");
        place = place with { Position = 0 };
        Dispose();
        return Open(cancellation);
    }

    /// <summary>Gathers the lines of an event. At the blank line behind it they become one line, its data; an event without data is passed over.</summary>
    bool EventData(ref SourceLine line)
    {
        string text = line.Text?.TrimEnd('\r') ?? "";
        if (line.Text is null)
            problem = line.Problem;
        else if (text.StartsWith("id:", StringComparison.Ordinal))
            nextId = text[3..].Trim();
        else if (text.StartsWith("data:", StringComparison.Ordinal))
        {
            data.Append(data.Length > 0 ? " " : "").Append(text.AsSpan(5));
            if (data.Length > LineReader.LongestLine)
                (problem, _) = ($"more than {LineReader.LongestLine} bytes", data.Clear());
        }
        if (line.Text is null || text.Length > 0)
            return false;
        // Events are found again by their ids, not by their bytes.
        line = problem.Length > 0 ? new SourceLine(null, problem, 0) : new SourceLine(data.ToString(), "", 0);
        bool isSomething = problem.Length > 0 || data.Length > 0;
        (EventId, LastId, nextId, problem, _) = (nextId is "" ? null : nextId, nextId ?? LastId, null, "", data.Clear());
        return isSomething;
    }

    public void Dispose() => response?.Dispose();
}
