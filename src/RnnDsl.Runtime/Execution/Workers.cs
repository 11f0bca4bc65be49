using System.Runtime.ExceptionServices;

namespace RnnDsl.Execution;

/// <summary>Work in numbered, independent items.</summary>
public interface IParallelWork
{
    /// <summary>Does one item.</summary>
    /// <param name="item">Its number.</param>
    /// <param name="worker">Number of the thread: no two items run at once with the same one.</param>
    void Run(int item, int worker);
}

/// <summary>
/// Threads that are kept between calls. The caller is one of them. Starting and ending a piece of work allocates nothing.
/// </summary>
public sealed class Workers : IDisposable
{
    readonly Crew crew;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">The caller's among them; 0 for one per processor.</param>
    public Workers(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Count = threads == 0 ? Environment.ProcessorCount : threads;
        crew = new Crew(Count - 1);
    }

    // There is no crew if the constructor refused its argument.
    /// <summary>Ends threads that were not disposed of.</summary>
    ~Workers() => crew?.Stop();

    /// <summary>Number of threads, the caller's among them.</summary>
    public int Count { get; }

    /// <summary>Does all items, each on the next thread that is free, and returns when they are done. The first exception of an item ends
    /// the work and comes back to the caller. Several callers take turns, but for single items. An item may itself give work to these threads, which are busy then: the
    /// thread that asks does it all.</summary>
    public void Run(IParallelWork work, int items)
    {
        crew.Run(work, items);
        GC.KeepAlive(this);
    }

    /// <summary>Ends the threads.</summary>
    /// <exception cref="InvalidOperationException">An item of theirs asks for it.</exception>
    public void Dispose()
    {
        crew.Stop();
        GC.SuppressFinalize(this);
    }

    /// <summary>What the threads hold on to, so that a <see cref="Workers"/> that nobody uses any more can be collected, which ends
    /// them.</summary>
    sealed class Crew
    {
        readonly Lock running = new();
        readonly SemaphoreSlim start = new(0), done = new(0);
        readonly int helpers;

        /// <summary>The thread that does items with each number, or 0.</summary>
        readonly int[] threads;

        IParallelWork? work;
        ExceptionDispatchInfo? failure;
        int items, next, active;
        bool started, stopped;

        public Crew(int helpers)
        {
            this.helpers = helpers;
            threads = new int[helpers + 1];
        }

        /// <summary>The number with which the calling thread does an item just now, or −1.</summary>
        int Own => Array.IndexOf(threads, Environment.CurrentManagedThreadId);

        public void Run(IParallelWork newWork, int count)
        {
            // Alone; or for an item whose work has the counters; or too little for two.
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
                Start();
                work = newWork;
                items = count;
                next = 0;
                active = Math.Min(helpers, count - 1);
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
                if (started)
                    start.Release(helpers);
            }
        }

        void Start()
        {
            if (started)
                return;
            started = true;
            for (int i = 1; i <= helpers; i++)
            {
                int worker = i;
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
