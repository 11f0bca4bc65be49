using System.Runtime.ExceptionServices;

namespace RnnDsl.Execution;

/// <summary>Work in numbered, independent items.</summary>
public interface IParallelWork
{
    /// <summary>Runs one item.</summary>
    /// <param name="item">The number of the item.</param>
    /// <param name="worker">The number of the thread. No two items run at once with the same number.</param>
    void Run(int item, int worker);
}

/// <summary>Threads that are kept between calls. The caller is one of them. Starting and ending a piece of work allocates nothing.</summary>
public sealed class Workers : IDisposable
{
    /// <summary>No batch has work for more.</summary>
    const int MostThreads = 1024;

    readonly ThreadGroup group;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">The number of threads, including the caller's, at most 1,024; 0 for one per processor.</param>
    public Workers(int threads = 0)
    {
        Check(threads);
        Count = threads == 0 ? Environment.ProcessorCount : threads;
        group = new ThreadGroup(Count - 1);
    }

    /// <exception cref="ArgumentOutOfRangeException">It is no number of threads.</exception>
    internal static void Check(int threads)
    {
        if (threads is < 0 or > MostThreads)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, "The number of threads is from 1 to 1024, or 0 for one per processor.");
    }

    // The group is null if the constructor has refused its argument.
    /// <summary>Ends threads that were not disposed of.</summary>
    ~Workers() => group?.Stop();

    /// <summary>The number of threads, including the caller's.</summary>
    public int Count { get; }

    /// <summary>Runs all items, each on the next free thread, and returns when they are done. The first exception of an item ends the work and is thrown to the caller. Several
    /// callers take turns, except for single items. An item may itself give work to these threads. They are busy then, so the asking thread does all of that work.</summary>
    public void Run(IParallelWork work, int items)
    {
        group.Run(work, items);
        GC.KeepAlive(this);
    }

    /// <summary>Ends the threads.</summary>
    /// <exception cref="InvalidOperationException">An item that runs on these threads asks for it.</exception>
    public void Dispose()
    {
        group.Stop();
        GC.SuppressFinalize(this);
    }

    /// <summary>The state that the threads refer to. They do not refer to the <see cref="Workers"/>, so an unused instance can be collected, which ends them.</summary>
    sealed class ThreadGroup
    {
        readonly Lock running = new();
        readonly SemaphoreSlim start = new(0), done = new(0);
        readonly int helpers;

        /// <summary>For each number, the thread that runs an item with it, or 0.</summary>
        readonly int[] threads;

        IParallelWork? work;
        ExceptionDispatchInfo? failure;
        int items, next, active, started;
        bool stopped;

        public ThreadGroup(int helpers)
        {
            this.helpers = helpers;
            threads = new int[helpers + 1];
        }

        /// <summary>The number with which the calling thread currently runs an item, or −1.</summary>
        int Own => Array.IndexOf(threads, Environment.CurrentManagedThreadId);

        public void Run(IParallelWork newWork, int count)
        {
            // It runs alone; or it runs for an item whose own work uses the counters; or there is too little work for two.
            int own = helpers == 0 ? 0 : Own;
            if (own >= 0 || count <= 1)
            {
                for (int i = 0; i < count; i++)
                    newWork.Run(i, Math.Max(own, 0));
                return;
            }
            lock (running)
            {
                ObjectDisposedException.ThrowIf(stopped, typeof(Workers));
                active = Math.Min(helpers, count - 1);
                Start(active);
                work = newWork;
                items = count;
                next = 0;
                start.Release(active);
                Take(worker: 0);
                done.Wait();
                work = null;
                ExceptionDispatchInfo? failed = failure;
                failure = null;
                failed?.Throw();
            }
        }

        public void Stop()
        {
            if (Own >= 0)
                throw new InvalidOperationException("An item of these workers disposes of them: do it after Run has returned.");
            lock (running)
            {
                if (stopped)
                    return;
                stopped = true;
                if (started > 0)
                    start.Release(started);
            }
        }

        /// <summary>Starts threads until there are so many. There are never more than some work had items for.</summary>
        void Start(int wanted)
        {
            while (started < wanted)
            {
                int worker = ++started;
                new Thread(() => Help(worker)) { IsBackground = true, Name = $"RnnDsl worker {worker}" }.Start();
            }
        }

        void Help(int worker)
        {
            while (true)
            {
                start.Wait();
                if (stopped)
                    return;
                Take(worker);
                if (Interlocked.Decrement(ref active) == 0)
                    done.Release();
            }
        }

        void Take(int worker)
        {
            threads[worker] = Environment.CurrentManagedThreadId;
            try
            {
                for (int item; (item = Interlocked.Increment(ref next) - 1) < items;)
                    work!.Run(item, worker);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                Volatile.Write(ref next, items);
            }
            threads[worker] = 0;
        }
    }
}
