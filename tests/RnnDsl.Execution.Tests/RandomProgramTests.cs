using RnnDsl.CompilerServices;
using Xunit.Abstractions;

namespace RnnDsl.Execution.Tests;

/// <summary>Random programs that were wrong once, and those that somebody names.</summary>
public class RandomProgramTests(ITestOutputHelper log)
{
    /// <summary>One or two of each kind of fault that random programs found, by kind and seed.</summary>
    const string OnceWrong = "Plain:1075,Plain:2138";

    [Fact]
    public void Programs_that_were_wrong_once_equal_their_equations() => Run("once wrong", OnceWrong);

    /// <summary>Single programs: RNNDSL_RANDOM_ONLY=Wide:7,Model:12.</summary>
    [Fact]
    public void Random_programs_that_were_named() => Run("named", Environment.GetEnvironmentVariable("RNNDSL_RANDOM_ONLY") ?? "Plain:1000");

    void Run(string what, string programs) =>
        new RandomRun(log.WriteLine).All(what, [.. programs.Split(',').Select(p => p.Split(':')).Select(p => (Enum.Parse<ProgramKind>(p[0]), int.Parse(p[1])))]);
}
