using RnnDsl.Execution;

namespace RnnDsl.Tests.Training;

public class WorkersTests
{
    sealed class Work(int items, Action<int>? inside = null) : IParallelWork
    {
        public readonly int[] Done = new int[items];
        readonly int[] busy = new int[64];

        public void Run(int item, int worker)
        {
            Assert.Equal(1, Interlocked.Increment(ref busy[worker]));
            inside?.Invoke(item);
            Interlocked.Increment(ref Done[item]);
            Interlocked.Decrement(ref busy[worker]);
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(5)]
    public void Every_item_is_done_once(int threads)
    {
        using var workers = new Workers(threads);
        Assert.Equal(threads, workers.Count);
        for (int trial = 0; trial < 300; trial++)
        {
            var work = new Work(trial % 23);
            workers.Run(work, work.Done.Length);
            Assert.All(work.Done, count => Assert.Equal(1, count));
        }
    }

    [Theory]
    [InlineData(1), InlineData(3)]
    public void An_exception_comes_back_and_the_threads_live_on(int threads)
    {
        using var workers = new Workers(threads);
        for (int trial = 0; trial < 50; trial++)
        {
            var work = new Work(20, item => { if (item == 7) throw new InvalidOperationException("item 7"); });
            Assert.Equal("item 7", Assert.Throws<InvalidOperationException>(() => workers.Run(work, 20)).Message);
            var next = new Work(20);
            workers.Run(next, 20);
            Assert.All(next.Done, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Several_threads_take_part()
    {
        using var workers = new Workers(2);
        using var both = new Barrier(2);
        // Would wait for ever if one thread did both items.
        var work = new Work(2, _ => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30))));
        workers.Run(work, 2);
    }

    [Fact]
    public void Disposed_workers_say_so()
    {
        var workers = new Workers(2);
        workers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => workers.Run(new Work(2), 2));
    }

    [Fact]
    public void A_refused_number_of_threads_leaves_nothing_behind()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Workers(-1));
        // A finalizer that fails would end the process.
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
