using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace RnnDsl.Search;

/// <summary>A run of a search on some threads. Trials begin in the order of their numbers, each as soon as the trials that it depends on have ended.</summary>
sealed class SearchRun
{
    readonly HyperparameterSearch search;
    readonly SearchFile? file;
    readonly CancellationTokenSource ending;
    readonly Lock reporting = new();

    /// <summary>Guards what follows; it is pulsed when a trial has ended.</summary>
    readonly object state = new();

    /// <summary>By number, as far as trials have come.</summary>
    TrialResult?[] results;

    int next;
    ExceptionDispatchInfo? failure;

    public SearchRun(HyperparameterSearch search, SearchFile? file, CancellationToken cancellation)
    {
        (this.search, this.file) = (search, file);
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        results = new TrialResult?[Math.Min(search.Trials, Math.Max(1024, (file?.Trials ?? []).Select(t => t.Number).DefaultIfEmpty().Max()))];
        foreach (TrialResult trial in file?.Trials ?? [])
            if (trial.Number <= results.Length)
                results[trial.Number - 1] = trial;
    }

    /// <summary>Runs what is left.</summary>
    /// <returns>All trials that have ended, by number.</returns>
    public TrialResult[] Run(int threads)
    {
        using CancellationTokenRegistration wake = ending.Token.Register(Wake);
        Thread[] others = [.. Enumerable.Range(1, Math.Min(threads, search.Trials) - 1).Select(i => new Thread(Work) { IsBackground = true, Name = $"RnnDsl trials {i}" })];
        foreach (Thread thread in others)
            thread.Start();
        Work();
        foreach (Thread thread in others)
            thread.Join();
        ending.Dispose();
        failure?.Throw();
        return [.. results.OfType<TrialResult>()];
    }

    void Work()
    {
        try
        {
            while (Begin() is { } trial)
                if (Execute(trial) is { } result)
                    End(result);
        }
        catch (Exception e)
        {
            lock (state)
                failure ??= ExceptionDispatchInfo.Capture(e);
            ending.Cancel();
        }
    }

    /// <summary>The next trial, or null if there is none.</summary>
    Trial? Begin()
    {
        lock (state)
        {
            while (true)
            {
                while (next < results.Length && results[next] is not null)
                    next++;
                if (next == search.Trials || ending.IsCancellationRequested)
                    return null;
                if (next == results.Length)
                    Array.Resize(ref results, (int)Math.Min(search.Trials, 2L * results.Length));
                int known = Math.Max(0, next + 1 - search.SideBySide);
                if (Array.IndexOf(results, null, 0, known) < 0)
                {
                    int number = ++next;
                    var view = new SearchView(search.Space, search.Goal, [.. results.Take(known).Select(r => r!)]);
                    return new Trial(number, search.Choose(number, view), search.SeedOf(number), reports => search.Stopping?.Stops(view, reports) == true, ending.Token);
                }
                Monitor.Wait(state);
            }
        }
    }

    /// <summary>Runs a trial.</summary>
    /// <returns>What has come of it, or null if it was canceled.</returns>
    /// <exception cref="InvalidOperationException">The trial cannot be recorded as failed: all others would fail as it did, or nothing is sure any more.</exception>
    TrialResult? Execute(Trial trial)
    {
        long started = Stopwatch.GetTimestamp();
        Exception? thrown = null;
        try
        {
            search.Execute(trial);
        }
        catch (Exception e)
        {
            thrown = e;
        }
        finally
        {
            trial.Release();
        }
        if ((trial.Misuse ?? (IsFatal(thrown) ? thrown : null)) is { } fatal)
        {
            string way = trial.Misuse is null ? " Run it on fewer threads, or narrow the ranges that decide the size of the model." : "";
            throw new InvalidOperationException($"Trial {trial.Id} ({trial.Values}) ended the search: {fatal.Message}{way}", fatal);
        }
        // What a canceled trial reported last depends on the time.
        return ending.IsCancellationRequested ? null : trial.Result(search.Goal, thrown, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    void End(TrialResult result)
    {
        lock (reporting)
        {
            file?.Add(result);
            lock (state)
            {
                results[result.Number - 1] = result;
                Monitor.PulseAll(state);
            }
            search.Notify(result);
        }
    }

    void Wake()
    {
        lock (state)
            Monitor.PulseAll(state);
    }

    static bool IsFatal(Exception? e) => e switch
    {
        null => false,
        OutOfMemoryException or InsufficientExecutionStackException or AccessViolationException => true,
        AggregateException many => many.InnerExceptions.Any(IsFatal),
        _ => IsFatal(e.InnerException),
    };
}
