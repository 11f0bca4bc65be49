using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

namespace RnnDsl.Benchmarks;

/// <summary>Compiles to the end at the first call. Otherwise, on a busy machine, work of nanoseconds is timed before the runtime comes to it.</summary>
public class AtOnce : ManualConfig
{
    public AtOnce() => AddJob(Job.Default.WithEnvironmentVariable("DOTNET_TieredCompilation", "0").AsMutator());
}
