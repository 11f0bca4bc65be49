namespace RnnDsl.Terminal;

/// <summary>The first Ctrl-C cancels the token. The second one ends the program, as Ctrl-C does without this class.</summary>
sealed class Interruption : IDisposable
{
    const string ShowCursor = "\e[?25h";

    readonly CancellationTokenSource source = new();

    public Interruption() => Console.CancelKeyPress += Cancel;

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        Console.CancelKeyPress -= Cancel;
        source.Dispose();
    }

    void Cancel(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = !source.IsCancellationRequested;
        // A bar of progress hides the cursor, and the program that ends here does not show it again.
        if (!e.Cancel && !Console.IsOutputRedirected)
            Console.Write(ShowCursor);
        source.Cancel();
    }
}
