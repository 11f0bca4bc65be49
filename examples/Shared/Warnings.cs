namespace RnnDsl.Examples;

/// <summary>What may fail without harm to the rest of a program.</summary>
public static class Warnings
{
    /// <summary>Writes what the program can do without, such as a record or a picture. If that fails, standard error has the reason, and the program goes on.</summary>
    /// <param name="write">What is done.</param>
    public static void Try(Action write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Warning: {error.Message}");
        }
    }
}
