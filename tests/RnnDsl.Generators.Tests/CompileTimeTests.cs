using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

/// <summary>The generator takes time and memory that grow with the program, no faster: its passes and its printer, on graphs of many forms, and all of it, on
/// texts. The time is the process's own, so that other work on the machine does not count, and no other test runs beside. Collections are not in it: what they take depends on
/// all that the other tests of the process left behind. What makes them necessary is measured, as bytes.</summary>
[Collection(Alone)]
public class CompileTimeTests
{
    const string Alone = "Compile time";

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public class RunsAlone;

    const int Small = 200, Doublings = 2, Large = Small << Doublings;

    /// <summary>Most times the time and the memory that a program of twice the size may take. Memory is the same in each run, time is not.</summary>
    const double MostTime = 3, MostMemory = 2.2;

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
    public void Passes_and_printer_take_twice_the_time_for_twice_the_program(string kind) =>
        AssertLinear(size => Passes(kind, kind == "layers" ? size / 4 : size));

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
        double milliseconds = Time(run);
        // What disturbs a run only makes it longer.
        for (int i = 1; i < MostTries && milliseconds >= 5000; i++)
            milliseconds = Math.Min(milliseconds, Measure(run).Milliseconds);
        Assert.True(milliseconds < 5000, $"{milliseconds:F0} ms");
    }

    [Theory]
    [InlineData("terms")]
    [InlineData("sums of sums")]
    [InlineData("statements")]
    public void A_deep_program_needs_no_deep_stack(string kind)
    {
        // 64 bytes for each level: no method that called itself for each would have enough.
        Action passes = Passes(kind, 4096);
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(passes), maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
    }

    /// <summary>Bytes that the other threads of the process may allocate during a run.</summary>
    const long Spare = 32 << 20;

    /// <summary>How often times are taken anew. What disturbs a run only makes it longer, so the least of all runs of a size counts.</summary>
    const int MostTries = 6;

    static void AssertLinear(Func<int, Action> program)
    {
        // What is compiled just in time is compiled before.
        program(60)();
        Action small = program(Small), large = program(Large);
        double smallest = double.MaxValue, largest = double.MaxValue;
        string found = "";
        for (int i = 0; i < MostTries; i++)
        {
            (long smallBytes, double smallMilliseconds) = Measure(small);
            (long largeBytes, double largeMilliseconds) = Measure(large);
            (smallest, largest) = (Math.Min(smallest, smallMilliseconds), Math.Min(largest, largeMilliseconds));
            found = $"{Small}: {smallBytes >> 10} KiB, {smallest:F0} ms; {Large}: {largeBytes >> 10} KiB, {largest:F0} ms";
            Assert.True(largeBytes <= Math.Pow(MostMemory, Doublings) * smallBytes, found);
            if (largest <= Math.Pow(MostTime, Doublings) * smallest)
                return;
        }
        Assert.Fail(found);
    }

    /// <summary>What a run allocates and computes. No collection comes into the run that is timed: the pauses that the runtime reports are by a clock on the wall, so that
    /// they cannot be taken from the processor's time. The first run says how much memory that needs.</summary>
    static (long Bytes, double Milliseconds) Measure(Action run)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        run();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(GC.TryStartNoGCRegion(bytes + bytes / 4 + Spare), "There is not enough memory to run without a collection.");
        before = GC.GetAllocatedBytesForCurrentThread();
        double milliseconds = Time(run);
        bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
        GC.EndNoGCRegion();
        return (bytes, milliseconds);
    }

    /// <summary>The process's time of a run: the program's and the system's together, because the system guesses how it divides.</summary>
    static double Time(Action run)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        run();
        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
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
