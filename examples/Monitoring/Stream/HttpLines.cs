using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace RnnDsl.Examples.Monitoring;

/// <summary>The lines of one answer of a server: as they stand, or the data of server-sent events (text/event-stream).</summary>
/// <param name="client">Connects.</param>
/// <param name="address">Of the stream.</param>
/// <param name="place">What was read before.</param>
/// <param name="wasConnected">Whether the address gave lines before. Then a refusal, such as 404, is a server or its proxy that starts anew; at first it is a wrong
/// address.</param>
sealed class HttpLines(HttpClient client, Uri address, StreamPlace place, bool wasConnected = false) : IDisposable
{
    HttpResponseMessage? response;
    LineReader? lines;
    bool hasEvents;

    /// <summary>What was read of the event that comes.</summary>
    readonly StringBuilder data = new();
    string? nextId;
    string problem = "";

    /// <summary>Of the event that was given last; null if it has none.</summary>
    public string? EventId { get; private set; }

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
                if (!hasEvents || EventData(ref line))
                    return line;
            SourceLine? rest = hasEvents ? null : lines.Rest();
            IsComplete = !hasEvents && rest is null;
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
        if (place.Id is { } last)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        if (place.Position > 0)
            request.Headers.Range = new RangeHeaderValue(place.Position, null);
        response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // Nothing stands behind what was read.
            IsComplete = true;
            return null;
        }
        if (!wasConnected && (int)response.StatusCode is >= 400 and < 500 and not (408 or 429))
            throw new InvalidDataException($"{address} answers {(int)response.StatusCode} {response.ReasonPhrase}.");
        response.EnsureSuccessStatusCode();
        hasEvents = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        // A server that cannot go on in the middle answers 200, and begins where it likes.
        return new LineReader(await response.Content.ReadAsStreamAsync(cancellation), response.StatusCode == HttpStatusCode.PartialContent ? place.Position : 0);
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
        (EventId, nextId, problem, _) = (nextId, null, "", data.Clear());
        return isSomething;
    }

    public void Dispose() => response?.Dispose();
}
