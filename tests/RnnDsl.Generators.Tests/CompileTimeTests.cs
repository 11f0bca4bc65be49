using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

/// <summary>The generator takes time and memory that grow with the program, no faster: its passes and its printer, on graphs of many forms, and all of it, on
/// texts. The time is the process's own, so that other work on the machine does not count, and no other test runs beside. Collections and fresh pages of memory are not in it: what they take depends on
/// all that the other tests of the process left behind. What makes them necessary is measured, as bytes.</summary>
[Collection(Alone)]
public class CompileTimeTests
{
    const string Alone = "Compile time";

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public class RunsAlone;

    const int Smallest = 200, Largest = 800;

    /// <summary>Most that a program of twice the size may cost.</summary>
    const double MostADoubling = 2.6;

    [Theory]
    [InlineData("terms")]
    [InlineData("products of one vector")]
    [InlineData("products of many vectors")]
    [InlineData("sums of sums")]
    [InlineData("statements")]
    [InlineData("products in a row")]
    [InlineData("gates")]
    [InlineData("states")]
    [InlineData("states that become others")]
    [InlineData("scalars")]
    [InlineData("parameters alone")]
    [InlineData("normalizations")]
    [InlineData("layers")]
    public void Passes_and_printer_take_twice_the_time_for_twice_the_program(string kind) => AssertLinear(size => Passes(kind, size));

    [Theory]
    [InlineData("terms")]
    [InlineData("numbers")]
    [InlineData("terms in parentheses")]
    [InlineData("products")]
    [InlineData("numbers alone")]
    [InlineData("statements")]
    [InlineData("locals")]
    [InlineData("calls of a helper")]
    public void The_generator_takes_twice_the_time_for_twice_the_text(string kind) => AssertLinear(size => Generator(kind, 2 * size));

    /// <summary>A hundred helpers deep, one that did not share what it inlines twice would never end.</summary>
    [Fact]
    public void Helpers_that_call_helpers_twice_take_twice_the_time_for_twice_as_many() =>
        AssertLinear(size => Generator("helpers that call helpers twice", size / 8));

    [Theory]
    [InlineData("terms")]
    [InlineData("numbers")]
    [InlineData("products")]
    [InlineData("statements")]
    [InlineData("locals")]
    public void Three_thousand_terms_are_generated_within_five_seconds(string kind)
    {
        Action run = Generator(kind, 3000);
        double milliseconds = double.MaxValue;
        for (int i = 0; i < MostRuns && milliseconds >= 5000; i++)
            milliseconds = Math.Min(milliseconds, Measure(run, 1).Milliseconds);
        Assert.True(milliseconds < 5000, $"{milliseconds:F0} ms");
    }

    [Theory]
    [InlineData("terms")]
    [InlineData("sums of sums")]
    [InlineData("statements")]
    public void A_deep_program_needs_no_deep_stack(string kind)
    {
        Action passes = Passes(kind, 10_000);
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(passes), maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
    }

    const int MostRuns = 3;

    /// <summary>How often times are taken anew. Collections and the just-in-time compiler come when they like; what grows faster than the program does so every time.</summary>
    const int MostTries = 4;

    static void AssertLinear(Func<int, Action> program)
    {
        // What is compiled just in time is compiled before.
        Measure(program(60), MostRuns);
        var found = new List<string>();
        for (int i = 0; i < MostTries; i++)
        {
            (bool isLinear, string sizes) = Try(program);
            if (isLinear)
                return;
            found.Add(sizes);
        }
        Assert.Fail(string.Join("\n", found));
    }

    static (bool IsLinear, string Sizes) Try(Func<int, Action> program)
    {
        var sizes = new List<(int Size, long Bytes, double Milliseconds)>();
        for (int size = Smallest; size <= Largest; size *= 2)
        {
            (long bytes, double milliseconds) = Measure(program(size), MostRuns);
            sizes.Add((size, bytes, milliseconds));
        }
        string found = string.Join("; ", sizes.Select(s => $"{s.Size}: {s.Bytes >> 10} KiB, {s.Milliseconds:F0} ms"));
        for (int i = 1; i < sizes.Count; i++)
            Assert.True(sizes[i].Bytes <= MostADoubling * sizes[i - 1].Bytes, found);
        // Times are noisy one by one, so the first is compared with the last.
        int doublings = sizes.Count - 1;
        return (sizes[doublings].Milliseconds <= Math.Pow(MostADoubling, doublings) * sizes[0].Milliseconds, found);
    }

    /// <summary>The least that several runs allocate and compute.</summary>
    static (long Bytes, double Milliseconds) Measure(Action run, int runs)
    {
        var best = (Bytes: long.MaxValue, Milliseconds: double.MaxValue);
        using var process = Process.GetCurrentProcess();
        for (int i = 0; i < runs; i++)
        {
            GC.Collect();
            process.Refresh();
            TimeSpan before = process.UserProcessorTime - GC.GetTotalPauseDuration();
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            run();
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            process.Refresh();
            best = (Math.Min(best.Bytes, bytes), Math.Min(best.Milliseconds, (process.UserProcessorTime - GC.GetTotalPauseDuration() - before).TotalMilliseconds));
        }
        return best;
    }

    static Action Passes(string kind, int size)
    {
        ModuleModel model = LongPrograms.Model(kind, size);
        return () => Assert.Null(PartialClassWriter.Write(model).Failure);
    }

    /// <summary>A run of the generator over a text, each in a compilation that nobody has asked anything.</summary>
    static Action Generator(string kind, int size)
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(LongPrograms.Text(kind, size));
        return () =>
        {
            GeneratorDriver driver = CSharpGeneratorDriver.Create([new RnnDslGenerator { Verify = false }.AsSourceGenerator()], parseOptions: GeneratorHarness.ParseOptions);
            GeneratorDriverRunResult result = driver.RunGenerators(compilation.Clone()).GetRunResult();
            Assert.Empty(result.Diagnostics);
            Assert.Contains(": CompiledProgram", Assert.Single(result.GeneratedTrees).ToString());
        };
    }
}
