using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace RnnDsl.Fuzz.Tests;

/// <summary>
/// Reads damaged files for a while: half a second, or as many as RNNDSL_FUZZ_SECONDS says; RNNDSL_FUZZ_SEED begins elsewhere. Each is read, or refused with the
/// expected exception and one line, in bounded time and memory. Else the file stays in the temporary folder, and the test fails with its name.
/// </summary>
sealed class Fuzzer(ITestOutputHelper log)
{
    const long MostBytes = 256L << 20;
    const int LongestMessage = 3000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    readonly double seconds = Setting("RNNDSL_FUZZ_SECONDS", 0.5);
    readonly int seed = (int)Setting("RNNDSL_FUZZ_SEED", 1);

    static double Setting(string name, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : otherwise;

    /// <param name="extension">Of the files, ".h5".</param>
    /// <param name="samples">Whole files.</param>
    /// <param name="damage">A sample and another one, damaged.</param>
    /// <param name="read">Reads a file.</param>
    /// <param name="expected">Whether it may be refused so.</param>
    public void Run(string extension, byte[][] samples, Func<Random, byte[], byte[], byte[]> damage, Action<string> read, Func<Exception, bool>? expected = null)
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-fuzz-").FullName, path = Path.Combine(folder, "case" + extension);
        foreach (byte[] sample in samples)
        {
            File.WriteAllBytes(path, sample);
            read(path);
        }
        long resident = PeakResident();
        long count = 0, refused = 0, begun = 0;
        string? failure = null;
        var done = new ManualResetEventSlim();
        var worker = new Thread(() =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; failure is null && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
            {
                var random = new Random(HashCode.Combine(seed, i));
                byte[] bytes = damage(random, samples[random.Next(samples.Length)], samples[random.Next(samples.Length)]);
                File.WriteAllBytes(path, bytes);
                long before = GC.GetAllocatedBytesForCurrentThread();
                Interlocked.Exchange(ref begun, Stopwatch.GetTimestamp());
                Exception? error = Record.Exception(() => read(path));
                TimeSpan took = Stopwatch.GetElapsedTime(Interlocked.Exchange(ref begun, 0));
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                count++;
                refused += error is null ? 0 : 1;
                if (error is not null && !(expected?.Invoke(error) ?? error is InvalidDataException))
                    failure = $"was refused with {error}";
                else if (error is not null && (error.Message.Any(char.IsControl) || error.Message.Length > LongestMessage))
                    failure = $"was refused with a message that is not one line of some length: {error.Message[..Math.Min(error.Message.Length, LongestMessage)]}";
                else if (error is not null && error.Message.Split(path).Length > 2)
                    failure = $"is named more than once: {error.Message}";
                else if (took > Patience || allocated > MostBytes + bytes.Length)
                    failure = FormattableString.Invariant($"of {bytes.Length} bytes took {took.TotalSeconds:F1} s and {allocated >> 20} MiB");
            }
            done.Set();
        }, 1 << 20) { IsBackground = true };
        worker.Start();
        while (!done.Wait(100))
            if (Interlocked.Read(ref begun) is > 0 and long since && Stopwatch.GetElapsedTime(since) > 3 * Patience)
                Assert.Fail($"{path} is not read within {3 * Patience}.");
        Assert.True(failure is null, $"{path} {failure}");
        Directory.Delete(folder, recursive: true);
        resident = PeakResident() - resident;
        log.WriteLine($"{count} files, {refused} refused; {resident >> 20} MiB more resident at the peak");
        Assert.True(refused > 0);
        Assert.True(resident <= MostBytes, $"{resident >> 20} MiB more resident at the peak");
    }

    /// <summary>Of the process so far, in bytes; 0 where the system does not say. Linux counts pages for each thread and adds them up late: a later answer may be a little smaller.</summary>
    static long PeakResident() => File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10).FirstOrDefault() : 0;
}
