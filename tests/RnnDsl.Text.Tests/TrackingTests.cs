using RnnDsl.Examples.Dialogue;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using Session = RnnDsl.Examples.Dialogue.Session;

namespace RnnDsl.Text.Tests;

/// <summary>The part of <c>examples/Dialogue</c> that follows what users want from turn to turn.</summary>
public sealed class TrackingTests(TrackingTests.Learned learned) : IClassFixture<TrackingTests.Learned>, IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    /// <summary>An assistant that has learned from made-up dialogues in which two colors of the ontology are never asked for.</summary>
    public sealed class Learned : IDisposable
    {
        readonly TemporaryFolder files = new();

        public Learned()
        {
            Train = Read(files, MadeUpDialogues.Json(150, 1, MadeUpDialogues.Colors));
            Ontology = Ontology.Of(Train).With(Ontology.Read(files.Write("ontology.json", "{\"informable\":{\"Color\":[\"Violet\",\"light blue\"],\"request\":[\"price\"]},\"requestable\":[\"price\"]}")));
            Tracker = StateTracker.Learn(Train, Ontology, new Settings(Epochs: 20, PairEpochs: 1, Hidden: 16, Vector: 16, Members: 2, Rate: 0.01, GiveUp: 0.02, Seed: 1, Threads: 1));
            Assistant = new TrackingAssistant(Tracker, TrackingAssistant.Questions(Train, Ontology));
        }

        internal List<DialogueTurn[]> Train { get; }

        internal Ontology Ontology { get; }

        internal StateTracker Tracker { get; }

        internal TrackingAssistant Assistant { get; }

        public void Dispose()
        {
            Assistant.Dispose();
            files.Dispose();
        }
    }

    static List<DialogueTurn[]> Read(TemporaryFolder files, string json) => DialogueFile.Read(files.Write("dialogues.json.gz", json));

    [Fact]
    public void Dialogues_are_read()
    {
        DialogueTurn[] dialogue = Assert.Single(Read(files, """
            [{"dialogue_idx": 0, "dialogue": [
              {"system_transcript": "", "transcript": "Red?", "turn_label": [["Color", " Red "]], "belief_state": [{"act": "inform", "slots": [["color", "red"]]}]},
              {"system_transcript": "Oak?", "system_acts": ["Size", ["material", "oak"]], "transcript": "Yes. The price?", "turn_label": [["material", "oak"], ["request", "price"]],
               "belief_state": [{"act": "request", "slots": [["slot", "price"]]}, {"act": "inform", "slots": [["color", "red"]]}, {"act": "inform", "slots": [["material", "oak"]]}]}]}]
            """));
        Assert.Equal(new Dictionary<string, string> { ["color"] = "red" }, dialogue[0].Said);
        Assert.Equal(("Oak?", "Yes. The price?"), (dialogue[1].System, dialogue[1].User));
        Assert.Equal([new SystemAct("size", null), new SystemAct("material", "oak")], dialogue[1].Acts);
        Assert.Equal(new Dictionary<string, string> { ["material"] = "oak" }, dialogue[1].Said);
        Assert.Equal(["price"], dialogue[1].Requested);
        Assert.Equal(new Dictionary<string, string> { ["color"] = "red", ["material"] = "oak" }, dialogue[1].Goal);
    }

    const string Turn = "\"system_transcript\": \"\", \"transcript\": \"red\", \"turn_label\": [[\"color\", \"red\"]]";

    [Theory]
    [InlineData("[{\"dialogue\": [{", "is no whole JSON")]
    [InlineData("", "is no whole JSON")]
    [InlineData("{}", "it is no array of dialogues")]
    [InlineData("[]", "has no dialogues")]
    [InlineData("[{\"dialogue\": []}]", "dialogue 0: it has no turns")]
    [InlineData("[7]", "dialogue 0: there is no 'dialogue'")]
    [InlineData("[{\"dialogue\": [{" + Turn + ", \"belief_state\": []}, null]}]", "dialogue 0, turn 1: there is no 'turn_label'")]
    [InlineData("[{\"dialogue\": [{" + Turn + "}]}]", "dialogue 0, turn 0: there is no 'belief_state'")]
    [InlineData("[{\"dialogue\": [{\"turn_label\": [[\"color\"]]}]}]", "dialogue 0, turn 0, 'turn_label': [\"color\"] is no pair of slot and value")]
    [InlineData("[{\"dialogue\": [{\"turn_label\": [], \"belief_state\": [], \"system_transcript\": 1}]}]", "dialogue 0, turn 0: 'system_transcript' is no text")]
    [InlineData("[{\"dialogue\": [{" + Turn + ", \"belief_state\": [], \"system_acts\": [1]}]}]", "dialogue 0, turn 0, 'system_acts': 1 is neither a slot nor a pair")]
    public void A_broken_file_is_refused_with_the_place(string json, string part)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(files, json)).Message;
        Assert.Contains("dialogues.json.gz", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "is no ontology")]
    [InlineData("{\"informable\": {\"color\": [\"red\", 1]}}", "'color' is no array of texts")]
    [InlineData("{\"informable\": {\"color\": [\"red\"]}, \"requestable\": {}}", "'requestable' is no array of texts")]
    [InlineData("{\"informable\": {\"request\": [\"price\"]}}", "there is nothing to track")]
    public void A_broken_ontology_is_refused(string json, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => Ontology.Read(files.Write("ontology.json", json))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_ontology_that_is_too_large_is_refused()
    {
        string json = $"{{\"informable\": {{\"color\": [{string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"c{i}\""))}]}}}}";
        Assert.Contains("1 slots with 10001 values; at most 100 with 10000", Assert.Throws<InvalidDataException>(() => Ontology.Read(files.Write("ontology.json", json))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_found_word_for_word_and_the_longest_counts()
    {
        var finder = new MentionFinder(learned.Ontology);
        Assert.Equal([new Mention(0, "dark brown", 1, 2), new Mention(0, "brown", 4, 1), new Mention(1, "oak", 5, 1)], finder.Find(MentionFinder.Words("A Dark-brown or brown OAK")));
        Assert.Empty(finder.Find(MentionFinder.Words("reddish darkbrown light")));
        Assert.Empty(finder.Find([]));
    }

    [Theory]
    [InlineData("Ein norwegisches Lokal", "norwegisch", 1, 1)]
    [InlineData("im südlichen Teil", "süden", -1, 0)]
    [InlineData("des Zentrums", "zentrum", 1, 1)]
    [InlineData("eine moderne europäische Küche", "modern europäisch", 1, 2)]
    [InlineData("international", "internet", -1, 0)]
    [InlineData("Zeitungen", "zeitungswissenschaft", -1, 0)]
    [InlineData("noodles", "no", -1, 0)]
    public void Forms_of_values_are_found_if_asked_for(string text, string value, int start, int length)
    {
        Ontology ontology = Ontology.Read(files.Write("forms.json", $$"""{"informable": {"kind": ["{{value}}"] } }"""));
        Mention[] expected = start < 0 ? [] : [new Mention(0, value, start, length, IsForm: true)];
        Assert.Equal(expected, new MentionFinder(ontology, forms: true).Find(MentionFinder.Words(text)));
        Assert.Empty(new MentionFinder(ontology).Find(MentionFinder.Words(text)));
        Assert.Equal([new Mention(0, value, 0, MentionFinder.Words(value).Length)], new MentionFinder(ontology, forms: true).Find(MentionFinder.Words(value)));
    }

    [Fact]
    public void Seldom_words_are_known_by_their_beginnings()
    {
        Ontology ontology = learned.Ontology;
        DialogueTurn[] turns = [.. Enumerable.Repeat(learned.Train[0][0] with { System = "", User = "often seldomly" }, 40).Select((t, i) => i < 3 ? t : t with { User = "often" })];
        IReadOnlyList<string[]> texts = TurnReader.Texts(ontology, turns);
        Assert.Equal(["<user>", "often", "seldo~"], texts[0]);
        TextEncoder encoder = TextEncoder.Fit(texts, new TextEncoderOptions { MinWordCount = 1 });
        int[] Read(string text, bool forms) =>
            [.. new TurnReader(ontology, encoder, forms).Inputs([new TurnText("", [], text, [])])["words"].Values.ToArray().Skip(1).Select(number => (int)number)];
        int unknown = encoder.WordNumber("nothing like it");
        Assert.Equal([encoder.WordNumber("often"), encoder.WordNumber("seldo~"), unknown], Read("often seldoms other", forms: true));
        Assert.Equal([encoder.WordNumber("often"), unknown, unknown], Read("often seldoms other", forms: false));
    }

    [Fact]
    public void The_state_keeps_values_and_forgets_what_was_asked_for()
    {
        DialogueState first = DialogueState.Empty.After([("color", "red")], ["price"]), second = first.After([("material", "oak"), ("color", "blue")], []);
        Assert.Equal("color: red; asks for price", first.ToString());
        Assert.Equal("color: blue, material: oak", second.ToString());
        Assert.Equal("nothing is known", DialogueState.Empty.ToString());
    }

    [Fact]
    public void Exact_matches_are_counted_as_by_hand()
    {
        List<DialogueTurn[]> dialogues = Read(files, """
            [{"dialogue": [
              {"system_transcript": "", "transcript": "a red one", "turn_label": [["color", "red"]], "belief_state": [{"act": "inform", "slots": [["color", "red"]]}]},
              {"system_transcript": "Oak?", "transcript": "yes", "turn_label": [["material", "oak"]], "belief_state": [{"act": "inform", "slots": [["color", "red"]]}, {"act": "inform", "slots": [["material", "oak"]]}]},
              {"system_transcript": "", "transcript": "not red but blue oak. the price?", "turn_label": [["color", "blue"], ["request", "price"]],
               "belief_state": [{"act": "inform", "slots": [["color", "blue"]]}, {"act": "inform", "slots": [["material", "oak"]]}]}]},
             {"dialogue": [{"system_transcript": "", "transcript": "at any price", "turn_label": [], "belief_state": []}]}]
            """);
        // Right goals: the first and third turn of the first dialogue, and the second dialogue. Its word 'price' is no request, so three of four are right.
        Assert.Equal(new TrackingReport(4, 3, 3), TrackingReport.OfExactMatches(learned.Ontology, dialogues));
    }

    [Fact]
    public void New_dialogues_are_followed_with_values_that_training_never_showed()
    {
        List<DialogueTurn[]> known = Read(files, MadeUpDialogues.Json(50, 2, MadeUpDialogues.Colors)), unseen = Read(files, MadeUpDialogues.Json(50, 3, "violet", "light blue"));
        foreach (List<DialogueTurn[]> dialogues in new[] { known, unseen })
        {
            TrackingReport tracked = TrackingReport.Of(learned.Tracker, dialogues), exact = TrackingReport.OfExactMatches(learned.Ontology, dialogues);
            Assert.True(tracked.JointGoals >= 0.95 * tracked.Turns && tracked.Requests >= 0.95 * tracked.Turns, tracked.ToString());
            Assert.True(exact.JointGoals < 0.8 * exact.Turns, exact.ToString());
        }
    }

    [Fact]
    public void The_loss_is_that_of_all_right_alternatives()
    {
        Ontology ontology = learned.Ontology;
        DialogueTurn[] dialogue = learned.Train[0];
        TextEncoder encoder = TextEncoder.Fit(TurnReader.Texts(ontology, dialogue), new TextEncoderOptions { MinWordCount = 1 });
        var reader = new TurnReader(ontology, encoder);
        var model = new StateModel(encoder.Words.Size, reader.MarkCount, TurnReader.FactCount, reader.SlotCount, reader.ClassCount, 6, 5, seed: 4);
        for (int i = 0; i < reader.ClassCount * reader.SlotCount; i++)
            model.Parameters["belongs"][i] = reader.Belongs(i / reader.SlotCount, i % reader.SlotCount) ? 1 : 0;
        Dataset data = reader.Examples([dialogue]);
        using Executor loss = new(model, "Loss"), classes = new(model, "Scores.Classes"), places = new(model, "Scores.Places");
        float[] byClass = classes.Predict(data), byPlace = places.Predict(data);
        double expected = 0;
        for (int turn = 0, first = 0; turn < dialogue.Length; first += data["words"].Lengths[turn++])
            for (int slot = 0; slot < reader.SlotCount; slot++)
            {
                string name = slot < 2 ? ontology.Informable[slot].Slot : ontology.Requestable[slot - 2];
                string? value = slot < 2 ? dialogue[turn].Said.GetValueOrDefault(name) : null;
                List<TurnReader.Place> own = [.. reader.Places(new TurnText(dialogue[turn].System, [], dialogue[turn].User, [])).Where(p => p.Slot == slot)];
                int right = slot >= 2 ? dialogue[turn].Requested.Contains(name) ? TurnReader.Requested : TurnReader.Nothing
                    : value is null ? TurnReader.Nothing : value == "dontcare" ? TurnReader.AnyValue : reader.ClassesOf(slot).Single(c => c.Value == value).Class;
                double all = Enumerable.Range(0, reader.ClassCount).Where(c => reader.Belongs(c, slot)).Sum(c => Weight(byClass[(turn * reader.SlotCount + slot) * reader.ClassCount + c])) + own.Sum(AtPlace);
                double chosen = Weight(byClass[(turn * reader.SlotCount + slot) * reader.ClassCount + right]) + own.Where(p => p.Value == value).Sum(AtPlace);
                expected += Math.Log(all / chosen) / dialogue.Length;

                double AtPlace(TurnReader.Place place) => Weight(byPlace[(first + place.Step) * reader.SlotCount + place.Slot]);
            }
        Assert.Equal(expected, loss.Evaluate(data), 1e-4);

        static double Weight(float score) => Math.Exp(score);
    }

    [Fact]
    public void A_saved_assistant_follows_as_before_and_asks_once()
    {
        string folder = files.Named("assistant");
        learned.Assistant.Save(folder);
        using var loaded = (TrackingAssistant)Assistant.Load(folder);
        Session first = new(), second = new();
        var texts = new List<string>();
        string[] messages = ["hello", "i want a dark brown table", "any will do", "what is the price", "", "🙂", "什么", new string('x', 500), string.Join(' ', Enumerable.Repeat("glass", 300))];
        foreach (string message in messages)
        {
            Reply before = learned.Assistant.Answer(first, message), after = loaded.Answer(second, message);
            Assert.Equal((before.Text, before.State!.ToString()), (after.Text, after.State!.ToString()));
            texts.Add(after.Text);
            if (texts.Count == 4)
                Assert.Equal("color: dark brown, material: dontcare; asks for price", after.State.ToString());
        }
        // The system's own words of the dialogues.
        Assert.Equal("Which color would you like?", texts[0]);
        Assert.Equal("Which material would you like?", texts[1]);
        Assert.Equal("I have noted: color: dark brown, material: dontcare.", texts[2]);

        string inside = Assert.Single(Directory.GetDirectories(folder)), questions = Path.Combine(inside, "questions.json"), ontology = Path.Combine(inside, "ontology.json");
        foreach (string broken in new[] { "{}", "null", "half of", "{\"color\":null,\"material\":\"Which?\"}" })
        {
            File.WriteAllText(questions, broken);
            Assert.Contains("holds no question for each slot", Assert.Throws<InvalidDataException>(() => Assistant.Load(folder)).Message, StringComparison.Ordinal);
        }
        Ontology.Of(learned.Train).Save(ontology);
        Assert.Contains("was learned with another ontology", Assert.Throws<InvalidDataException>(() => Assistant.Load(folder)).Message, StringComparison.Ordinal);
        File.Delete(ontology);
        Assert.Contains("ontology.json is missing", Assert.Throws<InvalidDataException>(() => Assistant.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_learns_measures_and_saves()
    {
        string train = files.Write("train.json", MadeUpDialogues.Json(20, 1, MadeUpDialogues.Colors)), folder = files.Named("assistant");
        string[] quick = ["--track", train, "--epochs", "1", "--hidden", "4", "--vector", "4", "--threads", "1", "--output", folder];
        Lessons.Learn(Options.Root.Parse(quick));
        Assistant.Load(folder).Dispose();
        Assert.Contains("assistants of two kinds", Assert.Throws<ArgumentException>(() => Lessons.Learn(Options.Root.Parse([.. quick, "--slots", train]))).Message, StringComparison.Ordinal);
        Assert.Contains("Name dialogues with --track", Assert.Throws<ArgumentException>(() => Lessons.Learn(Options.Root.Parse(["--ontology", train]))).Message, StringComparison.Ordinal);
        string one = files.Write("one.json", MadeUpDialogues.Json(1, 1, MadeUpDialogues.Colors));
        Assert.Contains("There is one dialogue", Assert.Throws<InvalidDataException>(() => Lessons.Learn(Options.Root.Parse(["--track", one]))).Message, StringComparison.Ordinal);
    }
}
