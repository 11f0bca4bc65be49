using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RnnDsl.Examples;

/// <summary>
/// A server over HTTP for this computer alone. Requests are bounded in size, and requests and connections in number, so that memory is bounded whoever calls.
/// Ctrl-C and SIGTERM end it after the requests that have begun.
/// </summary>
static class LocalServer
{
    /// <summary>The largest request, in bytes; the same for its headers.</summary>
    public const int MostBytes = 8192;

    /// <summary>Requests that are worked on at once.</summary>
    public const int MostAtOnce = 256;

    /// <summary>Requests beyond those that wait. The next one is answered with 503 at once.</summary>
    public const int MostWaiting = 2048;

    /// <summary>Open connections. A further one is closed without an answer: to read its request would cost the memory that is bounded here.</summary>
    public const int MostConnections = 4096;

    /// <summary>A server without addresses that is not yet started.</summary>
    /// <param name="port">The port; 0 for any that is free.</param>
    public static WebApplication Create(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // What keeps it from starting is told by Run, in a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // A warning that threads were late says nothing that its user could act on.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        // A page of another site whose name leads to this computer is refused: its requests name that site.
        builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";
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
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddRateLimiter(limits =>
        {
            var all = new ConcurrencyLimiterOptions { PermitLimit = MostAtOnce, QueueLimit = MostWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(_ => RateLimitPartition.GetConcurrencyLimiter("all", _ => all));
            limits.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            limits.OnRejected = async (rejected, cancellation) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "1";
                await rejected.HttpContext.Response.WriteAsJsonAsync(new { error = "Too many requests wait. Send this one again after a second." }, cancellation);
            };
        });
        WebApplication app = builder.Build();
        app.UseRateLimiter();
        return app;
    }

    /// <summary>Starts the server, says where it is, and returns when it has ended.</summary>
    /// <param name="app">The server.</param>
    /// <param name="port">Its port, which messages name.</param>
    /// <exception cref="IOException">Another program has the port.</exception>
    public static void Run(WebApplication app, int port)
    {
        try
        {
            app.Start();
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new IOException($"Another program listens on port {port}. Give another one with --port.", error);
        }
        Console.WriteLine($"Open {app.Urls.First()}/ in a browser. Ctrl+C ends.");
        app.WaitForShutdown();
        Console.WriteLine("Ended.");
    }
}
