using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Items of a user over HTTP.</summary>
/// <param name="Items">Their names, in the order in which the user looked at them.</param>
/// <param name="NewSession">Whether they begin a session; without it one begins when the last item is longer ago than the pause.</param>
sealed record UserItems(string[]? Items, bool NewSession);

/// <summary>
/// The addresses of the server: <c>POST /api/users/{user}/items</c> adds items and recommends, <c>GET /api/users/{user}</c> recommends, <c>DELETE /api/users/{user}</c> forgets a user, <c>GET /api/items?query=</c> finds items, and
/// <c>/</c> is a page. Both that recommend take <c>count</c> and <c>explain</c>.
/// </summary>
sealed class UserApi(Recommender recommender, UserStore store, TimeSpan pause, TimeProvider clock)
{
    /// <summary>Work with the store and the model holds a thread, so that there is no more of it at once than processors; others wait without one.</summary>
    readonly SemaphoreSlim working = new(Environment.ProcessorCount);

    const int MostItems = 50, MostCharacters = 100, MostRecommended = 100, MostFound = 20;

    public void Map(WebApplication app, byte[] page)
    {
        app.MapGet("/", () => Results.Bytes(page, "text/html; charset=utf-8"));
        app.MapGet("/api/items", (string? query) => Json(Find(query ?? "")));
        app.MapGet("/api/users/{user}", (string user, string? count, string? explain) => GuardedAsync(() => Look(user, count, explain)));
        app.MapDelete("/api/users/{user}", (string user) => GuardedAsync(() => Json(new { user = Checked(user), forgotten = store.Forget(user) })));
        app.MapPost("/api/users/{user}/items", (HttpContext context, string user, string? count, string? explain) => AddAsync(context, user, count, explain));
    }

    async Task<IResult> AddAsync(HttpContext context, string user, string? count, string? explain)
    {
        UserItems? given;
        try
        {
            // A page of another site cannot send this type without asking first, and is refused then.
            if (!context.Request.HasJsonContentType())
                return Problem("Send JSON, with the content type application/json.", StatusCodes.Status415UnsupportedMediaType);
            given = await context.Request.ReadFromJsonAsync<UserItems>(context.RequestAborted);
        }
        catch (JsonException)
        {
            return Problem("This is no JSON of the form {\"items\": [\"…\"], \"newSession\": false}.", StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException error)
        {
            return Problem(error.Message, error.StatusCode);
        }
        return await GuardedAsync(() => Add(user, given, count, explain));
    }

    IResult Add(string user, UserItems? given, string? count, string? explain)
    {
        Checked(user);
        (int most, bool why) = (Count(count), Explain(explain));
        if (given?.Items is not { Length: > 0 and <= MostItems } codes)
            throw new ArgumentException($"A request adds 1 to {MostItems} items.");
        // All names are looked up before anything is changed.
        int[] items = [.. codes.Select(code => Advice.Number(recommender, code ?? ""))];
        bool known = false;
        UserState state = store.Change(user, before =>
        {
            known = before is not null;
            DateTimeOffset now = clock.GetUtcNow();
            Visit visit = before?.Visit ?? Visit.New(recommender);
            if (before is null || given.NewSession || now - before.Updated > pause)
                visit = visit.Begin(recommender);
            foreach (int item in items)
                visit = visit.Add(recommender, item);
            return new UserState(visit, now);
        }, out bool others);
        return Answer(user, state.Visit, known, others, most, why);
    }

    IResult Look(string user, string? count, string? explain)
    {
        Checked(user);
        (int most, bool why) = (Count(count), Explain(explain));
        UserState? state = store.Find(user, out bool others);
        // What a user would be shown who comes now: after the pause a session begins, which nothing is written of until its first item comes.
        Visit visit = state is null ? Visit.New(recommender).Begin(recommender) : clock.GetUtcNow() - state.Updated > pause ? state.Visit.Begin(recommender) : state.Visit;
        return Answer(user, visit, state is not null, others, most, why);
    }

    IResult Answer(string user, Visit visit, bool known, bool others, int count, bool explain) => Json(new
    {
        user,
        model = recommender.Fingerprint,
        state = known ? "kept" : others ? "new: the store has a state of another model, which is not used" : "new",
        session = visit.Items.Select(i => recommender.Catalog.Entries[i].Code).ToArray(),
        recommendations = Advice.Of(recommender, visit, count, explain).Select(r => r with { Probability = Math.Round(r.Probability, 6) }).ToArray(),
    });

    object Find(string query)
    {
        string[] words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new
        {
            items = recommender.Catalog.Entries.Where(e => words.All(w => e.Text.Contains(w, StringComparison.OrdinalIgnoreCase) || e.Code.Contains(w, StringComparison.OrdinalIgnoreCase))).Take(MostFound)
                .Select(e => new { item = e.Code, text = e.Text }).ToArray(),
        };
    }

    /// <summary>What the server leaves encoded, a slash or bytes that are no UTF-8, holds a %. It would be the name of another user as well, who is called so.</summary>
    static string Checked(string user) => user.Length is > 0 and <= MostCharacters && !user.Any(c => char.IsControl(c) || c is '/' or '%') ? user
        : throw new ArgumentException($"The name of a user has 1 to {MostCharacters} characters, no control characters, no / and no %.");

    static int Count(string? text) => text is null ? 10 : int.TryParse(text, out int count) && count is >= 1 and <= MostRecommended ? count : throw new ArgumentException($"count is a number from 1 to {MostRecommended}.");

    static bool Explain(string? text) => text is not null && (bool.TryParse(text, out bool explain) ? explain : throw new ArgumentException("explain is true or false."));

    async Task<IResult> GuardedAsync(Func<IResult> answer)
    {
        await working.WaitAsync();
        try
        {
            return answer();
        }
        catch (ArgumentException error)
        {
            return Problem(error.Message, StatusCodes.Status400BadRequest);
        }
        catch (Exception error) when (error is DbException or InvalidDataException)
        {
            Console.Error.WriteLine(error.Message);
            return Problem("The store of users cannot be read or written; nothing was changed.", StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            working.Release();
        }
    }

    static IResult Json(object value) => Results.Json(value, JsonSerializerOptions.Web);

    static IResult Problem(string error, int status) => Results.Json(new { error }, JsonSerializerOptions.Web, statusCode: status);
}
