using System.Runtime.InteropServices;

namespace RnnDsl.Terminal;

/// <summary>
/// Ctrl-C and the signal SIGTERM as a <see cref="CancellationToken"/>, for a training of one's own that saves what it has learned. <c>docker stop</c>, systemd and job schedulers
/// send SIGTERM. The first of these signals cancels the token. The second one ends the program, as the first does without this class. <c>FitWithProgress</c> and
/// <c>RunWithProgress</c> have one of their own.
/// <code>
/// using var interruption = new Interruption();
/// trainer.Fit(train, validation, interruption.Token);
/// ModelFile.Save("model.safetensors", model);
/// </code>
/// </summary>
public sealed class Interruption : IDisposable
{
    const string ShowCursor = "\e[?25h";

    // It is not disposed: a signal may arrive at any time. Without timers it holds nothing that must be freed.
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] signals;

    /// <summary>Listens to the signals from now on, until <see cref="Dispose"/>.</summary>
    public Interruption() => signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Cancel),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel),
    ];

    /// <summary>Is canceled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>From now on a signal ends the program.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in signals)
            signal.Dispose();
    }

    void Cancel(PosixSignalContext context)
    {
        // Another interruption, such as that of a training within a longer run, may have a first signal where this one has its second.
        if (!source.IsCancellationRequested)
        {
            context.Cancel = true;
            source.Cancel();
        }
        // A bar of progress hides the cursor, and the program that ends here does not show it again.
        else if (!Console.IsOutputRedirected)
            Console.Write(ShowCursor);
    }
}
