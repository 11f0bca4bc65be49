using System.Diagnostics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;

namespace RnnDsl.Examples.TextGeneration;

sealed record LearnOptions(int Hidden, int Epochs, int Batch, double Rate, double? Average, int Threads);

sealed record WriteOptions(string Prompt, int Count, double Temperature, int Seed);

/// <summary>Learning a text, then a second author's; and writing with what was learnt.</summary>
static class Lessons
{
    const int ChunkSteps = 100, VectorSize = 64;

    /// <summary>Letters of a stretch that is read in one go. A text begins with states of zero: a model that starts from them once an epoch only may not learn to.</summary>
    const int Stretch = 2000;

    public static void Learn(string? file, string? secondFile, string folder, WriteOptions write, LearnOptions options)
    {
        OutputCheck.RequireFolder(folder);
        secondFile ??= file is null ? Own("kitchen.txt") : "none";
        string text = Corpus.Read(file ?? Own("harbor.txt"));
        string? second = secondFile == "none" ? null : Corpus.Read(secondFile);
        var vocabulary = new Vocabulary((text + second).EnumerateRunes());
        Corpus first = Corpus.Of(text, vocabulary);
        Console.WriteLine($"{first.Train.Length} letters to learn from, {first.Validation.Length} to validate, {first.Test.Length} to test; {vocabulary.Count} different ones.");
        Console.WriteLine("Letters before  nats  bits a letter (validation, counted in the training part)");
        for (int order = 1; order <= 5; order++)
            Console.WriteLine($"{order - 1,14}  {Measures(new NGrams(order, first.Train, vocabulary.Count).Nats(first.Validation))}");

        var model = new CharacterModel(vocabulary.Count, VectorSize, options.Hidden, write.Seed);
        Console.WriteLine($"An LSTM of {options.Hidden} units, {model.Parameters.Count} parameters.");
        History history = Fit(model, vocabulary, first, options, options.Rate, options.Epochs, write);
        if (history.Stop == StopReason.Canceled)
            Console.WriteLine("The training was ended. The best model so far is kept.");
        Save(folder, model, vocabulary);
        Console.WriteLine($"Test: {Measures(Loss(model, vocabulary, first.Test, options))}");
        foreach (double temperature in new[] { 0.3, 0.7, 1.0 })
        {
            Console.WriteLine($"\nTemperature {temperature:0.0}:");
            Print(model, vocabulary, write with { Temperature = temperature });
        }
        if (second is not null && history.Stop != StopReason.Canceled)
            Tune(model, vocabulary, first, Corpus.Of(second, vocabulary), folder, options, write);
    }

    /// <summary>Fine-tuning on the second author, and what it costs of the first.</summary>
    static void Tune(CharacterModel model, Vocabulary vocabulary, Corpus first, Corpus second, string folder, LearnOptions options, WriteOptions write)
    {
        Console.WriteLine($"\nThe second author: {second.Train.Length} letters.");
        double firstBefore = Loss(model, vocabulary, first.Test, options), secondBefore = Loss(model, vocabulary, second.Test, options);
        Fit(model, vocabulary, second, options, options.Rate / 2, Math.Max(1, options.Epochs / 2), write).Whole();
        Save(Path.Combine(folder, "second"), model, vocabulary);
        Console.WriteLine("Test, nats a letter  before   after");
        Console.WriteLine($"the second author   {secondBefore,7:0.000} {Loss(model, vocabulary, second.Test, options),7:0.000}");
        Console.WriteLine($"the first, forgotten{firstBefore,7:0.000} {Loss(model, vocabulary, first.Test, options),7:0.000}\n");
        Print(model, vocabulary, write);
    }

    /// <summary>Truncated backpropagation: stretches of the text run side by side, each chunk goes on with the states that the last one left.</summary>
    static History Fit(CharacterModel model, Vocabulary vocabulary, Corpus corpus, LearnOptions options, double rate, int epochs, WriteOptions write)
    {
        using var trainer = new Trainer(model, new Adam(rate))
        {
            BatchSize = options.Batch, ChunkSteps = ChunkSteps, Epochs = epochs, ClipNorm = 5, Schedule = Schedule.Cosine(0.1), Threads = options.Threads, Seed = write.Seed,
            Averaging = options.Average is { } decay ? WeightAverage.Exponential(decay) : null,
        };
        long last = Stopwatch.GetTimestamp();
        trainer.StepDone += step =>
        {
            if (Console.IsOutputRedirected || Stopwatch.GetElapsedTime(last).TotalSeconds < 0.5)
                return;
            last = Stopwatch.GetTimestamp();
            Console.Write($"\r{100.0 * step.Step / step.Steps,3:0} %  {step.Loss:0.000} nats ");
        };
        trainer.EpochDone += epoch =>
        {
            Console.WriteLine($"{(Console.IsOutputRedirected ? "" : "\r")}epoch {epoch.Epoch,3}: training {Measures(epoch.TrainLoss)}, validation {Measures(epoch.ValidationLoss!.Value)}, {epoch.Seconds:0.0} s");
            if (epoch.Epoch is 1 or 2 or 4 or 8 or 16)
                Print(model, vocabulary, write with { Count = 120 });
        };
        using var interruption = new Interruption();
        return trainer.Fit(Sequences(vocabulary, corpus.Train), Sequences(vocabulary, corpus.Validation), interruption.Token);
    }

    static double Loss(CharacterModel model, Vocabulary vocabulary, int[] text, LearnOptions options)
    {
        using var trainer = new Trainer(model, new Adam()) { Threads = options.Threads };
        return trainer.Evaluate(Sequences(vocabulary, text));
    }

    static Dataset Sequences(Vocabulary vocabulary, int[] text) => Corpus.Sequences(text, Math.Max(1, text.Length / Stretch), vocabulary.Count);

    static string Measures(double nats) => $"{nats:0.000} ({nats / Math.Log(2):0.000} bits)";

    static string Own(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);

    static void Save(string folder, CharacterModel model, Vocabulary vocabulary)
    {
        OutputFolder.Create(folder);
        ModelFile.Save(Path.Combine(folder, "model.safetensors"), model, metadata: new Dictionary<string, string> { ["letters"] = vocabulary.ToString() });
        Console.WriteLine($"Saved in {folder}.");
    }

    public static void Write(string folder, WriteOptions write)
    {
        string file = Path.Combine(folder, "model.safetensors");
        ModelFileInfo info = ModelFile.ReadInfo(file);
        var vocabulary = new Vocabulary(info.Metadata["letters"].EnumerateRunes());
        var model = new CharacterModel(info.Size("Letter"), info.Size("Vector"), info.Size("Hidden"));
        ModelFile.Load(file, model);
        Print(model, vocabulary, write);
    }

    static void Print(CharacterModel model, Vocabulary vocabulary, WriteOptions write)
    {
        Console.Write(write.Prompt);
        foreach (var letter in new Writer(model, vocabulary).Write(write.Prompt, write.Count, write.Temperature, write.Seed))
            Console.Write(letter.ToString());
        Console.WriteLine("\n");
    }
}
