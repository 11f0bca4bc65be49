using RnnDsl.Continual;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Continual;

/// <summary>A learner that is saved, loaded into new objects and goes on ends with the same bits as one that was never interrupted; what does not fit is refused, and changes
/// nothing.</summary>
public sealed class StoredLearnerTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("learner").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Path(string name) => System.IO.Path.Combine(folder, name + ".safetensors");

    static ContinualStrategy Strategy(string name) => name switch
    {
        "naive" => new NaiveStrategy(),
        "joint" => new JointStrategy(),
        "replay" => new ReplayStrategy(new ExampleMemory(40, seed: 3)),
        "balanced replay" => new ReplayStrategy(new ExampleMemory(41, "y", 3)) { Share = 0.3 },
        "replay of bytes" => new ReplayStrategy(ExampleMemory.OfBytes(1000, seed: -3)),
        "EWC" => new EwcStrategy(100, fisherExamples: 50),
        "online EWC" => new OnlineEwcStrategy(100, 0.7, 50),
        "LwF" => new LwfStrategy("taught", "Predict", strength: 2),
        _ => new AGemStrategy(new ExampleMemory(40, seed: 3), seed: 3),
    };

    public static TheoryData<string> Names => ["naive", "joint", "replay", "balanced replay", "replay of bytes", "EWC", "online EWC", "LwF", "A-GEM"];

    static (ITrainable Trained, ContinualLearner Learner) Make(string strategy, string what = "all", int modelSeed = 1) => Make(Strategy(strategy), what, modelSeed);

    static (ITrainable Trained, ContinualLearner Learner) Make(ContinualStrategy strategy, string what = "all", int modelSeed = 1)
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes, modelSeed);
        ITrainable trained = what switch { "part" => new FineTuning(model).Freeze("b"),
            "adapters" => new LowRankAdapters(model, 1, 1, ["W"], ["b"], modelSeed), _ => new FineTuning(model) };
        return (trained, new ContinualLearner(() => new Trainer(trained, new Adam(0.02)) { Epochs = 4, BatchSize = 20, Seed = 1, Threads = 1 }, strategy));
    }

    /// <summary>The file of a learner has all of its state, so that equal files are equal states.</summary>
    byte[] State(ContinualLearner learner)
    {
        learner.Save(Path("state"));
        return File.ReadAllBytes(Path("state"));
    }

    [Fact]
    public void A_state_of_another_model_names_no_option_that_there_is_not()
    {
        (_, ContinualLearner learner) = Make("naive");
        learner.Learn(Made.Tasks(1, 5)[0]);
        learner.Save(Path("other"));
        var wider = new SoftmaxModule(Made.Inputs + 1, Made.Classes, 1);
        var other = new ContinualLearner(() => new Trainer(wider, new Adam(0.02)) { Threads = 1 }, new NaiveStrategy());
        string message = Assert.Throws<InvalidDataException>(() => other.Load(Path("other"))).Message;
        Assert.EndsWith("Make the model as it was when the state was saved; what was learnt belongs to its parameters.", message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_learner_that_was_loaded_goes_on_with_the_same_bits(string name)
    {
        ContinualTask[] tasks = Made.Tasks(4, 5);
        foreach (string what in new[] { "all", "part", "adapters" })
            for (int before = 0; before < 3; before++)
            {
                (ITrainable trained, ContinualLearner learner) = Make(name, what);
                foreach (ContinualTask task in tasks.Take(before))
                    learner.Learn(task);
                learner.Save(Path("middle"));
                // The other model begins elsewhere, and its learner has learned something else.
                (ITrainable other, ContinualLearner loaded) = Make(name, what, modelSeed: 9);
                loaded.Learn(tasks[3]);
                loaded.Load(Path("middle"));
                Assert.Equal(before, loaded.Learned);
                Assert.Equal(File.ReadAllBytes(Path("middle")), State(loaded));
                foreach (ContinualTask task in tasks.Skip(before))
                {
                    learner.Learn(task);
                    loaded.Learn(task);
                }
                Assert.Equal(trained.Parameters.Snapshot(), other.Parameters.Snapshot());
                Assert.Equal(trained.Module.Parameters.Snapshot(), other.Module.Parameters.Snapshot());
                Assert.Equal(State(learner), State(loaded));
            }
    }

    [Fact]
    public void The_share_of_projected_steps_and_the_memory_are_what_they_were()
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var learner = new ContinualLearner(Made.Trainer(model), Strategy("A-GEM"));
        foreach (ContinualTask task in Made.Tasks(3, 5))
            learner.Learn(task);
        learner.Save(Path("learner"));
        (_, ContinualLearner loaded) = Make("A-GEM", modelSeed: 2);
        loaded.Load(Path("learner"));
        var (before, after) = ((AGemStrategy)learner.Strategy, (AGemStrategy)loaded.Strategy);
        Assert.InRange(before.ProjectedShare, 0.01, 1);
        Assert.Equal(before.ProjectedShare, after.ProjectedShare);
        Assert.Equal((before.Memory.Count, before.Memory.Bytes, before.Memory.Seen), (after.Memory.Count, after.Memory.Bytes, after.Memory.Seen));
        Assert.Equal(before.Memory.Data["x"].ToArray(), after.Memory.Data["x"].ToArray());
    }

    [Fact]
    public void The_file_is_that_of_the_model_too()
    {
        (ITrainable trained, ContinualLearner learner) = Make("EWC");
        learner.Learn(Made.Tasks(1, 5)[0]);
        learner.Save(Path("learner"));
        var model = new SoftmaxModule(Made.Inputs, Made.Classes, 7);
        RnnDsl.Storage.ModelFile.Load(Path("learner"), model);
        Assert.Equal(trained.Module.Parameters.Snapshot(), model.Parameters.Snapshot());
    }

    static ContinualLearner Of(ContinualStrategy strategy) => Make(strategy).Learner;

    [Fact]
    public void A_file_of_something_else_is_refused_and_nothing_is_changed()
    {
        ContinualTask[] tasks = Made.Tasks(2, 5);
        (_, ContinualLearner replay) = Make("replay");
        replay.Learn(tasks[0]);
        replay.Save(Path("replay"));
        (_, ContinualLearner ewc) = Make("EWC");
        ewc.Learn(tasks[0]);
        ewc.Save(Path("EWC"));
        Refused<InvalidDataException>(Of(new NaiveStrategy()), "replay", "'strategy' is 'ReplayStrategy' in it, and 'NaiveStrategy' here");
        Refused<InvalidDataException>(Of(new ReplayStrategy(new ExampleMemory(40, seed: 4))), "replay",
            "'strategy/memory/seed' is '3' in it, and '4' here: give it the value of the file");
        Refused<InvalidDataException>(Of(new ReplayStrategy(new ExampleMemory(50, seed: 3))), "replay", "'strategy/memory/most' is '40' in it, and '50' here");
        Refused<InvalidDataException>(Of(new ReplayStrategy(ExampleMemory.OfBytes(40, seed: 3))), "replay", "'strategy/memory/unit' is 'examples' in it, and 'bytes' here");
        Refused<InvalidDataException>(Of(new ReplayStrategy(new ExampleMemory(40, "y", seed: 3))), "replay", "'strategy/memory/balance' is '' in it, and 'y' here");
        Refused<InvalidDataException>(Of(new ReplayStrategy(new ExampleMemory(40, seed: 3)) { Share = 0.4 }), "replay", "'strategy/Share' is '0.5' in it, and '0.4' here");
        Refused<InvalidDataException>(Of(new EwcStrategy(101, fisherExamples: 50)), "EWC", "'strategy/strength' is '100' in it, and '101' here");
        Refused<InvalidDataException>(Make("EWC", "adapters").Learner, "EWC", "The tensor 'continual/trained/W.A' is missing in it");
        var larger = new SoftmaxModule(Made.Inputs + 1, Made.Classes);
        Refused<InvalidDataException>(new ContinualLearner(() => new Trainer(larger, new Adam(0.02)), Strategy("EWC")), "EWC",
            "parameter W: [2, 8] in the file, [2, 9] in the model");
        Refused<FileNotFoundException>(replay, "missing", "There is no file");
        RnnDsl.Storage.ModelFile.Save(Path("model"), new SoftmaxModule(Made.Inputs, Made.Classes));
        Refused<InvalidDataException>(replay, "model", "It holds no ContinualLearner");
        new LossDrift([.. Enumerable.Range(0, 20).Select(i => (double)i)]).Save(Path("drift"));
        Refused<InvalidDataException>(replay, "drift", "It holds a LossDrift and no ContinualLearner: load it with LossDrift.Load.");
    }

    void Refused<T>(ContinualLearner learner, string file, string because) where T : Exception
    {
        byte[] before = State(learner);
        string message = Assert.Throws<T>(() => learner.Load(Path(file))).Message;
        Assert.Contains(because, message);
        Assert.Contains(Path(file), message);
        Assert.Equal(before, State(learner));
    }

    /// <summary>Files that are cut short are all refused. A changed byte is refused, or is a value like another: never another exception, and never half a state.</summary>
    [Theory]
    [InlineData("balanced replay")]
    [InlineData("EWC")]
    public void A_damaged_file_is_refused_and_nothing_is_changed(string name)
    {
        (_, ContinualLearner learner) = Make(name);
        learner.Learn(Made.Tasks(1, 5)[0]);
        byte[] good = Unchecked.Of(State(learner));
        var random = new Random(1);
        (_, ContinualLearner loaded) = Make(name, modelSeed: 2);
        byte[] before = State(loaded);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = i < 50 ? good[..random.Next(good.Length)] : [.. good];
            if (i >= 50)
                bad[random.Next(i % 2 == 0 ? bad.Length : bad.Length / 2)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Path("bad"), bad);
            try
            {
                loaded.Load(Path("bad"));
                Assert.True(i >= 50);
                (_, loaded) = Make(name, modelSeed: 2);
            }
            catch (InvalidDataException)
            {
                refused++;
                if (i % 10 == 0)
                    Assert.Equal(before, State(loaded));
            }
        }
        Assert.InRange(refused, 100, 299);
    }

    [Fact]
    public void What_cannot_be_saved_leaves_the_old_file()
    {
        (ITrainable trained, ContinualLearner learner) = Make("EWC");
        learner.Learn(Made.Tasks(1, 5)[0]);
        byte[] good = State(learner);
        float[] values = trained.Parameters.Snapshot();
        trained.Parameters["b"][0] = float.NaN;
        Assert.Contains("'b' is NaN", Assert.Throws<InvalidOperationException>(() => learner.Save(Path("state"))).Message);
        trained.Parameters.Restore(values);
        ContinualLearner broken = Of(new Keeper(1) { Floats = [1, float.PositiveInfinity] });
        Assert.Matches("Not saved: 'strategy/floats' is .* at index 1", Assert.Throws<InvalidOperationException>(() => broken.Save(Path("state"))).Message);
        Assert.Equal(good, File.ReadAllBytes(Path("state")));
        Assert.Single(Directory.GetFiles(folder));
        Assert.Contains("does not exist", Assert.Throws<DirectoryNotFoundException>(() => Make("EWC").Learner.Save(System.IO.Path.Combine(folder, "none", "file"))).Message);
    }

    [Fact]
    public void Data_with_values_that_are_not_finite_are_not_saved()
    {
        ContinualLearner learner = Of(new JointStrategy());
        learner.Known(new Dataset(Column.Vectors("x", new float[Made.Inputs]), Column.Vectors("y", [float.NaN, 1])));
        Assert.Contains("Not saved: 'strategy/train/y.values' is NaN at index 0", Assert.Throws<InvalidOperationException>(() => learner.Save(Path("learner"))).Message);
    }

    [Fact]
    public void One_optimizer_for_all_trainers_is_refused()
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var optimizer = new Adam(0.02);
        var learner = new ContinualLearner(() => new Trainer(model, optimizer) { Epochs = 1 }, new NaiveStrategy());
        learner.Learn(Made.Tasks(1, 5)[0]);
        Assert.Contains("the trainers share one Adam", Assert.Throws<InvalidOperationException>(() => learner.Save(Path("learner"))).Message);
    }

    sealed class Silent : ContinualStrategy
    {
        public override string Name => "silent";
    }

    /// <summary>A strategy as a user writes one, with data of every kind.</summary>
    sealed class Keeper(double setting) : ContinualStrategy
    {
        public override string Name => "keeper";

        public Dataset? Kept { get; set; }

        public float[] Floats { get; set; } = [];

        public override void Write(StateWriter state)
        {
            state.Write("setting", setting);
            state.Write("floats", Floats);
            state.Part("part").Write("data", Kept!);
        }

        public override Action Read(StateReader state)
        {
            state.Require("setting", setting);
            (float[] floats, Dataset data) = (state.ReadFloats("floats"), state.Part("part").ReadData("data"));
            return () => (Floats, Kept) = (floats, data);
        }
    }

    [Fact]
    public void A_strategy_of_ones_own_says_what_it_remembers()
    {
        Assert.Contains("Silent does not say what it remembers", Assert.Throws<NotSupportedException>(() => Of(new Silent()).Save(Path("learner"))).Message);
        var windows = new Column { Name = "windows", Kind = ValueKind.Sequence, Width = 1, Stride = 2,
            Values = new float[] { 1, 2, 3, 4, 5, 6, 7 }, Starts = [2, 0], Lengths = [3, 2] };
        var data = new Dataset(windows, Column.OneHot("words", 5, [0, -1, 4], [2]), Column.OneHot("label", 3, [2, 0]),
            Column.Scalars("number", 1.5f, -2), Column.Sequences("x", 2, [[1, 2, 3, 4], [5, 6]]),
            Column.OneHot("letters", 4, [[[0, 1], [2]], [[3]]]), Column.Sequences("nested", 2, [[[1, 2]], [[3, 4, 5, 6], [7, 8]]]));
        Of(new Keeper(0.1) { Kept = data, Floats = [1, float.Epsilon, -0f] }).Save(Path("learner"));
        var loaded = new Keeper(0.1);
        Of(loaded).Load(Path("learner"));
        Assert.Equal(BitConverter.SingleToInt32Bits(-0f), BitConverter.SingleToInt32Bits(loaded.Floats[2]));
        Assert.Equal([1, float.Epsilon, 0], loaded.Floats);
        Assert.Equal(data.ToString(), loaded.Kept!.ToString());
        foreach (Column column in data.Columns)
        {
            Column same = loaded.Kept[column.Name];
            Assert.Equal(column.ToArray(), same.ToArray());
            Assert.Equal((column.Kind, column.Width, column.Units), (same.Kind, same.Width, same.Units));
            Assert.Equal(column.Lengths, same.Lengths);
            Assert.Equal(column.Parts?.Lengths, same.Parts?.Lengths);
        }
        Assert.Contains("'strategy/setting' is '0.1' in it, and '0.2' here", Assert.Throws<InvalidDataException>(() => Of(new Keeper(0.2)).Load(Path("learner"))).Message);
    }
}
