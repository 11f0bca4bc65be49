using System.Diagnostics;
using System.Globalization;

namespace RnnDsl.Distributed.Tests;

/// <summary>A test that starts mpirun. Where there is none, it is skipped.</summary>
sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute()
    {
        if (Mpirun.Path is null)
            Skip = "mpirun is not installed on this machine, so nothing of MPI was tested (Debian and Ubuntu: apt-get install openmpi-bin libopenmpi-dev).";
    }
}

/// <summary>The test program on several ranks.</summary>
sealed class Mpirun : IDisposable
{
    readonly Process process;
    readonly Task<string> output, errors;
    readonly string folder;
    readonly int ranks;

    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator).Where(folder => folder.Length > 0)
        .Select(folder => System.IO.Path.Combine(folder, "mpirun")).FirstOrDefault(File.Exists);

    public Mpirun(int ranks, string folder, params string[] arguments)
    {
        (this.ranks, this.folder) = (ranks, folder);
        foreach (string old in Directory.EnumerateFiles(folder, "pid.*").Concat(Directory.EnumerateFiles(folder, "result.*")))
            File.Delete(old);
        var start = new ProcessStartInfo(Path!, ["-n", Text(ranks), System.IO.Path.Combine(AppContext.BaseDirectory, "RnnDsl.Distributed.Program"), "--folder", folder, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // Open MPI asks for these before it starts as root, or with more ranks than processors. Others do not know them.
        foreach (string name in new[] { "OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_rmaps_base_oversubscribe" })
            start.Environment[name] = "1";
        // Containers often forbid a process to read the memory of another, which Open MPI would try.
        start.Environment["OMPI_MCA_btl_vader_single_copy_mechanism"] = "none";
        process = Process.Start(start)!;
        (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>Waits for the end.</summary>
    public (int Code, string Output, string Errors) Finish()
    {
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(3)), "mpirun hangs.");
        return (process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Ends a rank by SIGKILL, some time after it begins to train.</summary>
    public void Kill(int rank, TimeSpan after)
    {
        string path = System.IO.Path.Combine(folder, $"pid.{Text(rank)}");
        int number = 0;
        Assert.True(SpinWait.SpinUntil(() =>
        {
            Thread.Sleep(5);
            return process.HasExited || (File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out number));
        }, TimeSpan.FromMinutes(3)), "The rank does not start.");
        Thread.Sleep(after);
        try
        {
            Process.GetProcessById(number).Kill();
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    /// <summary>The hash that all ranks got, or null if one did not end.</summary>
    public string? Hash()
    {
        string[] hashes = [.. Enumerable.Range(0, ranks).Select(rank => System.IO.Path.Combine(folder, $"result.{Text(rank)}")).Where(File.Exists).Select(File.ReadAllText)];
        return hashes.Length < ranks ? null : Assert.Single(hashes.Distinct());
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
