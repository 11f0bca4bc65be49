using RnnDsl.Continual;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests;

/// <summary>Continual learning of compiled models: with tables of which only some rows are read, sequences, dropouts and adapters.</summary>
public partial class ContinualModelTests
{
    [Model]
    public partial class Words : Model
    {
        class Word : Dim;
        class Vector : Dim;
        class Hidden : Dim;
        class Label : Dim;

        Embedding<Word, Vector> table;
        Gru<Vector, Hidden> context;
        Linear<Hidden, Label> head;

        Seq<Label> Scores([OneHot] Seq<Word> words) => head.Map(Dropout(context.Scan(table.Map(words)), 0.1));

        Seq<Label> Soft([OneHot] Seq<Word> words) => Softmax(Scores(words));

        Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seq<Label> tags) => CrossEntropy(Scores(words), tags);

        Scalar Distill([OneHot] Seq<Word> words, Seq<Label> taught) => CrossEntropy(Scores(words), taught);
    }

    const int Size = 12, Labels = 3;

    /// <summary>Tags of words, other ones in each task, in which only some words occur.</summary>
    static Dataset Task(int task, int count = 60)
    {
        var random = new RandomStream(task, "words");
        int[][] words = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 3 + random.Below(5)).Select(_ => 4 * task + random.Below(4)).ToArray())];
        return new Dataset(Column.OneHot("words", Size, words), Column.OneHot("tags", Labels, [.. words.Select(s => s.Select(w => (w + task) % Labels).ToArray())]));
    }

    static Words Make() => new(word: Size, vector: 6, hidden: 8, label: Labels, seed: 3);

    static Func<Trainer> Trainer(ITrainable trained) => () => new Trainer(trained, new Adam(0.02)) { Epochs = 8, BatchSize = 10, Seed = 2, LossWeight = LossWeight.ByStep };

    public static TheoryData<string> Names => ["naive", "joint", "replay", "EWC", "online EWC", "LwF", "A-GEM"];

    static ContinualStrategy Strategy(string name) => name switch
    {
        "naive" => new NaiveStrategy(), "joint" => new JointStrategy(), "replay" => new ReplayStrategy(ExampleMemory.OfBytes(1000)), "EWC" => new EwcStrategy(1000), "online EWC" => new OnlineEwcStrategy(1000),
        "LwF" => new LwfStrategy("taught"), _ => new AGemStrategy(new ExampleMemory(20)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Strategies_train_tables_and_adapters_and_frozen_parts(string name)
    {
        ContinualTask[] tasks = [.. Enumerable.Range(0, 3).Select(t => new ContinualTask($"{t}", Task(t), Task(t, 30)))];
        foreach (string what in new[] { "all", "all", "part", "adapters" })
        {
            Words model = Make();
            float[] before = model.Parameters["head.W"].ToArray();
            ITrainable trained = what switch { "part" => new FineTuning(model).Freeze("head.*"), "adapters" => new LowRankAdapters(model, 2, 4, ["context.*", "head.W"], ["table.*"]), _ => new FineTuning(model) };
            ContinualResult result = new ContinualLearner(Trainer(trained), Strategy(name)).Learn(tasks, Metric.Accuracy(model, "tags", "Soft"));
            Assert.InRange(result[1, 0], what == "all" ? 0.9 : 0.3, 1);
            Assert.Equal(what == "part", before.AsSpan().SequenceEqual(model.Parameters["head.W"]));
        }
    }

    /// <summary>Saved after a task and loaded into another model, with sequences of words in the memory: the next tasks end with the same bits.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_learner_that_was_saved_goes_on_with_the_same_bits(string name)
    {
        string folder = Directory.CreateTempSubdirectory("learner").FullName, path = Path.Combine(folder, "learner.safetensors");
        try
        {
            foreach (bool adapts in new[] { false, true })
            {
                (ITrainable Trained, ContinualLearner Learner) Run(int seed)
                {
                    var model = new Words(word: Size, vector: 6, hidden: 8, label: Labels, seed: seed);
                    ITrainable trained = adapts ? new LowRankAdapters(model, 2, 4, ["context.*", "head.W"], ["table.*"]) : new FineTuning(model).Freeze("head.*");
                    return (trained, new ContinualLearner(() => new Trainer(trained, new Adam(0.02)) { Epochs = 2, BatchSize = 10, Seed = 2, LossWeight = LossWeight.ByStep }, Strategy(name)));
                }

                ((ITrainable once, ContinualLearner learner), (ITrainable again, ContinualLearner loaded)) = (Run(3), Run(4));
                learner.Learn("0", Task(0, 30), Task(0, 10));
                learner.Save(path);
                loaded.Load(path);
                for (int task = 1; task < 3; task++)
                    foreach (ContinualLearner each in new[] { learner, loaded })
                        each.Learn($"{task}", Task(task, 30), Task(task, 10));
                Assert.Equal(3, loaded.Learned);
                Assert.Equal(once.Parameters.Snapshot(), again.Parameters.Snapshot());
                Assert.Equal(once.Module.Parameters.Snapshot(), again.Module.Parameters.Snapshot());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_rule_that_changes_nothing_leaves_every_bit_and_the_rows_of_other_words()
    {
        Words model = Make(), plain = Make();
        float[] before = model.Parameters["table.Table"].ToArray();
        using var ruled = new Trainer(model, new Sgd(0.1)) { Epochs = 2, GradientRule = new Nothing() };
        using var other = new Trainer(plain, new Sgd(0.1)) { Epochs = 2 };
        ruled.Fit(Task(1));
        other.Fit(Task(1));
        Assert.Equal(plain.Parameters.Snapshot(), model.Parameters.Snapshot());
        Assert.Contains(Enumerable.Range(0, before.Length), i => before[i] == model.Parameters["table.Table"][i]);
        Assert.Contains(Enumerable.Range(0, before.Length), i => before[i] != model.Parameters["table.Table"][i]);
    }

    sealed class Nothing : IGradientRule
    {
        public void Change(GradientStep step)
        {
        }
    }

    [Fact]
    public void Joined_data_are_those_of_their_parts()
    {
        Dataset joined = Dataset.Join(Task(0, 5), Task(2, 4), Task(0, 5));
        Assert.Equal(14, joined.Count);
        using var whole = new Executor(Make(), "Soft");
        Assert.Equal([.. whole.Predict(Task(0, 5)), .. whole.Predict(Task(2, 4)), .. whole.Predict(Task(0, 5))], whole.Predict(joined));
        var windows = new Column { Name = "x", Kind = RnnDsl.Execution.ValueKind.Sequence, Width = 1, Stride = 1, Values = new float[] { 1, 2, 3, 4 }, Starts = [0, 1], Lengths = [2, 2] };
        var shared = new Dataset(windows);
        Assert.Equal([2, 3, 1, 2], Dataset.Join(shared.Range(1, 1), shared.Range(0, 1))["x"].ToArray());
        Assert.Equal(windows.Values, Dataset.Join(shared.Range(1, 1), shared.Range(0, 1))["x"].Values);
        Assert.Contains("no column 'words'", Assert.Throws<ArgumentException>(() => Dataset.Join(Task(0, 2), shared)).Message);
        Assert.Contains("no data sets", Assert.Throws<ArgumentException>(() => Dataset.Join()).Message);
    }
}
