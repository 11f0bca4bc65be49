using System.Net;
using System.Net.Http.Headers;

namespace RnnDsl.Examples.Monitoring;

/// <summary>The lines of one answer of a server: as they stand, or the data of server-sent events (text/event-stream).</summary>
sealed class HttpLines(HttpClient client, Uri address, StreamPlace place) : IDisposable
{
    HttpResponseMessage? response;
    LineReader? lines;
    bool hasEvents;

    /// <summary>Of this event; null if it has none.</summary>
    public string? EventId { get; private set; }

    /// <summary>Whether the server has said all that it has to say. Events have no end: there a new connection gives more.</summary>
    public bool IsComplete { get; private set; }

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
        if ((int)response.StatusCode is >= 400 and < 500 and not (408 or 429))
            throw new InvalidDataException($"{address} answers {(int)response.StatusCode} {response.ReasonPhrase}.");
        response.EnsureSuccessStatusCode();
        hasEvents = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        // A server that cannot go on in the middle answers 200, and begins where it likes.
        return new LineReader(await response.Content.ReadAsStreamAsync(cancellation), response.StatusCode == HttpStatusCode.PartialContent ? place.Position : 0);
    }

    /// <summary>Whether a line of an event holds data; they are taken out of it.</summary>
    bool EventData(ref SourceLine line)
    {
        if (line.Text is not { } text)
            return true;
        if (text.StartsWith("id:", StringComparison.Ordinal))
            EventId = text[3..].Trim();
        else if (text.Trim().Length == 0)
            EventId = null;
        bool isData = text.StartsWith("data:", StringComparison.Ordinal);
        // Events are found again by their ids, not by their bytes.
        line = new SourceLine(isData ? text[5..] : null, line.Problem, 0);
        return isData;
    }

    public void Dispose() => response?.Dispose();
}
