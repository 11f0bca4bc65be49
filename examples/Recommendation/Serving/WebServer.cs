using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Serves a model over HTTP, on this computer alone, see <see cref="LocalServer"/>.</summary>
static class WebServer
{
    public static void Run(ParseResult given)
    {
        string file = given.GetValue(Options.File)!;
        Recommender recommender = Recommender.Load(file, Study.Items(given));
        UserStore store = Open(given, recommender, out long users, out long others);
        using var disposable = store as IDisposable;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Model {recommender.Fingerprint}, {recommender.Catalog.Entries.Count} items. The store has the states of {users} users."));
        if (others > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"It also has {others} states of other models. They stay and are not used: their users begin anew with this model."));
        int port = given.GetValue(Options.Port);
        using WebApplication app = Create(recommender, store, port, TimeSpan.FromMinutes(given.GetValue(Options.Pause)), TimeProvider.System);
        LocalServer.Run(app, port);
    }

    static UserStore Open(ParseResult given, Recommender recommender, out long users, out long others)
    {
        string? postgres = given.GetValue(Options.Postgres);
        try
        {
            UserStore store = postgres is not null ? new PostgresUserStore(postgres, recommender) : new SqliteUserStore(given.GetValue(Options.Store)!, recommender);
            (users, others) = store.Counts();
            return store;
        }
        catch (DbException error)
        {
            throw new InvalidDataException($"The store of users, {(postgres is null ? given.GetValue(Options.Store) : "PostgreSQL")}, cannot be used: {error.Message}", error);
        }
    }

    /// <summary>A server that is not yet started.</summary>
    /// <param name="recommender">The model.</param>
    /// <param name="store">The states of users.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="pause">Time without an item after which a new session begins.</param>
    /// <param name="clock">Tells the time.</param>
    public static WebApplication Create(Recommender recommender, UserStore store, int port, TimeSpan pause, TimeProvider clock)
    {
        WebApplication app = LocalServer.Create(port);
        new UserApi(recommender, store, pause, clock).Map(app, Page());
        return app;
    }

    static byte[] Page()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("recommendation.html")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
