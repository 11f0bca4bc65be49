using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using RnnDsl.Training;

namespace RnnDsl.Distributed.Tests;

/// <summary>Ranks that are threads of this process.</summary>
sealed class ThreadRanks(int ranks)
{
    readonly ConcurrentDictionary<(int From, int To), BlockingCollection<byte[]>> messages = new();
    readonly CancellationTokenSource failed = new();
    string? reason;

    /// <summary>The bytes that were sent.</summary>
    public long Sent;

    /// <summary>Runs a program on all ranks.</summary>
    /// <returns>The results by rank.</returns>
    public static T[] Run<T>(int ranks, Func<Communicator, T> program, string? checkpoint = null) => new ThreadRanks(ranks).Run(program, checkpoint, out Exception?[] errors) is var results
        && errors.FirstOrDefault(error => error is not null) is { } first ? throw new AggregateException(first) : results;

    public T[] Run<T>(Func<Communicator, T> program, string? checkpoint, out Exception?[] errors)
    {
        var results = new T[ranks];
        var thrown = new Exception?[ranks];
        Thread[] threads = [.. Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            using var own = new Own(this, rank) { CheckpointPath = checkpoint };
            try
            {
                results[rank] = program(own);
            }
            catch (Exception e)
            {
                thrown[rank] = e;
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "A rank hangs.");
        errors = thrown;
        return results;
    }

    sealed class Own(ThreadRanks all, int rank) : Communicator
    {
        public override int Rank => rank;

        public override int Ranks => all.Count;

        public override int Threads => 1;

        public override void Exchange(int partner, ReadOnlySpan<byte> send, Span<byte> receive)
        {
            Assert.NotEqual(rank, partner);
            if (!send.IsEmpty)
            {
                Interlocked.Add(ref all.Sent, send.Length);
                all.Queue(rank, partner).Add(send.ToArray());
            }
            if (receive.IsEmpty)
                return;
            try
            {
                byte[] message = all.Queue(partner, rank).Take(all.failed.Token);
                Assert.Equal(receive.Length, message.Length);
                message.CopyTo(receive);
            }
            catch (OperationCanceledException)
            {
                throw new CommunicatorException(all.reason!);
            }
        }

        public override void Fail(string reason)
        {
            all.reason ??= $"Rank {rank} cannot go on: {reason}";
            all.failed.Cancel();
        }

        public override void Dispose()
        {
        }
    }

    int Count => ranks;

    BlockingCollection<byte[]> Queue(int from, int to) => messages.GetOrAdd((from, to), _ => []);
}
