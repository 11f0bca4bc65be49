namespace RnnDsl.Terminal;

/// <summary>The first Ctrl-C cancels the token. The second one ends the program, as Ctrl-C does without this class.</summary>
sealed class Interruption : IDisposable
{
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
        source.Cancel();
    }
}
