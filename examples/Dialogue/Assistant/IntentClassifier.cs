using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// What a message wants, by the mean of the probabilities of some models that differ in their first values (Lakshminarayanan et al. 2017), or that it wants
/// none of what is known.
/// </summary>
sealed class IntentClassifier : IDisposable
{
    readonly List<TextClassifier> members = [];

    /// <summary>Below this probability an answer is withheld.</summary>
    public double Threshold { get; set; }

    /// <summary>The intents, in the order of the probabilities.</summary>
    public IReadOnlyList<string> Intents => members[0].Encoder.Labels.Entries;

    /// <summary>Learns from messages and their intents. The threshold is chosen on the validation messages.</summary>
    public static IntentClassifier Learn(LabeledCorpus train, LabeledCorpus validation, Settings settings)
    {
        TextEncoder encoder = TextEncoder.Fit(train);
        var result = new IntentClassifier();
        Dataset data = encoder.Encode(train);
        for (int member = 0; member < settings.Members; member++)
        {
            int seed = 100 * settings.Seed + member;
            var model = new IntentModel(encoder.Size("Word"), encoder.Size("Letter"), encoder.Size("Label"), settings.Vector, 24, 32, settings.Hidden, seed);
            var classifier = new TextClassifier(model, encoder, options: new ExecutionOptions { Threads = settings.Threads });
            result.members.Add(classifier);
            using var trainer = new Trainer(model, new AdamW(settings.Rate) { WeightDecay = 0.01 })
            {
                BatchSize = 32, Epochs = settings.Epochs, ClipNorm = 1, Schedule = Schedule.Cosine(0.01), Seed = seed, Threads = settings.Threads, KeepBest = false,
            };
            History history = trainer.FitWithProgress(data, title: $"Intents {member + 1} of {settings.Members}").Whole();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Intents, model {member + 1} of {settings.Members}: {model.Parameters.Count} parameters, " +
                $"{Course.Loss(history)}, validation accuracy {classifier.Evaluate(validation).Accuracy:F4}."));
        }
        float[][] probabilities = [.. result.Probabilities(validation)];
        result.Threshold = Scope.Threshold([.. probabilities.Select(p => (double)p.Max())],
            [.. probabilities.Select((p, i) => result.Best(p) == validation[i].Labels[0])], settings.GiveUp);
        return result;
    }

    /// <summary>The probabilities of all intents for each text.</summary>
    public IEnumerable<float[]> Probabilities(IEnumerable<LabeledText> texts)
    {
        LabeledText[] all = [.. texts];
        float[][][] said = [.. members.Select(m => m.Probabilities(all).ToArray())];
        return all.Select((_, i) => Enumerable.Range(0, Intents.Count).Select(k => said.Average(s => s[i][k])).ToArray());
    }

    /// <summary>The most probable intent of a text and its probability; the name is null if it is below the threshold.</summary>
    public (string? Intent, double Probability) Classify(string text)
    {
        float[] probabilities = Probabilities([new LabeledText(text)]).Single();
        return (probabilities.Max() < Threshold ? null : Best(probabilities), probabilities.Max());
    }

    string Best(float[] probabilities) => Intents[Array.IndexOf(probabilities, probabilities.Max())];

    /// <summary>What is right, with and without the threshold, and how many messages out of scope are recognized.</summary>
    public void Report(LabeledCorpus test, LabeledCorpus? outOfScope)
    {
        float[][] probabilities = [.. Probabilities(test)];
        bool[] right = [.. probabilities.Select((p, i) => Best(p) == test[i].Labels[0])];
        double answered = (double)right.Where((r, i) => r && probabilities[i].Max() >= Threshold).Count() / test.Count;
        Console.WriteLine(FormattableString.Invariant(
            $"\n{test.Name}: accuracy {100.0 * right.Count(r => r) / test.Count:F2} %; with the threshold {Threshold:F3} {100 * answered:F2} % are answered, and rightly."));
        if (outOfScope is null)
            return;
        double[] outside = [.. Probabilities(outOfScope).Select(p => (double)p.Max())];
        var ranking = new BinaryReport([.. Enumerable.Range(0, test.Count + outside.Length).Select(i => i < test.Count)],
            [.. probabilities.Select(p => (double)p.Max()), .. outside]);
        Console.WriteLine(FormattableString.Invariant(
            $"{outOfScope.Name}: {100.0 * outside.Count(p => p < Threshold) / outside.Length:F2} % are recognized as out of scope; area under the ROC curve {ranking.RocAuc:F4}."));
    }

    public void Save(string folder)
    {
        for (int i = 0; i < members.Count; i++)
            ModelFile.Save(Path.Combine(folder, Name(i)), members[i].Model, metadata: members[i].Encoder.Metadata);
    }

    /// <summary>The classifier of a folder; null if it has none.</summary>
    public static IntentClassifier? Load(string folder, double threshold)
    {
        var result = new IntentClassifier { Threshold = threshold };
        for (string path; File.Exists(path = Path.Combine(folder, Name(result.members.Count)));)
        {
            ModelFileInfo info = ModelFile.ReadInfo(path);
            var model = new IntentModel(info.Size("Word"), info.Size("Letter"), info.Size("Label"), info.Size("WordVector"), info.Size("LetterVector"),
                info.Size("Spelling"), info.Size("Hidden"));
            ModelFile.Load(path, model);
            result.members.Add(new TextClassifier(model, TextEncoder.Read(info), options: new ExecutionOptions { Threads = 1 }));
        }
        return result.members.Count > 0 ? result : null;
    }

    static string Name(int member) => FormattableString.Invariant($"intents-{member + 1}.safetensors");

    public void Dispose() => members.ForEach(m => m.Dispose());
}
