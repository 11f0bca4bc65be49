using System.Diagnostics;
using System.Globalization;
using System.Text;
using RnnDsl.Package.Tests;

namespace RnnDsl.Aot.Tests;

/// <summary>A program's run: what it wrote, where, and how it ended.</summary>
internal sealed record Run(string Command, int ExitCode, string Output, string Error)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public Run Succeeded()
    {
        Assert.True(ExitCode == 0 && Error.Length == 0, $"{Command} ended with {ExitCode}: {Error}");
        return this;
    }

    /// <summary>Ended as a wrong command line or file does: one line on the error stream, exit code 2.</summary>
    public Run FailedWith(string part)
    {
        Assert.True(ExitCode == 2, $"{Command} ended with {ExitCode}: {Error}");
        Assert.Contains(part, Error);
        Assert.EndsWith("\n", Error);
        Assert.Single(Error.TrimEnd().Split('\n'));
        return this;
    }

    /// <summary>The answers: one row a line.</summary>
    public float[][] Rows => [.. Lines.Select(line => line.Split('\t').Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray())];

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static Run Of(string program, params string[] arguments) => WithInput("", program, arguments);

    public static Run WithInput(string input, string program, params string[] arguments) => Start(Encoding.UTF8.GetBytes(input), program, arguments, []);

    public static Run WithInput(byte[] input, string program, params string[] arguments) => Start(input, program, arguments, []);

    /// <summary>Under the JIT, with settings of the runtime such as <c>EnableAVX2=0</c>.</summary>
    public static Run Managed(string input, string program, params string[] settings) => Managed(input, program, [], settings);

    public static Run Managed(string input, string program, string[] arguments, params string[] settings) => Start(Encoding.UTF8.GetBytes(input), Tool.Host, [program, .. arguments], settings);

    static Run Start(byte[] input, string program, string[] arguments, string[] settings)
    {
        using Process process = Begin(program, arguments, settings);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        try
        {
            using Stream bytes = process.StandardInput.BaseStream;
            bytes.Write(input);
        }
        catch (IOException)
        {
            // It ended before it read all: how is seen below.
        }
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {Patience}.");
        }
        return new Run($"{Path.GetFileName(program)} {string.Join(' ', arguments)}", process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Begins a program and leaves its streams to the caller.</summary>
    public static Process Begin(string program, string[] arguments, string[] settings)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        Tool.RemoveSettingsOfTheRun(start);
        foreach (string setting in settings)
            start.Environment["DOTNET_" + setting.Split('=')[0]] = setting.Split('=')[1];
        return Process.Start(start)!;
    }
}

/// <summary>Values to predict from.</summary>
internal static class Series
{
    /// <summary>So many lines, one value each.</summary>
    public static string Lines(int count) => string.Concat(Values(count).Select(value => FormattableString.Invariant($"{value}\n")));

    /// <summary>Two waves, between 0 and 100.</summary>
    public static IEnumerable<double> Values(int count) => Enumerable.Range(0, count).Select(t => Math.Round(50 + 40 * Math.Sin(t / 11.0) + 7 * Math.Sin(t * 1.7), 1));

    /// <summary>The largest difference, relative where numbers exceed 1.</summary>
    public static double Difference(float[][] one, float[][] other)
    {
        Assert.Equal(other.Length, one.Length);
        return one.Zip(other).Max(rows => rows.First.Zip(rows.Second, (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(b))).Max());
    }
}
