using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using RnnDsl.Package.Tests;
using Xunit.Abstractions;

namespace RnnDsl.Aot.Tests;

/// <summary>examples/EdgePredictor as a native program.</summary>
[Collection(PublishedCollection.Name)]
public sealed partial class PredictorProgramTests(Published published, ITestOutputHelper log)
{
    const long LargestBinary = 3_000_000, LargestMemory = 20_000;

    /// <summary>Far above what is measured: a machine may be busy.</summary>
    static readonly TimeSpan SlowestStart = TimeSpan.FromMilliseconds(500);

    [AotFact]
    public void It_is_small()
    {
        long size = new FileInfo(published.Program).Length;
        log.WriteLine($"{size} bytes");
        Assert.InRange(size, 1, LargestBinary);
    }

    /// <summary>
    /// A step's sums belong to one lane each and add their products in one order, so vectors of any width give the same bits. What changes
    /// them is whether products are rounded before they are added: x86-64-v3, AVX-512 and Arm fuse the two, x64 without AVX2 cannot.
    /// </summary>
    [AotFact]
    public void Its_answers_are_the_jits_to_the_bit()
    {
        string input = Series.Lines(500);
        Run native = Run.WithInput(input, published.Program).Succeeded();
        Assert.Equal(500, native.Rows.Length);
        Assert.All(native.Rows, row => Assert.Equal(12, row.Length));
        // Written so that they read back as the same bits.
        Assert.Equal(native.Lines, Run.Managed(input, published.ManagedProgram).Succeeded().Lines);
        Assert.Equal(native.Lines, Run.Managed(input, published.ManagedProgram, "EnableAVX512=0").Succeeded().Lines);
        Run notFused = Run.Managed(input, published.ManagedProgram, "EnableAVX2=0").Succeeded();
        Assert.InRange(Series.Difference(native.Rows, notFused.Rows), 0, 1e-5);
    }

    [AotFact]
    public void A_file_is_read_as_standard_input_is()
    {
        string input = Series.Lines(20), file = published.Write("values.txt", input);
        string answers = Run.WithInput(input, published.Program).Succeeded().Output;
        Assert.Equal(answers, Run.Of(published.Program, file).Succeeded().Output);
        Assert.Equal(answers, Run.WithInput(input, published.Program, "-").Succeeded().Output);
        Assert.Equal("", Run.WithInput("", published.Program).Succeeded().Output);
    }

    [AotFact]
    public void It_answers_at_once()
    {
        TimeSpan least = TimeSpan.MaxValue;
        // What disturbs a start only makes it longer.
        for (int i = 0; i < 5 && least > SlowestStart; i++)
        {
            using Process process = Answer(out TimeSpan first);
            End(process);
            least = first < least ? first : least;
        }
        log.WriteLine(FormattableString.Invariant($"{least.TotalMilliseconds:F1} ms from the start to the first answer"));
        Assert.InRange(least, TimeSpan.Zero, SlowestStart);
    }

    [LinuxFact]
    public void It_needs_little_memory()
    {
        using Process process = Answer(out _);
        foreach (double value in Series.Values(5000))
        {
            process.StandardInput.WriteLine(value.ToString(CultureInfo.InvariantCulture));
            process.StandardInput.Flush();
            Assert.NotNull(process.StandardOutput.ReadLine());
        }
        long peak = long.Parse(PeakMemory().Match(File.ReadAllText($"/proc/{process.Id}/status")).Groups[1].Value, CultureInfo.InvariantCulture);
        log.WriteLine($"{peak} KiB at most");
        Assert.InRange(peak, 1, LargestMemory);
        End(process);
    }

    /// <summary>Begins the program, and returns once it has answered one value; it waits for the next.</summary>
    Process Answer(out TimeSpan first)
    {
        string program = published.Program;
        var watch = Stopwatch.StartNew();
        Process process = Run.Begin(program, [], []);
        process.StandardInput.WriteLine("50");
        process.StandardInput.Flush();
        Assert.NotNull(process.StandardOutput.ReadLine());
        first = watch.Elapsed;
        return process;
    }

    static void End(Process process)
    {
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, process.ExitCode);
    }

    [AotFact]
    public void A_wrong_line_is_left_out_and_named_in_one_line()
    {
        Assert.Equal(3, Run.WithInput("50\n51\nabc\n52\n", published.Program).FailedWith("Line 3: 'abc' is not a finite number.").Lines.Length);
        Assert.Single(Run.WithInput("50\nNaN\n", published.Program).FailedWith("Line 2: 'NaN' is not a finite number.").Lines);
        Run.WithInput("1e99\n", published.Program).FailedWith("Line 1: '1e99' is not a finite number.");
        Run.WithInput("\n", published.Program).FailedWith("Line 1: '' is not a finite number.");
        Run.WithInput("1,5\n", published.Program).FailedWith("Line 1: '1,5' is not a finite number.");
    }

    [AotFact]
    public void A_wrong_command_line_ends_in_one_line()
    {
        string text = published.Write("text.txt", "This is not a file of weights.\n");
        Failed("There is no file", published.PathOf("nowhere.txt"));
        Failed("There is no file", "--weights", published.PathOf("nowhere.safetensors"));
        Failed("not a safetensors file", "--weights", text);
        Failed("is a folder, not a file", published.Folder);
        Failed("'--frobnicate' is not understood; --help lists the options.", "--frobnicate");
        Failed("'two' is not understood", "one", "two");
        Failed("--weights needs a value", "--weights");
        Failed("--epochs needs a whole number of at least 1, not '0'.", "--epochs", "0");
        Failed("--train needs --save FILE", "--train", text);

        void Failed(string part, params string[] arguments) => Assert.Equal("", Run.Of(published.Program, arguments).FailedWith(part).Output);
    }

    [GeneratedRegex(@"^VmHWM:\s+(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex PeakMemory();
}
