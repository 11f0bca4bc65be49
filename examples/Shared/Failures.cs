using RnnDsl.Training;

namespace RnnDsl.Examples;

/// <summary>How a program ends when something fails: what its user can mend is told in a sentence, and anything else is a fault of the program that shows its trace.</summary>
public static class Failures
{
    /// <summary>Runs a command.</summary>
    /// <param name="action">What it does.</param>
    /// <param name="also">What else the user can mend, such as errors of a database.</param>
    /// <param name="explain">Makes of a message what the user of this program understands.</param>
    /// <returns>The exit code: 0, 2 after a failure, or 130 if it was ended by Ctrl-C; standard error has the reason.</returns>
    public static int Guard(Action action, Func<Exception, bool>? also = null, Func<string, string>? explain = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        return Guard(() =>
        {
            action();
            return Task.CompletedTask;
        }, also, explain).GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Guard(Action, Func{Exception, bool}?, Func{string, string}?)"/>
    public static async Task<int> Guard(Func<Task> action, Func<Exception, bool>? also = null, Func<string, string>? explain = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        try
        {
            await action();
            return 0;
        }
        catch (Exception error) when (CanBeMended(Cause(error)) || also?.Invoke(Cause(error)) == true)
        {
            string message = Message(Cause(error));
            Console.Error.WriteLine(explain is null ? message : explain(message));
            return 2;
        }
        catch (OperationCanceledException error)
        {
            Console.Error.WriteLine(error.Message);
            return 130;
        }
    }

    /// <summary>The course of one of several trainings of a program, if it was not ended by Ctrl-C: what follows would rest on a model that is half trained.</summary>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static History Whole(this History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history.Stop != StopReason.Canceled ? history : throw new OperationCanceledException("The training was ended before it was done. Nothing was saved of what it has learned.");
    }

    /// <summary>What failed first of what ran at the same time.</summary>
    static Exception Cause(Exception error) => error is AggregateException { InnerExceptions: [var first, ..] } ? Cause(first) : error;

    static bool CanBeMended(Exception error) => error is InvalidDataException or ArgumentException or InvalidOperationException or FormatException or IOException
        or UnauthorizedAccessException or DivergenceException;

    /// <summary>The name of a parameter in the code means nothing to somebody who types commands.</summary>
    static string Message(Exception error) => error is ArgumentException { ParamName: { } name } ? error.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : error.Message;
}
