using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Finds what messages name: the number of an order, a thing, a day.</summary>
sealed class SlotFinder : IDisposable
{
    /// <summary>Longer names are cut, so that a session has bounded memory.</summary>
    const int MostCharacters = 64;

    readonly SequenceTagger tagger;

    SlotFinder(SequenceTagger tagger) => this.tagger = tagger;

    public static SlotFinder Learn(TaggedCorpus train, Settings settings)
    {
        TextEncoder encoder = TextEncoder.Fit(train);
        var model = new SlotTagger(encoder.Size("Word"), encoder.Size("Letter"), encoder.Size("Shape"), encoder.Size("Tag"), 50, 24, 24, settings.Hidden / 2, settings.Seed);
        var tagger = new SequenceTagger(model, encoder, options: new ExecutionOptions { Threads = settings.Threads });
        tagger.BarBrokenTransitions();
        using var trainer = new Trainer(model, new AdamW(settings.Rate) { WeightDecay = 0.01 })
        {
            BatchSize = 16, Epochs = settings.Epochs, ClipNorm = 5, Schedule = Schedule.Cosine(0.01), Seed = settings.Seed, Threads = settings.Threads, KeepBest = false,
        };
        History history = trainer.FitWithProgress(encoder.Encode(train), title: "Slots").Whole();
        Console.WriteLine(FormattableString.Invariant($"Slots: {model.Parameters.Count} parameters, {Course.Loss(history)}."));
        return new SlotFinder(tagger);
    }

    public void Report(TaggedCorpus test)
    {
        EntityReport report = tagger.Evaluate(test).Entities ?? throw new InvalidDataException($"{test.Name} marks no entities.");
        Console.WriteLine(FormattableString.Invariant(
            $"\n{test.Name}: F1 of slots {report.F1:F4}, {string.Join(", ", report.Types.Select(t => FormattableString.Invariant($"{t.Type} {t.F1:F4}")))}."));
    }

    /// <summary>The names in a text by their kind; of several of a kind the last one.</summary>
    public Dictionary<string, string> Find(string text)
    {
        TaggedSentence tagged = tagger.Tag(text);
        var found = new Dictionary<string, string>();
        foreach (EntitySpan span in EntitySpans.Of(tagged.Tags))
            found[span.Type] = string.Join(' ', tagged.Words.Skip(span.Start).Take(span.Length)) is var name && name.Length > MostCharacters ? name[..MostCharacters] : name;
        return found;
    }

    public void Save(string folder) => ModelFile.Save(Path.Combine(folder, Name), tagger.Model, metadata: tagger.Encoder.Metadata);

    /// <summary>The finder of a folder; null if it has none.</summary>
    public static SlotFinder? Load(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return null;
        ModelFileInfo info = ModelFile.ReadInfo(path);
        var model = new SlotTagger(info.Size("Word"), info.Size("Letter"), info.Size("Shape"), info.Size("Tag"), info.Size("WordVector"), info.Size("LetterVector"),
            info.Size("Spelling"), info.Size("Hidden"));
        ModelFile.Load(path, model);
        return new SlotFinder(new SequenceTagger(model, TextEncoder.Read(info), options: new ExecutionOptions { Threads = 1 }));
    }

    const string Name = "slots.safetensors";

    public void Dispose() => tagger.Dispose();
}
