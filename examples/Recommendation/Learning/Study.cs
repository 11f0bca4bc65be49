using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RnnDsl.Metrics;
using RnnDsl.Terminal;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Trains a model, or loads one, and measures it beside the baselines.</summary>
static class Study
{
    public static void Run(ParseResult given)
    {
        Settings settings = Options.Settings(given);
        if (given.GetValue(Options.Load) is null)
            OutputCheck.RequireFiles([given.GetValue(Options.Output)], [given.GetValue(Options.Data), given.GetValue(Options.Items)]);
        bool madeUp = given.GetValue(Options.Data) is null;
        if (madeUp && given.GetValue(Options.Load) is not null)
            throw new ArgumentException("--load needs --session, items to recommend after, or --data, sessions to measure the model on.");
        if (madeUp && given.GetValue(Options.Items) is not null)
            throw new ArgumentException("--items goes with --data, the sessions of these items.");
        SessionLog log = madeUp ? MadeUpShop.Sessions(6000, seed: 1) : SessionLog.Read(given.GetValue(Options.Data)!, Options.SessionColumns(given));
        List<CatalogEntry> items = madeUp ? MadeUpShop.Items() : Items(given) ?? [];
        Console.WriteLine(log);
        if (items.Count == 0)
            Console.WriteLine("No --items: the model knows items by their numbers alone.");
        else if (Catalog.Missing(log, items, given.GetValue(Options.Items) ?? "") is { } missing)
            Console.WriteLine(missing);
        DateTime testFrom = given.GetValue(Options.TestFrom) is { } text ? SessionLog.Parse(text)!.Value : madeUp ? MadeUpShop.TestFrom : LastTenth(log);
        SessionParts parts = log.Split(testFrom, given.GetValue(Options.Validation));

        Recommender recommender;
        IReadOnlyList<Session> learned = parts.Train;
        bool chooses = false;
        if (given.GetValue(Options.Load) is { } file)
        {
            recommender = Recommender.Load(file, items.Concat(log.Sessions.SelectMany(s => s.Items).Distinct().Select(code => new CatalogEntry(code, "", []))));
            learned = [.. parts.Train, .. parts.Validation];
        }
        else
        {
            Catalog catalog = Catalog.Create(parts.Train, parts.Validation.Concat(parts.Test), items);
            Evaluation? validation = parts.Validation.Any(s => s.Items.Length > 1) ? new Evaluation(catalog, parts.Train, parts.Validation, settings.Threads) : null;
            var clock = Stopwatch.StartNew();
            recommender = Lessons.Train(parts.Train, catalog, settings, validation, Console.WriteLine);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trained in {clock.Elapsed.TotalSeconds:F0} s"));
            // What is mixed with the model is chosen after that, which takes some time.
            string output = given.GetValue(Options.Output)!;
            recommender.Save(output);
            recommender = Mixed(recommender, parts.Train, validation, given.GetValue(Options.Counts), given.GetValue(Options.Repeats));
            chooses = validation is not null;
            recommender.Save(output);
            Console.WriteLine($"Saved to {output}. Recommend: --load {output} --session \"{string.Join(' ', parts.Test[0].Items.Take(3))}\"; in a browser: serve {output}");
        }
        if (chooses)
            Report("validation", recommender, learned, [], parts.Validation, settings);
        if (!given.GetValue(Options.NoTest))
            Report($"test, from {SessionLog.Show(testFrom)} on{(given.GetValue(Options.Load) is null ? "" : "; baselines count in all sessions before it")}", recommender, learned, parts.Validation, parts.Test, settings);
    }

    /// <summary>The time after which the last tenth begins, in whole seconds, so that it can be given as it is printed.</summary>
    static DateTime LastTenth(SessionLog log)
    {
        DateTime first = log.Sessions[0].Time, from = first + 0.9 * (log.Sessions[^1].Time - first);
        return from.AddTicks(-(from.Ticks % TimeSpan.TicksPerSecond));
    }

    /// <summary>The model with the last-item counts and the factor of repeats that are given, or that are best on the validation by its mean reciprocal rank: first the one, then the other.</summary>
    static Recommender Mixed(Recommender recommender, IReadOnlyList<Session> train, Evaluation? validation, double? counts, double? repeats)
    {
        var counted = new LastItemCounts(Numbered(recommender.Catalog, train), new Popularity([], recommender.Catalog.Entries.Count));
        double weight = counts ?? Best("last-item counts mixed in", 0, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], w => new Mixture(w, repeats ?? 1));
        double factor = repeats ?? Best("repeats multiplied", 1, [1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05], r => new Mixture(weight, r));
        return recommender.With(counted, new Mixture(weight, factor));

        double Best(string what, double none, double[] choices, Func<double, Mixture> mixture)
        {
            if (validation is null)
                return none;
            double[] scores = [.. validation.Ranks([.. choices.Select(c => recommender.With(counted, mixture(c)))]).Select(r => Measures.ReciprocalRank(new RankingReport(r), 20))];
            Console.WriteLine($"Validation MRR@20 with {what}: " + string.Join(", ", choices.Zip(scores, (choice, score) => string.Create(CultureInfo.InvariantCulture, $"{choice}: {score:F4}"))));
            return choices[Array.IndexOf(scores, scores.Max())];
        }
    }

    static int[][] Numbered(Catalog catalog, IReadOnlyList<Session> sessions) => [.. sessions.Select(s => s.Items.Select(catalog.Find).ToArray())];

    /// <summary>The items that the options name, or null.</summary>
    public static List<CatalogEntry>? Items(ParseResult given) => given.GetValue(Options.Items) is { } path ? Catalog.Read(path, Options.ItemColumns(given)) : null;

    /// <summary>One table for all methods. Baselines count in the sessions that the model learned from, beside a loaded model in all before the test; the states of users come from all that were before.</summary>
    static void Report(string name, Recommender recommender, IReadOnlyList<Session> learned, IReadOnlyList<Session> between, IReadOnlyList<Session> measured, Settings settings)
    {
        Catalog catalog = recommender.Catalog;
        var evaluation = new Evaluation(catalog, [.. learned, .. between.Except(learned)], measured, settings.Threads);
        int[][] sessions = Numbered(catalog, learned);
        var popularity = new Popularity(sessions, catalog.Entries.Count);
        var rows = new List<(string Name, long[] Ranks)>();
        List<IRanker> rankers = [popularity, new LastItemCounts(sessions, popularity), new ItemNeighbors(sessions, popularity)];
        // What the factor of repeats gives without the network.
        if (recommender.Mixture.Repeats < 1)
            rankers.Insert(2, new FewerRepeats(rankers[1], recommender.Mixture.Repeats));
        rows.AddRange(rankers.Select(r => (r.Name, evaluation.Ranks(r))));
        long[][] own = evaluation.Ranks([new Recommender(recommender.Model, catalog), recommender]);
        rows.Add(("network", own[0]));
        if (recommender.Mixture != new Mixture())
            rows.Add(("network, mixed", own[1]));
        Console.WriteLine(Measures.Table($"\nNext item, {name}: {evaluation.Count} steps of {measured.Count(s => s.Items.Length > 1)} sessions, among {catalog.Entries.Count} items; mixed: {recommender.Mixture}", rows));
        bool[] isNew = evaluation.IsNew;
        if (isNew.Contains(true))
            Console.WriteLine(Measures.Table($"\nOf these, {isNew.Count(n => n)} steps to items that the model did not learn", rows.Select(r => (r.Name, r.Ranks.Where((_, i) => isNew[i]).ToArray()))));
    }
}
