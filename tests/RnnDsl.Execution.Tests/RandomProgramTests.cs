using Xunit.Abstractions;

namespace RnnDsl.Execution.Tests;

/// <summary>Random cells equal their equations: compiled in bulk, other ones every day.</summary>
public class RandomProgramTests(ITestOutputHelper log)
{
    /// <summary>More and other programs: RNNDSL_RANDOM_CELLS=500 RNNDSL_RANDOM_SEED=7.</summary>
    [Fact]
    public void Random_cells_equal_their_equations()
    {
        int count = RandomRun.Setting("RNNDSL_RANDOM_CELLS") ?? 240;
        new RandomRun(log.WriteLine).All("cells", [.. Enumerable.Range(0, count).Select(i => (i % 4 == 3 ? ProgramKind.Plain : ProgramKind.Wide, RandomRun.FirstSeed + i))]);
    }

    /// <summary>Single programs, by kind and seed: RNNDSL_RANDOM_ONLY=Wide:7,Model:12.</summary>
    [Fact]
    public void Random_programs_that_were_named()
    {
        string named = Environment.GetEnvironmentVariable("RNNDSL_RANDOM_ONLY") ?? "Wide:1";
        new RandomRun(log.WriteLine).All("named", [.. named.Split(',').Select(n => n.Split(':')).Select(n => (Enum.Parse<ProgramKind>(n[0]), int.Parse(n[1])))]);
    }
}

/// <summary>Random models equal their equations; a class of its own, so that they run beside the cells.</summary>
public class RandomModelTests(ITestOutputHelper log)
{
    /// <summary>More and other programs: RNNDSL_RANDOM_MODELS=500 RNNDSL_RANDOM_SEED=7.</summary>
    [Fact]
    public void Random_models_equal_their_equations()
    {
        int count = RandomRun.Setting("RNNDSL_RANDOM_MODELS") ?? 60;
        new RandomRun(log.WriteLine).All("models", [.. Enumerable.Range(0, count).Select(i => (ProgramKind.Model, RandomRun.FirstSeed + i))]);
    }
}
