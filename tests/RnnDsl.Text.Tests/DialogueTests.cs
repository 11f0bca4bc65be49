using RnnDsl.Examples.Dialogue;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using Session = RnnDsl.Examples.Dialogue.Session;

namespace RnnDsl.Text.Tests;

/// <summary><c>examples/Dialogue</c>: what it reads, learns, saves and remembers.</summary>
public sealed class DialogueTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    static readonly Settings quick = new(Epochs: 3, PairEpochs: 8, Hidden: 16, Vector: 16, Members: 2, Rate: 0.005, GiveUp: 0.02, Seed: 1, Threads: 1);

    [Theory]
    [InlineData("a.csv", "question,answer,topic\nWhere is it?,\"Here, of course.\",place\nWhen?,Now.,time\n")]
    [InlineData("a.tsv.gz", "topic\tanswer\tquestion\nplace\tHere, of course.\tWhere is it?\ntime\tNow.\tWhen?\n")]
    [InlineData("a.jsonl",
        "{\"question\":\"Where is it?\",\"answer\":\"Here, of course.\",\"topic\":\"place\"}\n{\"question\":\"When?\",\"answer\":\"Now.\",\"topic\":\"time\"}\n")]
    public void Past_conversations_are_read(string name, string text)
    {
        string path = files.Write(name, text);
        Assert.Equal([new("Where is it?", "Here, of course.", "place"), new("When?", "Now.", "time")], Exchanges.Read(path, "question", "answer", "topic"));
        Assert.All(Exchanges.Read(path, "question", "answer", null), e => Assert.Null(e.Intent));
    }

    [Fact]
    public void Names_in_braces_that_nothing_fills_are_told()
    {
        Assert.Null(CustomerAssistant.Unfilled([new("a", "Here {it is}.", null)], []));
        Assert.StartsWith("2 answers have names in braces, {order}, {thing}, and are sent with the braces: --slots names ",
            CustomerAssistant.Unfilled([new("a", "See {thing} of {order}.", null), new("b", "See {order}.", null), new("c", "See {order}.", null), new("d", "Yes.", null)], []), StringComparison.Ordinal);
        Assert.StartsWith("1 answer has a name in braces, {thing}, of which --slots marks none: ", CustomerAssistant.Unfilled([new("a", "See {thing} of {order}.", null), new("b", "See {order}.", null)],
            [new TaggedSentence(["order", "7"], ["O", "B-order"])]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_loss_of_a_group_is_that_of_choosing_the_right_exchange_by_the_cosine()
    {
        string[] asked = ["where is my lamp", "how do i pay", "open on sunday?"], told = ["where is the lamp on its way", "how can i pay by card", "when are you open from monday"];
        TextEncoder encoder = TextEncoder.Fit([.. asked.Concat(told).Select(PairReader.Words)], new TextEncoderOptions { Subwords = 60 });
        var reader = new PairReader(encoder);
        var model = new DualEncoder(reader.PieceCount, PairReader.GramCount, 12, 8, 10, seed: 3);
        using var encode = new Executor(model, "Encode");
        using var loss = new Executor(model, "Loss");
        float[] asks = encode.Predict(reader.Texts(asked)), tells = encode.Predict(reader.Texts(told));
        double expected = 0;
        for (int i = 0; i < 3; i++)
        {
            double[] scores = [.. Enumerable.Range(0, 3).Select(k => 16.0 * Enumerable.Range(0, 10).Sum(j => asks[10 * i + j] * (double)tells[10 * k + j]))];
            expected += (Math.Log(scores.Sum(Math.Exp)) - scores[i]) / 3;
        }
        List<(string Asked, string Told)>[] group = [[.. asked.Zip(told)]];
        double actual = loss.Evaluate(new Dataset([.. reader.Columns("questions", "questionGrams", group, p => p.Asked),
            .. reader.Columns("exchanges", "exchangeGrams", group, p => p.Told)]));
        Assert.Equal(expected, actual, 1e-5);
        Assert.Equal(1, asks.Take(10).Sum(x => x * x), 1e-3);
    }

    [Fact]
    public void A_saved_assistant_answers_as_before()
    {
        using IntentClassifier intents = IntentClassifier.Learn(MadeUpShop.Intents("messages", 600, Rewording.ForTraining, 1),
            MadeUpShop.Intents("validation", 100, Rewording.ForTuning, 2), quick);
        var assistant = new CustomerAssistant(AnswerFinder.Learn(MadeUpShop.Exchanges(), quick), intents, SlotFinder.Learn(MadeUpShop.Slots(300, 2), quick));
        string folder = files.Named("assistant");
        assistant.Save(folder);
        using CustomerAssistant loaded = CustomerAssistant.Load(folder);
        Session first = new(), second = new();
        foreach (string message in new[] { "where is my order A12345", "cancel it", "how long does delivery take", "", "🙂", "什么", new string('x', 500) })
        {
            Reply before = assistant.Answer(first, message), after = loaded.Answer(second, message);
            Assert.Equal((before.Text, before.Intent), (after.Text, after.Intent));
            Assert.Equal((before.Probability, before.Score), (after.Probability, after.Score));
            Assert.Equal(before.Slots, after.Slots);
        }
        assistant.Dispose();
    }

    [Fact]
    public void A_folder_is_saved_as_a_whole_or_not_at_all()
    {
        string folder = files.Named("assistant");
        using (CustomerAssistant assistant = new(AnswerFinder.Learn(MadeUpShop.Exchanges(), quick with { PairEpochs = 1 }), null, null))
        {
            assistant.Save(folder);
            assistant.Save(folder);
        }
        string inside = Assert.Single(Directory.GetDirectories(folder));
        // The next training ends while it saves.
        Assert.Throws<IOException>(() => AssistantFolder.Save(folder, half =>
        {
            File.WriteAllText(Path.Combine(half, "answers.safetensors"), "half of a mod");
            throw new IOException("The disk is full.");
        }));
        Assert.Equal([inside], Directory.GetDirectories(folder));
        // One that was killed leaves what it had written, and the next one clears it up. What others have written stays.
        Directory.CreateDirectory(Path.Combine(folder, "files-0123456789abcdef"));
        string foreign = Directory.CreateDirectory(Path.Combine(folder, "files-2024")).FullName, model = Path.Combine(folder, "translator.safetensors");
        File.WriteAllText(model, "a model of another program");
        CustomerAssistant.Load(folder).Dispose();
        AssistantFolder.Save(folder, fresh =>
        {
            foreach (string file in Directory.GetFiles(inside))
                File.Copy(file, Path.Combine(fresh, Path.GetFileName(file)));
        });
        inside = Assert.Single(Directory.GetDirectories(folder), path => path != foreign);
        Assert.True(Directory.Exists(foreign) && File.Exists(model));
        CustomerAssistant.Load(folder).Dispose();

        // As an earlier version saved it.
        string old = Directory.CreateDirectory(files.Named("old")).FullName;
        foreach (string file in Directory.GetFiles(inside))
            File.Copy(file, Path.Combine(old, Path.GetFileName(file)));
        CustomerAssistant.Load(old).Dispose();

        Refused("holds no assistant: there is no assistant.json in it", files.Named("nothing"));
        File.Delete(Path.Combine(old, "answers.safetensors"));
        Refused("holds no model of answers", old);
        File.WriteAllText(Path.Combine(inside, "exchanges.jsonl"), "{\"Question\":1}\n");
        Refused("line 1: this is no exchange", folder);
        File.Delete(Path.Combine(inside, "exchanges.jsonl"));
        Refused($"is not whole: {Path.Combine(Path.GetFileName(inside), "exchanges.jsonl")} is missing", folder);
        foreach (string broken in new[] { "{}", "null", "[]", "half of", "{\"Folder\":\"../other\",\"Files\":[]}" })
        {
            File.WriteAllText(Path.Combine(folder, "assistant.json"), broken);
            Refused("it was not saved by this program", folder);
        }

        static void Refused(string part, string folder) =>
            Assert.Contains(part, Assert.Throws<InvalidDataException>(() => CustomerAssistant.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_so_many_sessions_are_remembered()
    {
        var sessions = new Sessions(capacity: 2, TimeSpan.FromHours(1));
        (string first, Session own) = sessions.Find(null);
        (string second, _) = sessions.Find("a number that nobody was given");
        Assert.NotEqual("a number that nobody was given", second);
        Assert.Same(own, sessions.Find(first).Session);
        sessions.Find(null);
        Assert.Equal(2, sessions.Count);
        Assert.Same(own, sessions.Find(first).Session);
        Assert.NotEqual(second, sessions.Find(second).Id);
    }

    [Fact]
    public void A_session_is_forgotten_after_a_silence()
    {
        var clock = new Clock();
        var sessions = new Sessions(capacity: 100, TimeSpan.FromMinutes(10), clock);
        (string first, Session own) = sessions.Find(null);
        clock.Now += TimeSpan.FromMinutes(6);
        string second = sessions.Find(null).Id;
        Assert.Same(own, sessions.Find(first).Session);
        clock.Now += TimeSpan.FromMinutes(9.9);
        Assert.Same(own, sessions.Find(first).Session);
        Assert.Equal(2, sessions.Count);
        clock.Now += TimeSpan.FromMinutes(0.1);
        // The second one has been silent for ten minutes, the first one has not.
        Assert.NotEqual(second, sessions.Find(second).Id);
        Assert.Same(own, sessions.Find(first).Session);
        clock.Now += TimeSpan.FromDays(1);
        sessions.Find(null);
        Assert.Equal(1, sessions.Count);
    }

    /// <summary>A clock that stands until it is set.</summary>
    sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    [Fact]
    public void The_threshold_withholds_no_more_right_answers_than_it_may()
    {
        double[] scores = [.. Enumerable.Range(0, 200).Select(i => i / 200.0)];
        bool[] right = [.. scores.Select((_, i) => i % 2 == 0)];
        foreach (double giveUp in new[] { 0, 0.05, 0.5 })
            Assert.Equal(giveUp, scores.Where((s, i) => right[i] && s < Scope.Threshold(scores, right, giveUp)).Count() / 100.0, 1e-9);
        Assert.Equal(0, Scope.Threshold([0.5], [false], 0.1));
    }

    [Fact]
    public void Rules_of_rewording_give_the_same_words_for_the_same_seed_and_never_nothing()
    {
        string[] texts = ["Where is my order?", "a", "?", "", "你是谁？", "怎么退货", "two words", "𠀀𠀁𠀂𠀃𠀄"];
        foreach (Func<string, RandomStream, string> rules in new Func<string, RandomStream, string>[] { Rewording.ForTraining, Rewording.ForTuning, Rewording.ForTest })
            foreach (string text in texts)
                for (int seed = 0; seed < 30; seed++)
                {
                    string said = rules(text, new RandomStream(seed));
                    Assert.Equal(said, rules(text, new RandomStream(seed)));
                    Assert.True(text.Length < 2 || said.Length > 0);
                }
    }
}
