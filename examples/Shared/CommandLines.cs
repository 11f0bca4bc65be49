using System.CommandLine;
using System.CommandLine.Parsing;

namespace RnnDsl.Examples;

/// <summary>Runs a program by its command line, in which numbers are written the same way in every country.</summary>
public static class CommandLines
{
    /// <summary>Reads the arguments and runs what they ask for.</summary>
    /// <param name="command">The program. All numeric options of it and of its subcommands are read by <see cref="Numbers"/>.</param>
    /// <param name="args">The arguments of the program.</param>
    /// <returns>The exit code: 1 if the arguments are wrong, else that of the action.</returns>
    public static int Run(this RootCommand command, string[] args)
    {
        ReadNumbers(command);
        return command.Parse(args).Invoke();
    }

    /// <inheritdoc cref="Run"/>
    /// <remarks>After Ctrl-C or SIGTERM an action has a minute to end: a step of a training may take a while.</remarks>
    public static Task<int> RunAsync(this RootCommand command, string[] args)
    {
        ReadNumbers(command);
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
    }

    static void ReadNumbers(Command command)
    {
        foreach (Option option in command.Options)
            ReadNumbers(option);
        foreach (Command inner in command.Subcommands)
            ReadNumbers(inner);
    }

    static void ReadNumbers(Option option)
    {
        switch (option)
        {
            case Option<int> whole:
                Read<int, int>(whole, Numbers.Whole, number => number);
                break;
            case Option<int?> whole:
                Read<int?, int>(whole, Numbers.Whole, number => number);
                break;
            case Option<double> real:
                Read<double, double>(real, Numbers.Real, number => number);
                break;
            case Option<double?> real:
                Read<double?, double>(real, Numbers.Real, number => number);
                break;
        }
    }

    /// <summary>Reads a number, or says why it is none, as the methods of <see cref="Numbers"/> do.</summary>
    delegate string? Reader<TNumber>(string text, out TNumber number);

    static void Read<TValue, TNumber>(Option<TValue> option, Reader<TNumber> read, Func<TNumber, TValue> given)
    {
        option.CustomParser = result =>
        {
            read(result.Tokens[0].Value, out TNumber number);
            return given(number);
        };
        Refuse(option, text => read(text, out _));
    }

    /// <summary>Adds the reason why a text is no number. The option's own validators read its value, so they run only if there is one.</summary>
    static void Refuse(Option option, Func<string, string?> reason)
    {
        Action<OptionResult>[] validators = [.. option.Validators];
        option.Validators.Clear();
        option.Validators.Add(result =>
        {
            if (result.Tokens.Select(token => reason(token.Value)).FirstOrDefault(why => why is not null) is { } wrong)
                result.AddError($"{option.Name}: {wrong}");
            else
                foreach (Action<OptionResult> validator in validators)
                    validator(result);
        });
    }
}
