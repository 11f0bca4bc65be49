using System.Diagnostics;
using System.Globalization;
using System.Text;
using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

/// <summary>
/// Compiles and checks random programs batch by batch, in bounded memory, reports every fault and goes on. What is run is chosen by environment variables, see
/// CONTRIBUTING.md; without a seed the date decides, in UTC, so that every day tries others.
/// </summary>
internal sealed class RandomRun(Action<string> log)
{
    /// <summary>Programs compiled together.</summary>
    const int Batch = 60;

    /// <summary>How many kinds of faults are shown with a program that was made small: it takes up to a minute each.</summary>
    static readonly int MostShrunk = Setting("RNNDSL_RANDOM_SHRINK") ?? 3;

    /// <summary>The first seed: RNNDSL_RANDOM_SEED, or one of the day's.</summary>
    public static int FirstSeed { get; } = Setting("RNNDSL_RANDOM_SEED") ?? (int)((long)(DateTime.UtcNow.Date - DateTime.UnixEpoch).TotalDays * 100_000 % 1_000_000_000);

    public static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : null;

    static readonly Lock Writing = new();

    /// <summary>A file to which progress and faults are added as they come.</summary>
    static readonly string? Report = Environment.GetEnvironmentVariable("RNNDSL_RANDOM_REPORT");

    /// <summary>So many cells from the first seed on; every fourth is a plain one.</summary>
    public static (ProgramKind, int)[] Cells(int count) => [.. Enumerable.Range(0, count).Select(i => (i % 4 == 3 ? ProgramKind.Plain : ProgramKind.Wide, FirstSeed + i))];

    /// <summary>So many cells whose values depend on the order of evaluation, from the first seed on.</summary>
    public static (ProgramKind, int)[] Flows(int count) => [.. Enumerable.Range(0, count).Select(i => (ProgramKind.Flow, FirstSeed + i))];

    /// <summary>So many models from the first seed on.</summary>
    public static (ProgramKind, int)[] Models(int count) => [.. Enumerable.Range(0, count).Select(i => (ProgramKind.Model, FirstSeed + i))];

    /// <summary>So many models over one-hot inputs from the first seed on.</summary>
    public static (ProgramKind, int)[] OneHots(int count) => [.. Enumerable.Range(0, count).Select(i => (ProgramKind.OneHot, FirstSeed + i))];

    /// <summary>So many models over sequences of several lengths from the first seed on.</summary>
    public static (ProgramKind, int)[] Axes(int count) => [.. Enumerable.Range(0, count).Select(i => (ProgramKind.Axes, FirstSeed + i))];

    /// <summary>Runs them all.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">Some failed.</exception>
    public void All(string what, IReadOnlyList<(ProgramKind Kind, int Seed)> programs)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan before = Used();
        var faults = new List<(RandomProgram Program, string Kind, string Message)>();
        int done = 0, wrong = 0, shrunk = 0;
        Say($"{what}: {programs.Count} programs from {Named(programs[0].Kind, programs[0].Seed)} on; the same again with RNNDSL_RANDOM_SEED={FirstSeed}.");
        foreach ((ProgramKind, int)[] chunk in programs.Chunk(Batch))
        {
            foreach ((RandomProgram program, IReadOnlyList<ProgramFault> found) in Check([.. chunk.Select(c => RandomProgram.Write(c.Item1, c.Item2))]))
            {
                wrong += found.Count > 0 ? 1 : 0;
                foreach (ProgramFault fault in found)
                {
                    faults.Add((program, fault.Kind, fault.Message));
                    Say($"{Named(program)}: {fault.Kind}: {fault.Message.Split('\n')[0]}");
                }
            }
            done += chunk.Length;
            Say(FormattableString.Invariant($"{what}: {done} of {programs.Count} programs, {wrong} wrong, {ProgramChecks.ConditionalStreams} streams under a condition, {done / clock.Elapsed.TotalSeconds:F1} a second, {done / (Used() - before).TotalSeconds:F1} a second of a processor, {GC.GetTotalMemory(false) >> 20} MiB managed, {Environment.WorkingSet >> 20} MiB in all"));
        }
        if (faults.Count == 0)
            return;
        var text = new StringBuilder($"{wrong} of {programs.Count} random programs are wrong:\n");
        foreach (var kind in faults.GroupBy(f => f.Kind))
            text.AppendLine($"{kind.Count()} × {kind.Key}: {string.Join(", ", kind.Select(f => Named(f.Program)))}");
        foreach (var kind in faults.GroupBy(f => f.Kind))
        {
            (RandomProgram program, string name, string message) = kind.MinBy(f => f.Program.Source.Length);
            text.AppendLine($"\n{Named(program)}: {name}: {message}\nAlone: {Command(program)}");
            RandomProgram small = shrunk++ < MostShrunk ? Shrinker.Shrink(program, name) : program;
            text.AppendLine(small.Source);
        }
        Say(text.ToString());
        Assert.Fail(text.ToString());
    }

    /// <summary>One batch: its programs, each with its faults. Where something is said that belongs to none, each half is a batch of its own.</summary>
    public static IEnumerable<(RandomProgram Program, IReadOnlyList<ProgramFault> Faults)> Check(IReadOnlyList<RandomProgram> programs)
    {
        ProgramBatch batch;
        try
        {
            batch = ProgramBatch.Compile(programs);
        }
        catch (InvalidOperationException fault)
        {
            return programs.Count == 1
                ? [(programs[0], [new("generator", fault.Message)])]
                : programs.Chunk((programs.Count + 1) / 2).SelectMany(Check);
        }
        return Check(programs, batch);
    }

    static IEnumerable<(RandomProgram, IReadOnlyList<ProgramFault>)> Check(IReadOnlyList<RandomProgram> programs, ProgramBatch batch)
    {
        using (batch)
            foreach (RandomProgram program in programs)
            {
                // A crash of the process leaves the name of the program that ran.
                if (Report is not null)
                    File.WriteAllText($"{Report}.{program.Kind}", Named(program));
                yield return (program, batch.Faults.TryGetValue(program, out ProgramFault? fault)
                    ? [fault] : ProgramChecks.Run(program, batch.Assembly!));
            }
    }

    static TimeSpan Used() => Process.GetCurrentProcess().TotalProcessorTime;

    static string Named(RandomProgram program) => Named(program.Kind, program.Seed);

    static string Named(ProgramKind kind, int seed) => $"{kind}:{seed}";

    static string Command(RandomProgram program) =>
        $"RNNDSL_RANDOM_ONLY={Named(program)} dotnet test -c Release tests/RnnDsl.Execution.Tests --filter Random_programs_that_were_named";

    void Say(string text)
    {
        log(text);
        if (Report is null)
            return;
        // Cells and models run side by side.
        lock (Writing)
            File.AppendAllText(Report, text + "\n");
    }
}
