using RnnDsl.Examples.Recommendation;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Training;
using Session = RnnDsl.Examples.Recommendation.Session;

namespace RnnDsl.Text.Tests.Recommendation;

/// <summary>The model of <c>examples/Recommendation</c>, its baselines and its measures.</summary>
public sealed class RecommendationTests
{
    static readonly SessionLog shop = MadeUpShop.Sessions(2000, seed: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Each_loss_learns_more_than_the_last_items_counts_say(int loss)
    {
        (Recommender model, SessionParts parts) = ShopModel.Train(ShopModel.Quick with { Loss = (LossKind)loss }, shop);
        var evaluation = new Evaluation(model.Catalog, parts.Train, parts.Test, threads: 1);
        int[][] sessions = [.. parts.Train.Select(s => s.Items.Select(model.Catalog.Find).ToArray())];
        var popularity = new Popularity(sessions, model.Catalog.Entries.Count);
        bool[] isNew = evaluation.IsNew;
        long[] own = evaluation.Ranks(model), markov = evaluation.Ranks(new LastItemCounts(sessions, popularity));
        double known = Recall(own, isNew, false), counts = Recall(markov, isNew, false);
        Assert.True(known > counts, $"recall@20 {known} of the model, {counts} of the counts");
        // 20 of 240 items by chance are 0.083; the new items were never seen, and only their texts tell.
        Assert.True(Recall(own, isNew, true) > 0.2, $"recall@20 of new items {Recall(own, isNew, true)}");
        Assert.Equal(0, Recall(markov, isNew, true));

        static double Recall(long[] ranks, bool[] isNew, bool which) => new RankingReport(ranks.Where((_, i) => isNew[i] == which)).RecallAt(20);
    }

    [Fact]
    public void With_all_items_drawn_once_the_sampled_softmax_is_the_full_one()
    {
        Recommender shopModel = ShopModel.First;
        int learned = shopModel.Catalog.Learned;
        var histories = new Histories(shopModel.Catalog);
        var parts = new List<List<Session>> { shop.Sessions.Where(s => s.Time < MadeUpShop.TestFrom).Take(5).ToList() };
        Dataset full = histories.Training(parts, new Settings(Loss: LossKind.Full), new RandomStream(1));
        int[] all = [.. Enumerable.Range(0, learned)], labels = [.. Enumerable.Range(0, full["y"].Lengths[0]).Select(i => (int)full["y"].Step(0, i)[0])];
        var sampled = new Dataset([.. full.Columns, Column.Scalars("weight", 1f / labels.Count(l => l >= 0)), Column.OneHot("negatives", learned, new[] { all }), Column.Sequences("label", 1, labels.Select(l => (float)l).ToArray()),
            Column.Sequences("negative", 1, all.Select(l => (float)l).ToArray()), Column.Sequences("expected", 1, new float[learned])]);
        using var one = new Executor(shopModel.Model, "FullSoftmax");
        using var other = new Executor(shopModel.Model, "SampledSoftmax");
        Assert.Equal(one.Evaluate(full), other.Evaluate(sampled), 4);
    }

    [Fact]
    public void Negatives_are_drawn_as_often_as_their_probability_says()
    {
        var sampler = new NegativeSampler([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2], 4, 0.5);
        // The roots of 9, 4, 1, and 1 for what was never taken.
        double[] shares = [3.0 / 7, 2.0 / 7, 1.0 / 7, 1.0 / 7];
        var random = new RandomStream(3);
        int[] drawn = new int[4];
        for (int i = 0; i < 7000; i++)
            drawn[sampler.Next(random)]++;
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(shares[i], sampler.Probability(i), 12);
            Assert.InRange(drawn[i], 7000 * shares[i] - 200, 7000 * shares[i] + 200);
        }
    }

    [Fact]
    public void Baselines_count_as_one_counts_by_hand()
    {
        int[][] sessions = [[0, 1, 2], [0, 1], [1, 0, 3], [3]];
        var popularity = new Popularity(sessions, 5);
        float[] scores = new float[5];
        popularity.Score([0], scores);
        Assert.Equal([3f / 9, 3f / 9, 1f / 9, 2f / 9, 0], scores);
        new LastItemCounts(sessions, popularity).Score([3, 0], scores);
        Assert.Equal([3f / 9, 2 + 3f / 9, 1f / 9, 1 + 2f / 9, 0], scores);
        new ItemNeighbors(sessions, popularity).Score([3, 0], scores);
        Assert.Equal(3 / Math.Sqrt(3 * 3), scores[1], 5);
        Assert.Equal(1 / Math.Sqrt(3 * 1), scores[2], 5);
        Assert.Equal(1 / Math.Sqrt(3 * 2), scores[3], 5);
        Assert.True(scores[0] < 1e-5 && scores[4] == 0, "An item is not its own neighbor.");
    }

