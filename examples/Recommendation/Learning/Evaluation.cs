using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Ranks the next item at each step of sessions but the first, among all items of the catalog. All methods are measured on the same steps, in the same order.</summary>
sealed class Evaluation
{
    /// <summary>Users whose sessions the model reads together: what bounds the memory.</summary>
    const int UsersAtOnce = 64;

    readonly Catalog catalog;
    readonly IReadOnlyList<Session> before;
    readonly (Session Session, int[] Items)[] measured;
    readonly int[] starts;
    readonly int threads;

    /// <param name="catalog">The items.</param>
    /// <param name="before">Sessions that were before, from which the states of users come.</param>
    /// <param name="measured">Sessions that are measured. Each is read after those of its user before it.</param>
    /// <param name="threads">0: one for each processor.</param>
    public Evaluation(Catalog catalog, IReadOnlyList<Session> before, IReadOnlyList<Session> measured, int threads)
    {
        (this.catalog, this.before, this.threads) = (catalog, before, threads == 0 ? Environment.ProcessorCount : threads);
        this.measured = [.. measured.Select(s => (s, s.Items.Select(catalog.Find).ToArray()))];
        starts = new int[this.measured.Length + 1];
        for (int i = 0; i < this.measured.Length; i++)
            starts[i + 1] = starts[i] + this.measured[i].Items.Length - 1;
    }

    /// <summary>How many steps are measured.</summary>
    public int Count => starts[^1];

    /// <summary>Which of the steps have an item next that the model did not learn.</summary>
    public bool[] IsNew => [.. measured.SelectMany(m => m.Items.Skip(1).Select(i => i >= catalog.Learned))];

    /// <summary>The ranks that a baseline gives the right items.</summary>
    public long[] Ranks(IRanker ranker)
    {
        long[] ranks = new long[Count];
        Parallel.For(0, measured.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new float[catalog.Entries.Count], (s, _, scores) =>
        {
            int[] items = measured[s].Items;
            for (int i = 1; i < items.Length; i++)
            {
                ranker.Score(items.AsSpan(0, i), scores);
                ranks[starts[s] + i - 1] = RankingReport.Rank(scores, items[i]);
            }
            return scores;
        }, _ => { });
        return ranks;
    }

    /// <summary>The ranks that a model gives the right items.</summary>
    public long[] Ranks(Recommender recommender) => Ranks([recommender])[0];

    /// <summary>The ranks by one model with different mixtures, for which it reads the sessions once.</summary>
    /// <exception cref="AggregateException">A probability is NaN: the first inner exception says so.</exception>
    public long[][] Ranks(Recommender[] recommenders)
    {
        Recommender recommender = recommenders[0];
        long[][] ranks = [.. recommenders.Select(_ => new long[Count])];
        HashSet<string> users = [.. measured.Select(m => m.Session.User)];
        // The number of a session among those that are measured, or −1.
        var all = before.Where(s => s.User.Length > 0 && users.Contains(s.User)).Select(s => (Session: s, Number: -1)).Concat(measured.Select((m, i) => (m.Session, Number: i)));
        var histories = new Histories(catalog);
        using var executor = new Executor(recommender.Model, "Query", new ExecutionOptions { Threads = threads });
        foreach (List<(Session Session, int Number)>[] some in Histories.ByUser(all, s => s.Session).Chunk(UsersAtOnce))
        {
            int[][] steps = [.. some.Select(u => histories.Steps(u.Select(s => s.Session)))];
            float[] queries = executor.Predict(new Dataset(histories.ItemColumn(steps), Features(recommender, steps), Histories.BeginColumn(steps)));
            var asked = new List<(int Query, int Number, int Place)>();
            int step = 0;
            foreach ((Session session, int number) in some.SelectMany(u => u))
            {
                // At step 0 of a session it begins, at step i it has i items.
                for (int i = 1; number >= 0 && i < session.Items.Length; i++)
                    asked.Add((step + i, number, i));
                step += session.Items.Length + 1;
            }
            int units = recommender.VectorUnits;
            Parallel.For(0, asked.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new float[catalog.Entries.Count], (a, _, scores) =>
            {
                (int query, int number, int place) = asked[a];
                for (int r = 0; r < recommenders.Length; r++)
                {
                    recommenders[r].Probabilities(queries.AsSpan(query * units, units), measured[number].Items.AsSpan(0, place), scores);
                    if (float.IsNaN(scores[measured[number].Items[place]]))
                        throw new DivergenceException($"The model gives probabilities that are no numbers: its training diverged. Train it again with a lower {Options.Rate.Name}.");
                    ranks[r][starts[number] + place - 1] = RankingReport.Rank(scores, measured[number].Items[place]);
                }
                return scores;
            }, _ => { });
        }
        return ranks;
    }

    static Column Features(Recommender recommender, int[][] steps) => Column.Sequences("features", recommender.FeatureUnits, [.. steps.Select(own =>
    {
        float[] values = new float[own.Length * recommender.FeatureUnits];
        for (int i = 0; i < own.Length; i++)
            if (own[i] >= 0)
                recommender.Features(own[i]).CopyTo(values.AsSpan(i * recommender.FeatureUnits));
        return values;
    })]);
}
