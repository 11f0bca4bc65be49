using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Follows what users want through a dialogue, by the mean of the probabilities of some <see cref="StateModel"/>s that differ in their first values.</summary>
sealed class StateTracker : IDisposable
{
    readonly TurnReader reader;
    readonly TextEncoder encoder;
    readonly List<(StateModel Model, Executor Classes, Executor Places)> members = [];

    StateTracker(TurnReader reader, TextEncoder encoder) => (this.reader, this.encoder) = (reader, encoder);

    public Ontology Ontology => reader.Ontology;

    /// <summary>Learns from dialogues.</summary>
    /// <param name="train">The dialogues.</param>
    /// <param name="ontology">Slots and values; those of the dialogues among them.</param>
    /// <param name="settings">How.</param>
    public static StateTracker Learn(IReadOnlyList<DialogueTurn[]> train, Ontology ontology, Settings settings)
    {
        TextEncoder encoder = TextEncoder.Fit(TurnReader.Texts(ontology, train.SelectMany(d => d)));
        var result = new StateTracker(new TurnReader(ontology, encoder), encoder);
        Dataset data = result.reader.Examples(train);
        for (int member = 0; member < settings.Members; member++)
        {
            int seed = 100 * settings.Seed + member;
            TurnReader reader = result.reader;
            var model = new StateModel(encoder.Words.Size, reader.MarkCount, TurnReader.FactCount, reader.SlotCount, reader.ClassCount, settings.Vector, settings.Hidden, seed);
            result.SetBelongs(model);
            using (var trainer = new Trainer(model, new AdamW(settings.Rate) { WeightDecay = 0.01 })
            {
                BatchSize = 32, Epochs = settings.Epochs, ClipNorm = 5, Schedule = Schedule.Cosine(0.01), Seed = seed, Threads = settings.Threads, KeepBest = false,
            })
            {
                History history = trainer.FitWithProgress(data, title: $"Tracker {member + 1} of {settings.Members}").Whole();
                Console.WriteLine(FormattableString.Invariant(
                    $"Tracker, model {member + 1} of {settings.Members}: {model.Parameters.Count} parameters, {data.Count} turns, {Course.Loss(history)}."));
            }
            result.Add(model, settings.Threads);
        }
        return result;
    }

    void SetBelongs(StateModel model)
    {
        Span<float> belongs = model.Parameters["belongs"];
        for (int i = 0; i < belongs.Length; i++)
            belongs[i] = reader.Belongs(i / reader.SlotCount, i % reader.SlotCount) ? 1 : 0;
    }

    void Add(StateModel model, int threads)
    {
        var options = new ExecutionOptions { Threads = threads };
        members.Add((model, new Executor(model, "Scores.Classes", options), new Executor(model, "Scores.Places", options)));
    }

    /// <summary>The state after a turn.</summary>
    public DialogueState Update(DialogueState state, string system, IReadOnlyList<SystemAct> acts, string user) =>
        Update([state], [new TurnText(system, acts, user, [.. state.Values.Keys])])[0];

    /// <summary>The states after a turn of each of several dialogues.</summary>
    public DialogueState[] Update(IReadOnlyList<DialogueState> states, IReadOnlyList<TurnText> turns)
    {
        Dataset data = reader.Inputs(turns);
        (float[] Classes, float[] Places)[] scores = [.. members.Select(m => (m.Classes.Predict(data), m.Places.Predict(data)))];
        var result = new DialogueState[turns.Count];
        int informable = Ontology.Informable.Count, step = 0;
        for (int i = 0; i < result.Length; i++)
        {
            List<TurnReader.Place> places = reader.Places(turns[i]);
            var said = new List<(string, string)>();
            var requested = new List<string>();
            for (int slot = 0; slot < reader.SlotCount; slot++)
            {
                string? best = Best(slot, i, step, places, scores);
                if (best is not null && slot < informable)
                    said.Add((Ontology.Informable[slot].Slot, best));
                else if (best is not null)
                    requested.Add(Ontology.Requestable[slot - informable]);
            }
            result[i] = states[i].After(said, requested);
            step += data["words"].Lengths[i];
        }
        return result;
    }

