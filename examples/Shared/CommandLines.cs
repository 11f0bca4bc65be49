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
                whole.CustomParser = Whole;
                Refuse(option, text => Numbers.Whole(text, out _));
                break;
            case Option<int?> whole:
                whole.CustomParser = result => Whole(result);
                Refuse(option, text => Numbers.Whole(text, out _));
                break;
            case Option<double> real:
                real.CustomParser = Real;
                Refuse(option, text => Numbers.Real(text, out _));
                break;
            case Option<double?> real:
                real.CustomParser = result => Real(result);
                Refuse(option, text => Numbers.Real(text, out _));
                break;
        }
    }

    static int Whole(ArgumentResult result)
    {
        Numbers.Whole(result.Tokens[0].Value, out int number);
        return number;
    }

    static double Real(ArgumentResult result)
    {
        Numbers.Real(result.Tokens[0].Value, out double number);
        return number;
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
