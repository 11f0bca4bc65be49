using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace RnnDsl.Examples.Dialogue;

/// <summary>A message over HTTP.</summary>
/// <param name="Text">What the customer writes.</param>
/// <param name="Session">The session that an earlier reply named; null for a new one.</param>
sealed record Message(string? Text, string? Session);

/// <summary>
/// Serves the assistant over HTTP, on this computer alone: a page to type into at <c>/</c>, and <c>POST /api/messages</c> with JSON for programs. Sessions are
/// bounded in number, and so is all that <see cref="LocalServer"/> bounds.
/// </summary>
static class WebServer
{
    /// <summary>The longest message, in characters.</summary>
    public const int MostCharacters = 500;

    public static void Run(string folder, int port, Sessions sessions)
    {
        using Assistant assistant = Assistant.Load(folder);
        using WebApplication app = Create(assistant, port, sessions);
        LocalServer.Run(app, port);
    }

    /// <summary>A server that is not yet started.</summary>
    /// <param name="assistant">Who answers.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="sessions">What it remembers of its customers.</param>
    public static WebApplication Create(Assistant assistant, int port, Sessions sessions)
    {
        WebApplication app = LocalServer.Create(port);
        byte[] page = Page();
        app.MapGet("/", () => Results.Bytes(page, "text/html; charset=utf-8"));
        app.MapPost("/api/messages", (Delegate)((HttpContext context) => AnswerAsync(context, assistant, sessions)));
        return app;
    }

    static async Task<IResult> AnswerAsync(HttpContext context, Assistant assistant, Sessions sessions)
    {
        Message? message;
        try
        {
            // A page of another site cannot send this type without asking first, and is refused then.
            if (!context.Request.HasJsonContentType())
                return Problem("Send JSON, with the content type application/json.", StatusCodes.Status415UnsupportedMediaType);
            message = await context.Request.ReadFromJsonAsync<Message>(context.RequestAborted);
        }
        catch (JsonException)
        {
            return Problem("This is no JSON of the form {\"text\": \"…\", \"session\": \"…\"}.", StatusCodes.Status400BadRequest);
        }
        catch (InvalidOperationException)
        {
            return Problem("There is no such charset; send JSON in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        }
        catch (BadHttpRequestException error)
        {
            return Problem(error.Message, error.StatusCode);
        }
        if (message?.Text is not { } text || string.IsNullOrWhiteSpace(text) || text.Length > MostCharacters)
            return Problem($"The text of a message has 1 to {MostCharacters} characters.", StatusCodes.Status400BadRequest);
        Reply reply = assistant.Answer(sessions, message.Session, text, out string session);
        return Results.Json(new
        {
            session, reply.Text, reply.By, reply.Intent, probability = Math.Round(reply.Probability, 3), score = Math.Round(reply.Score, 3),
            slots = new Dictionary<string, string>(reply.Slots), requested = reply.State?.Requested ?? new HashSet<string>(),
        }, JsonSerializerOptions.Web);
    }

    static IResult Problem(string error, int status) => Results.Json(new { error }, JsonSerializerOptions.Web, statusCode: status);

    static byte[] Page()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("page.html")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