    /// <summary>The most probable alternative for a slot: the probability of a value is that of its class and of all its places. Null for none.</summary>
    string? Best(int slot, int example, int firstStep, List<TurnReader.Place> places, (float[] Classes, float[] Places)[] scores)
    {
        var probabilities = new Dictionary<string, double>();
        double nothing = 0;
        foreach ((float[] classes, float[] atSteps) in scores)
        {
            var weights = new List<(string? Value, double Score)> { (null, Class(TurnReader.Nothing)) };
            if (slot >= Ontology.Informable.Count)
                weights.Add(("", Class(TurnReader.Requested)));
            else
            {
                weights.Add((Ontology.DontCare, Class(TurnReader.AnyValue)));
                weights.AddRange(reader.ClassesOf(slot).Select(c => ((string?)c.Value, Class(c.Class))));
                weights.AddRange(places.Where(p => p.Slot == slot).Select(p => ((string?)p.Value, (double)atSteps[(firstStep + p.Step) * reader.SlotCount + slot])));
            }
            double highest = weights.Max(w => w.Score), sum = weights.Sum(w => Math.Exp(w.Score - highest));
            foreach ((string? value, double score) in weights)
                if (value is null)
                    nothing += Math.Exp(score - highest) / sum;
                else
                    probabilities[value] = probabilities.GetValueOrDefault(value) + Math.Exp(score - highest) / sum;

            double Class(int number) => classes[(example * reader.SlotCount + slot) * reader.ClassCount + number];
        }
        (string best, double probability) = probabilities.MaxBy(p => p.Value);
        return probability > nothing ? best : null;
    }

    public void Save(string folder)
    {
        Ontology.Save(Path.Combine(folder, OntologyName));
        for (int i = 0; i < members.Count; i++)
            ModelFile.Save(Path.Combine(folder, Name(i)), members[i].Model, metadata: encoder.Metadata);
    }

    /// <summary>The tracker of a folder; null if it has none.</summary>
    public static StateTracker? Load(string folder)
    {
        StateTracker? result = null;
        for (int member = 0; Path.Combine(folder, Name(member)) is var path && File.Exists(path); member++)
        {
            ModelFileInfo info = ModelFile.ReadInfo(path);
            result ??= Create(Ontology.Read(Path.Combine(folder, OntologyName)), TextEncoder.Read(info), info);
            TurnReader reader = result.reader;
            if ((info.Size("Slot"), info.Size("Class"), info.Size("Mark")) != (reader.SlotCount, reader.ClassCount, reader.MarkCount))
                throw new InvalidDataException($"{path} was learned with another ontology than that of {OntologyName} beside it. Learn the assistant again.");
            var model = new StateModel(info.Size("Word"), info.Size("Mark"), info.Size("Fact"), info.Size("Slot"), info.Size("Class"),
                info.Size("WordVector"), info.Size("Hidden"));
            ModelFile.Load(path, model);
            result.Add(model, threads: 1);
        }
        return result;
    }

    /// <summary>One that reads as the model of the file has learned to.</summary>
    static StateTracker Create(Ontology ontology, TextEncoder encoder, ModelFileInfo info)
    {
        var reader = new TurnReader(ontology, encoder);
        return new StateTracker(info.Size("Mark") == reader.MarkCount ? reader : new TurnReader(ontology, encoder, forms: false), encoder);
    }

    const string OntologyName = "ontology.json";

    static string Name(int member) => FormattableString.Invariant($"tracker-{member + 1}.safetensors");

    public void Dispose()
    {
        foreach ((_, Executor classes, Executor places) in members)
        {
            classes.Dispose();
            places.Dispose();
        }
    }
}
