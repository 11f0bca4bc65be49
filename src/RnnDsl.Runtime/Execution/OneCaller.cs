using RnnDsl.CompilerServices;

namespace RnnDsl.Execution;

/// <summary>
/// Admits one thread at a time to an object whose calls share memory. A second thread gets an exception, because its numbers would be wrong. The thread that is inside may enter again.
/// </summary>
/// <param name="what">The object, as messages name it: "executor".</param>
/// <param name="instead">The advice on what to do instead.</param>
sealed class OneCaller(string what, string instead)
{
    readonly Lock inside = new();
    object? disposed;

    /// <exception cref="InvalidOperationException">Another thread is inside.</exception>
    /// <exception cref="ObjectDisposedException">The object was disposed of.</exception>
    public Call Enter()
    {
        if (disposed is not null)
            ObjectDisposedException.ThrowIf(true, disposed);
        return inside.TryEnter() ? new Call(inside)
            : throw new InvalidOperationException($"Two threads use one {what} at once, but it takes one caller at a time: {instead}.");
    }

    /// <summary>Lets nobody in any more.</summary>
    /// <param name="owner">The object that was disposed of.</param>
    public void Close(object owner) => disposed ??= owner;

    /// <summary>Whether this thread is inside.</summary>
    public bool IsInside => inside.IsHeldByCurrentThread;

    /// <summary>The time during which the caller is inside.</summary>
    public readonly ref struct Call(Lock inside)
    {
        public void Dispose() => inside.Exit();
    }
}
