using RnnDsl.CompilerServices;

namespace RnnDsl.Execution;

/// <summary>
/// Lets one thread at a time into an object whose memory calls share, and tells a second one so: it would have got wrong numbers. The thread that is inside
/// may enter again.
/// </summary>
/// <param name="what">The object, as the message names it: "executor".</param>
/// <param name="instead">What to do instead.</param>
sealed class OneCaller(string what, string instead)
{
    readonly Lock inside = new();

    /// <exception cref="InvalidOperationException">Another thread is inside.</exception>
    public Call Enter() => inside.TryEnter() ? new Call(inside)
        : throw new InvalidOperationException($"Two threads use one {what} at once, but it takes one caller at a time: {instead}.");

    /// <summary>The time that the caller is inside.</summary>
    public readonly ref struct Call(Lock inside)
    {
        public void Dispose() => inside.Exit();
    }
}
