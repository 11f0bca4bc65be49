using System.Diagnostics;
using System.Globalization;
using RnnDsl.Terminal;

namespace RnnDsl.Examples.Tests;

/// <summary>Ctrl-C and SIGTERM, as other programs send them. Windows has no program that sends them to one process.</summary>
public sealed class SignalTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void The_first_signal_cancels_every_token_and_the_program_goes_on(string signal)
    {
        if (IsIgnored(signal))
            return;
        using Interruption outer = new(), inner = new();
        Send(signal, Environment.ProcessId);
        Assert.True(outer.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)) && inner.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)));
        // A training that begins later has its own first signal.
        using var later = new Interruption();
        Assert.False(later.Token.IsCancellationRequested);
        Send(signal, Environment.ProcessId);
        Assert.True(later.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_training_that_is_ended_saves_its_model(string signal)
    {
        if (IsIgnored(signal))
            return;
        string folder = Directory.CreateTempSubdirectory("rnndsl-signals-").FullName, file = Path.Combine(folder, "model.safetensors");
        try
        {
            string sessions = Path.Combine(folder, "sessions.csv");
            IEnumerable<string> rows = Enumerable.Range(0, 60)
                .Select(i => FormattableString.Invariant($"{new DateTime(2026, 1, 1).AddDays(i):yyyy-MM-dd},u{i % 5},a{i % 7} b{i % 3} a{(i + 1) % 7}"));
            File.WriteAllLines(sessions, rows.Prepend("InvoiceDate,CustomerID,Items"));
            string program = Path.Combine(AppContext.BaseDirectory, "Recommendation.dll");
            string[] arguments =
            [
                program, "--data", sessions, "--epochs", "60000", "--vector", "4", "--session-units", "4", "--user-units", "4", "--features", "4", "--threads", "1", "--no-test",
                "--output", file,
            ];
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
            try
            {
                while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("epoch 2:", StringComparison.Ordinal))
                {
                }
                Send(signal, process.Id);
                string rest = await process.StandardOutput.ReadToEndAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
                await process.WaitForExitAsync();
                Assert.Equal(0, process.ExitCode);
                Assert.Contains("The training was ended. The best model so far is kept.", rest, StringComparison.Ordinal);
                Assert.True(File.Exists(file));
            }
            finally
            {
                process.Kill();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A program of several trainings does not go on with the next one, and saves nothing that is half trained.</summary>
    [Theory]
    [InlineData("Dialogue", "--epochs 100000")]
    [InlineData("Speech", "strings --live --strings 20 --epochs 100000")]
    [InlineData("Monitoring", "--language-epochs 100000")]
    public async Task A_program_of_several_trainings_ends(string program, string line)
    {
        if (IsIgnored("INT"))
            return;
        string folder = Directory.CreateTempSubdirectory("rnndsl-signals-").FullName, output = Path.Combine(folder, "out"), told = "";
        try
        {
            // Before its training a signal ends it at once, without a word: then it is given more time.
            for (int seconds = 8; seconds <= 64 && told.Length == 0; seconds *= 2)
            {
                var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. line.Split(' '), "--threads", "1", "--output", output]) { RedirectStandardOutput = true, RedirectStandardError = true };
                using var process = Process.Start(start)!;
                try
                {
                    Task<string> written = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
                    await Task.Delay(TimeSpan.FromSeconds(seconds));
                    Send("INT", process.Id);
                    await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
                    Assert.Equal(130, process.ExitCode);
                    await written;
                    told = await error;
                    Assert.False(Directory.Exists(output) && Directory.EnumerateFiles(output).Any() || File.Exists(output));
                }
                finally
                {
                    process.Kill();
                }
            }
            Assert.Contains("Nothing was saved", told, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Whether the signal does not come: on Windows, and where a shell has started the tests in the background, for which it has SIGINT ignored.</summary>
    static bool IsIgnored(string signal)
    {
        if (OperatingSystem.IsWindows())
            return true;
        if (!OperatingSystem.IsLinux())
            return false;
        string ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(ignored.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal == "INT" ? 1 : 14) & 1) != 0;
    }

    static void Send(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
