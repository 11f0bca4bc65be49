using System.Diagnostics;
using RnnDsl.Browsing;

namespace RnnDsl.Runs.Tests;

/// <summary>Programs that a machine may have.</summary>
static class Tool
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The output of Python (RNNDSL_PYTHON, or python3); null if it fails or there is none.</summary>
    public static string? Python(params string[] arguments) => Run(Environment.GetEnvironmentVariable("RNNDSL_PYTHON") ?? "python3", arguments);

    /// <summary>What a page is after a browser has read it.</summary>
    /// <param name="file">The page.</param>
    /// <param name="width">The width of the window, in pixels.</param>
    /// <param name="more">More arguments.</param>
    public static string Browse(string file, int width = 1200, params string[] more)
    {
        DirectoryInfo profile = Directory.CreateTempSubdirectory("rnndsl-chromium-");
        try
        {
            return Run(Chromium.Program!, [.. Chromium.Arguments(profile.FullName), $"--window-size={width},900", .. more, "--dump-dom", "file://" + file])
                ?? throw new InvalidOperationException($"{Chromium.Program} does not open {file}.");
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    static string? Run(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"{program} did not end within {Patience.TotalSeconds} s.");
            }
            Task.WaitAll(output, errors);
            return process.ExitCode == 0 ? output.Result : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>A test that needs TensorBoard.</summary>
sealed class TensorBoardFactAttribute : FactAttribute
{
    static readonly bool IsThere = Tool.Python("-c", "import tensorboard.backend.event_processing.event_accumulator") is not null;

    public TensorBoardFactAttribute() => Skip = IsThere ? null : "Python has no package tensorboard (RNNDSL_PYTHON names a Python that has): its own reader reads nothing. The reader written here does in any case.";
}
