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

    [Theory]
    [InlineData(1), InlineData(2), InlineData(4)]
    public void An_item_may_give_work_to_its_own_workers(int threads)
    {
        using var workers = new Workers(threads);
        for (int trial = 0; trial < 100; trial++)
        {
            // The inner works share one object, so that a number used by two threads at once is noticed.
            var innermost = new Work(20 * 5 * 3);
            var inner = new Work(20 * 5, item => workers.Run(new Part(innermost, item * 3), 3));
            var outer = new Work(20, item => workers.Run(new Part(inner, item * 5), trial % 2 == 0 ? 5 : 1));
            workers.Run(outer, 20);
            Assert.All(outer.Done, count => Assert.Equal(1, count));
            Assert.Equal(trial % 2 == 0 ? 100 : 20, inner.Done.Sum());
            Assert.Equal(trial % 2 == 0 ? 300 : 60, innermost.Done.Sum());
        }
    }

    [Fact]
    public void Workers_of_workers_may_work_for_each_other_on_one_thread()
    {
        using Workers one = new(1), other = new(1);
        var last = new Work(8);
        one.Run(new Work(2, a => other.Run(new Work(2, b => one.Run(new Part(last, 4 * a + 2 * b), 2)), 2)), 2);
        Assert.All(last.Done, count => Assert.Equal(1, count));
    }

    [Fact]
    public void An_exception_of_inner_work_comes_back_and_the_threads_live_on()
    {
        using var workers = new Workers(3);
        for (int trial = 0; trial < 50; trial++)
        {
            var failing = new Work(4, item => { if (item == 2) throw new InvalidOperationException("inner"); });
            Assert.Equal("inner", Assert.Throws<InvalidOperationException>(() => workers.Run(new Work(6, item => { if (item == 3) workers.Run(failing, 4); }), 6)).Message);
            var next = new Work(20);
            workers.Run(next, 20);
            Assert.All(next.Done, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void An_item_cannot_dispose_of_its_workers()
    {
        using var workers = new Workers(2);
        using var both = new Barrier(2);
        var work = new Work(2, _ =>
        {
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)));
            Assert.Contains("after Run has returned", Assert.Throws<InvalidOperationException>(workers.Dispose).Message);
        });
        workers.Run(work, 2);
        Assert.All(work.Done, count => Assert.Equal(1, count));
    }

    /// <summary>Some of the items of another work.</summary>
    sealed class Part(IParallelWork whole, int first) : IParallelWork
    {
        public void Run(int item, int worker) => whole.Run(first + item, worker);
    }

    [Fact]
    public void Disposed_workers_say_so()
    {
        var workers = new Workers(2);
        workers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => workers.Run(new Work(2), 2));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100_000)]
    public void A_refused_number_of_threads_leaves_nothing_behind(int threads)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExecutionOptions { Threads = threads }.Check());
        Assert.Contains("from 1 to 1024", Assert.Throws<ArgumentOutOfRangeException>(() => new Workers(threads)).Message);
        // A finalizer that fails would end the process.
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
