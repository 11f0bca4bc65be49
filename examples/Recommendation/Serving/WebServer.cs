using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Serves a model over HTTP, on this computer alone. Requests are bounded in size and connections in number. Ctrl+C and SIGTERM end it after the requests that have begun.</summary>
static class WebServer
{
    const int MostBytes = 8192, MostConnections = 512;

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
        Console.WriteLine($"Open http://localhost:{port}/ in a browser. Ctrl+C ends.");
        app.Run();
        Console.WriteLine("Ended.");
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
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (port == 0)
                kestrel.Listen(IPAddress.Loopback, port);
            else
                kestrel.ListenLocalhost(port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = MostBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        WebApplication app = builder.Build();
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