    [Fact]
    public void Measures_are_those_of_the_ranks()
    {
        var ranks = new RankingReport([1, 5, 20, 21]);
        Assert.Equal((1 + 0.2 + 0.05) / 4, Measures.ReciprocalRank(ranks, 20), 12);
        Assert.Equal(1.2 / 4, Measures.ReciprocalRank(ranks, 10), 12);
        string table = Measures.Table("On four steps", [("a method", [1, 5, 20, 21])]);
        Assert.Contains("a method                                       0.5000     0.5000     0.7500   0.3000   0.3000   0.3125", table, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_ranks_in_batches_as_it_does_step_by_step()
    {
        Recommender model = ShopModel.First;
        SessionParts parts = shop.Split(MadeUpShop.TestFrom, 0);
        Session measured = parts.Test.First(s => s.User.Length > 0 && s.Items.Length >= 3 && parts.Train.Any(t => t.User == s.User));
        long[] ranks = new Evaluation(model.Catalog, parts.Train, [measured], threads: 1).Ranks(model);
        Visit visit = Visit.New(model);
        foreach (Session session in parts.Train.Where(s => s.User == measured.User))
            visit = Add(visit.Begin(model), session.Items);
        visit = visit.Begin(model);
        float[] scores = new float[model.Catalog.Entries.Count];
        for (int i = 1; i < measured.Items.Length; i++)
        {
            visit = Add(visit, measured.Items[i - 1]);
            visit.Replay(model, out float[] query);
            model.Probabilities(query, [.. measured.Items.Take(i).Select(model.Catalog.Find)], scores);
            Assert.Equal(RankingReport.Rank(scores, model.Catalog.Find(measured.Items[i])), ranks[i - 1]);
        }

        Visit Add(Visit to, params string[] codes) => codes.Aggregate(to, (v, code) => v.Add(model, model.Catalog.Find(code)));
    }

    [Fact]
    public void A_long_session_goes_into_the_state_and_a_user_is_remembered()
    {
        Recommender model = ShopModel.First;
        int[] items = [.. Enumerable.Range(0, 70).Select(i => i * 7 % model.Catalog.Entries.Count)];
        Visit kept = items.Aggregate(Visit.New(model).Begin(model), (v, item) => v.Add(model, item));
        Assert.Equal(items[^Visit.MostSteps..], kept.Steps);
        kept.Replay(model, out float[] query);
        new Visit(Visit.New(model).Before, [Histories.Begins, .. items]).Replay(model, out float[] whole);
        for (int i = 0; i < query.Length; i++)
            Assert.Equal(whole[i], query[i], 5);
        // A new session of this user does not begin as one of a new user.
        string[] again = [.. Advice.Of(model, kept.Begin(model), 10, explain: false).Select(r => r.Item)], fresh = [.. Advice.Of(model, Visit.New(model).Begin(model), 10, explain: false).Select(r => r.Item)];
        Assert.NotEqual(fresh, again);
    }

    [Fact]
    public void What_moved_an_item_is_what_it_loses_without()
    {
        Recommender model = ShopModel.First;
        int[] items = [.. new[] { "CA0RED", "CA1RED", "OF2BLU" }.Select(model.Catalog.Find)];
        Visit visit = items.Aggregate(Visit.New(model).Begin(model), (v, item) => v.Add(model, item));
        Recommended first = Advice.Of(model, visit, 1, explain: true).Single();
        Assert.Equal(3, first.Because!.Length);
        Assert.Equal(first.Because.OrderByDescending(r => Math.Abs(r.Effect)), first.Because);
        foreach (Reason reason in first.Because)
        {
            int left = model.Catalog.Find(reason.Item);
            Visit without = items.Where(i => i != left).Aggregate(Visit.New(model).Begin(model), (v, item) => v.Add(model, item));
            Recommended same = Advice.Of(model, without, model.Catalog.Entries.Count, explain: false).Single(r => r.Item == first.Item);
            Assert.Equal(Math.Log(first.Probability) - Math.Log(same.Probability), reason.Effect, 3);
        }
    }

    [Fact]
    public void A_model_is_loaded_as_it_was_saved_and_takes_new_items_by_their_texts()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Named("model.safetensors");
        Recommender model = ShopModel.First;
        model.Save(path);
        Recommender loaded = Recommender.Load(path);
        Assert.Equal(model.Fingerprint, loaded.Fingerprint);
        Assert.NotEqual(model.Fingerprint, ShopModel.Second.Fingerprint);
        Assert.Equal(List(model), List(loaded));
        // A red thing for campers and a yellow thing for the nursery: after red tents the first is likelier, by what their texts and attributes say.
        Recommender wider = Recommender.Load(path,
            [new CatalogEntry("X1", "RED GAS STOVE WITH BAG", new() { ["Category"] = "CAMPING" }), new CatalogEntry("X2", "YELLOW RATTLE", new() { ["Category"] = "NURSERY" }), .. MadeUpShop.Items()]);
        Assert.Equal(model.Catalog.Entries.Count + 2, wider.Catalog.Entries.Count);
        Assert.Equal(model.Fingerprint, wider.Fingerprint);
        string[] all = List(wider);
        Assert.True(Array.IndexOf(all, "X1") < Array.IndexOf(all, "X2"), $"X1 is {Array.IndexOf(all, "X1")}, X2 {Array.IndexOf(all, "X2")}");

        static string[] List(Recommender of) => [.. Advice.Of(of, Visit.New(of).Begin(of).Add(of, of.Catalog.Find("CA0RED")).Add(of, of.Catalog.Find("CA1RED")), of.Catalog.Entries.Count, explain: false).Select(r => r.Item)];
    }

    /// <summary>The loss is still a number when the last step is made, and the probabilities are not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_training_that_diverged_is_told(bool validates)
    {
        SessionParts parts = MadeUpShop.Sessions(200, seed: 1).Split(MadeUpShop.TestFrom, 0.1);
        Catalog catalog = Catalog.Create(parts.Train, parts.Validation.Concat(parts.Test), MadeUpShop.Items());
        Evaluation? validation = validates ? new Evaluation(catalog, parts.Train, parts.Validation, threads: 1) : null;
        Exception error = Assert.ThrowsAny<Exception>(() => Lessons.Train(parts.Train, catalog, ShopModel.Quick with { Rate = 1e5, Epochs = 1, Batch = 64 }, validation, _ => { }));
        Assert.Contains("with a lower --rate", Assert.IsType<DivergenceException>(Assert.IsType<AggregateException>(error).InnerExceptions[0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_and_repeats_change_probabilities_as_they_say_and_are_saved()
    {
        using var folder = new TemporaryFolder();
        Recommender model = ShopModel.First;
        int items = model.Catalog.Entries.Count;
        var counts = new LastItemCounts([[0, 1, 0, 1, 0, 2]], new Popularity([], items));
        float[] plain = new float[items], mixed = new float[items], again = new float[items], query = new float[model.VectorUnits];
        Visit.New(model).Begin(model).Add(model, 3).Add(model, 0).Replay(model, out query);
        model.Probabilities(query, [3, 0], plain);
        Assert.Equal(1, plain.Sum(), 4);
        Recommender other = model.With(counts, new Mixture(0.4, 0.5));
        other.Probabilities(query, [3, 0], mixed);
        // Of three items after item 0 two are 1 and one is 2; items 3 and 0 count half.
        double sum = 1 - 0.5 * 0.6 * (plain[3] + plain[0]);
        Assert.Equal((0.6 * plain[1] + 0.4 * 2 / 3) / sum, mixed[1], 4);
        Assert.Equal((0.6 * plain[2] + 0.4 / 3) / sum, mixed[2], 4);
        Assert.Equal(0.3 * plain[3] / sum, mixed[3], 5);
        other.Save(folder.Named("mixed.safetensors"));
        Recommender loaded = Recommender.Load(folder.Named("mixed.safetensors"));
        loaded.Probabilities(query, [3, 0], again);
        Assert.Equal(mixed, again);
        Assert.Equal(new Mixture(0.4, 0.5), loaded.Mixture);
    }
}
