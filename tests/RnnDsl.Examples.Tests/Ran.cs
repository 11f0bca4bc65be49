using System.Globalization;
using System.Reflection;
using Spectre.Console;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace RnnDsl.Examples.Tests;

/// <summary>An example program that ran in this process: its exit code and what it wrote.</summary>
sealed record Ran(int ExitCode, string Output, string Error)
{
    /// <summary>Numbers are written as in Germany. It is made by hand, because the machine may have no data of countries.</summary>
    public static CultureInfo WithComma { get; } = new("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };

    /// <summary>Runs the entry point of a program where numbers have a decimal comma. An exception that the program does not catch fails the test.</summary>
    /// <param name="program">The name of the assembly.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="input">Standard input.</param>
    public static Ran Of(string program, IEnumerable<string> arguments, string input = "")
    {
        (TextWriter output, TextWriter error, TextReader read, CultureInfo culture) = (Console.Out, Console.Error, Console.In, CultureInfo.CurrentCulture);
        using StringWriter written = new(), failed = new();
        try
        {
            Console.SetOut(written);
            Console.SetError(failed);
            Console.SetIn(new StringReader(input));
            // It keeps the writer that it met first.
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(written) });
            CultureInfo.CurrentCulture = WithComma;
            object? code = Assembly.Load(program).EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments.ToArray()], null);
            return new Ran(Assert.IsType<int>(code), written.ToString(), failed.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Console.SetIn(read);
            CultureInfo.CurrentCulture = culture;
        }
    }
}
