using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RnnDsl.Text.Tests.Recommendation;

/// <summary>A test that starts a PostgreSQL server of its own, where the programs for it are there.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "The PostgreSQL server of this test is started on Linux alone.";
        else if (PostgresServer.Find("initdb") is null || PostgresServer.Find("pg_ctl") is null)
            Skip = "initdb and pg_ctl of PostgreSQL are not on the PATH.";
        else if (Environment.UserName == "root" && PostgresServer.Find("runuser") is null)
            Skip = "PostgreSQL does not run as root, and runuser, which starts it as another user, is not on the PATH.";
    }
}

/// <summary>A PostgreSQL server in a temporary folder, which listens on this computer alone and is gone with the test. It is started when somebody first asks for it.</summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>Root may not run the server; nobody may.</summary>
    const string OtherUser = "nobody";

    readonly Lazy<string> started;
    string? folder;

    public PostgresServer() => started = new Lazy<string>(Start);

    public string ConnectionString => started.Value;

    /// <summary>Where a program of that name lies, or null.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);

    string Start()
    {
        folder = Directory.CreateTempSubdirectory("rnndsl-postgres").FullName;
        if (Environment.UserName == "root")
            Run("chown", OtherUser, folder);
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        AsOther(Find("initdb")!, "-D", Data, "-U", "shop", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        AsOther(Find("pg_ctl")!, "-D", Data, "-w", "-t", "60", "-l", Path.Combine(folder, "log"), "-o", $"-F -h 127.0.0.1 -p {port} -k {folder}", "start");
        return $"Host=127.0.0.1;Port={port};Username=shop;Database=postgres;Pooling=false";
    }

    string Data => Path.Combine(folder!, "data");

    static void AsOther(params string[] command)
    {
        if (Environment.UserName == "root")
            Run("runuser", ["-u", OtherUser, "--", .. command]);
        else
            Run(command[0], command[1..]);
    }

    static void Run(string program, params string[] arguments)
    {
        // The server goes on with what it is given to write to, so nothing of it is read here: it writes to its log.
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = !arguments.Contains("start"), UseShellExecute = false };
        using Process process = Process.Start(start)!;
        string said = start.RedirectStandardOutput ? process.StandardOutput.ReadToEnd() : "";
        Assert.True(process.WaitForExit(90_000), $"{program} does not end.");
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}. {said}");
    }

    public void Dispose()
    {
        if (folder is null)
            return;
        if (started.IsValueCreated)
            AsOther(Find("pg_ctl")!, "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }
}
