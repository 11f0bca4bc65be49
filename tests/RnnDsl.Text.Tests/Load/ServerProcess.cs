using System.Diagnostics;
using System.Globalization;
using RnnDsl.Examples.Dialogue;

namespace RnnDsl.Text.Tests.Load;

/// <summary>The server of <c>examples/Dialogue</c> in a process of its own, on a port that is free.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly Task<string> errors;
    Task<string>? rest;

    ServerProcess(Process process) => (this.process, errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>Where it answers.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts a server, and returns when it answers.</summary>
    /// <param name="folder">The folder of the assistant.</param>
    /// <param name="arguments">More arguments of <c>serve</c>.</param>
    public static async Task<ServerProcess> StartAsync(string folder, params string[] arguments)
    {
        string[] all = [typeof(WebServer).Assembly.Location, "serve", folder, "--port", "0", .. arguments];
        var server = new ServerProcess(Process.Start(new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, RedirectStandardError = true })!);
        string? line = await server.process.StandardOutput.ReadLineAsync().WaitAsync(patience);
        if (line?.Split(' ').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal)) is not { } address)
        {
            server.process.Kill();
            throw new InvalidOperationException($"The server did not start. It printed '{line}' and '{await server.errors}'.");
        }
        server.Address = new Uri(address);
        server.rest = server.process.StandardOutput.ReadToEndAsync();
        return server;
    }

    /// <summary>The memory that is resident, in MiB.</summary>
    public double Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>The time that processors have spent on it.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Asks it to end, and returns its exit status with all that it printed after its address and on the stream of errors.</summary>
    public async Task<(int Status, string Printed, string Errors)> EndAsync()
    {
        using (Process asked = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await asked.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(patience);
        return (process.ExitCode, await rest!, await errors);
    }

    public ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
        return ValueTask.CompletedTask;
    }
}
