using RnnDsl.CompilerServices;
using Xunit.Abstractions;

namespace RnnDsl.Execution.Tests;

/// <summary>Random programs that were wrong once, and those that somebody names.</summary>
public class RandomProgramTests(ITestOutputHelper log)
{
    /// <summary>One or two of each kind of fault that random programs found, by kind and seed.</summary>
    const string OnceWrong =
        "Plain:1075,Plain:2138,Plain:144,Plain:180,Wide:2,Wide:3,Wide:6,Wide:10,Wide:13,Wide:14,Wide:15,Wide:18,Wide:27,Wide:29,Wide:30,Wide:33,Wide:38,Wide:50,Wide:54,Wide:57," +
        "Wide:62,Wide:67,Wide:93,Wide:94,Wide:305,Wide:330,Wide:345,Wide:346,Wide:350,Wide:102944,Wide:105258,Wide:105806,"
        + "Model:3,Model:11,Model:20,Model:24,Model:29,Model:200065,Model:200352,Model:921056,Axes:920027,OneHot:1300021,Axes:1100162,Axes:1600018,Model:1640161,Model:1660606,Model:1660751,Model:1660983,Model:1831825,Model:1831882,Model:1840118,Model:1850069,OneHot:1670001,Wide:1871029";

    [Fact]
    public void Programs_that_were_wrong_once_equal_their_equations() => Run("once wrong", OnceWrong);

    /// <summary>Single programs: RNNDSL_RANDOM_ONLY=Wide:7,Model:12.</summary>
    [Fact]
    public void Random_programs_that_were_named() => Run("named", Environment.GetEnvironmentVariable("RNNDSL_RANDOM_ONLY") ?? "Plain:1000");

    /// <summary>What is written by chance is written: a hundred cells and models have it all.</summary>
    [Fact]
    public void Random_programs_mark_parameters_and_count_steps()
    {
        foreach (ProgramKind kind in new[] { ProgramKind.Wide, ProgramKind.Model })
        {
            string sources = string.Concat(Enumerable.Range(870_000, 100).Select(seed => RandomProgram.Write(kind, seed).Source));
            foreach (string part in new[] { "[Fixed] ", "[Fixed, Init(0.5)] ", "[Fixed(nameof(", "[Init(nameof(", "int rows", "int size", "StepNumber", "static double Computed0Scalar()" })
                Assert.Contains(part, sources);
            Assert.DoesNotContain("StepNumber", string.Concat(Enumerable.Range(0, 50).Select(seed => RandomProgram.Write(kind, seed).Source)));
        }
    }

    void Run(string what, string programs) =>
        new RandomRun(log.WriteLine).All(what, [.. programs.Split(',').Select(p => p.Split(':')).Select(p => (Enum.Parse<ProgramKind>(p[0]), int.Parse(p[1])))]);
}
