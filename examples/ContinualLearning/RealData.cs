using System.Formats.Tar;
using System.Text.Json;
using RnnDsl.Audio;
using RnnDsl.Continual;
using RnnDsl.Data;
using RnnDsl.Sequences;
using RnnDsl.Text;
using RnnDsl.Training;

namespace RnnDsl.Examples.ContinualLearning;

/// <summary>Streams of public data sets, told apart by the files in their folder.</summary>
static class RealData
{
    public static Study Read(string folder) =>
        File.Exists(Path.Combine(folder, "ETTh1.csv.gz")) ? Transformer(Path.Combine(folder, "ETTh1.csv.gz"))
        : File.Exists(Path.Combine(folder, "domains.json")) ? Requests(folder)
        : Directory.Exists(folder) && Directory.GetFiles(folder, "recordings-*.tar.gz").Length > 0 ? Digits(folder)
        : throw new InvalidDataException($"{folder} is none of the known data sets: it needs ETTh1.csv.gz (ETTh1), domains.json with data_small.json.gz or data_full.json.gz (CLINC150), or recordings-*.tar.gz (the Free Spoken Digit Dataset).");

    /// <summary>ETTh1: the temperature of a transformer in each quarter, the last fifth of which is the test. Scaled by the first quarter, which alone was known at the start.</summary>
    static Study Transformer(string file)
    {
        TimeSeries series = CsvSeries.Read(file);
        const int Quarter = 24 * 91;
        TimeSeries scaled = StandardScaler.Fit(series, Quarter * 4 / 5).Apply(series);
        var windows = new WindowOptions { Length = 48, Horizon = 24, Targets = ["OT"], Stride = 6 };
        ContinualTask[] tasks = [.. Enumerable.Range(0, series.Rows / Quarter).Select(q =>
        {
            DatasetParts parts = Windows.Create(scaled.Range(q * Quarter, Quarter), windows, ChronologicalSplit.Fractions(Quarter, 0.8, 0));
            return new ContinualTask($"quarter {q + 1}", parts.Train, parts.Test);
        })];
        return new Study("ETTh1: the oil temperature of the next day, quarter by quarter", tasks, seed => new SeriesModel(tasks[0].Train["x"].Width, hidden: 32, horizon: 24, seed), model => Metric.MinusRmse(model, "y")) { Epochs = 8, Rate = 3e-3, Strength = 30 };
    }

    /// <summary>CLINC150: the intents of one domain after the other. All intents are answers from the start on.</summary>
    static Study Requests(string folder)
    {
        string full = Path.Combine(folder, "data_full.json.gz"), small = Path.Combine(folder, "data_small.json.gz");
        Dictionary<string, string[]> domains;
        using (JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "domains.json"))))
            domains = json.RootElement.EnumerateObject().ToDictionary(d => d.Name, d => d.Value.EnumerateArray().Select(i => i.GetString()!).ToArray());
        LabeledCorpus train = Part("train"), test = Part("test");
        TextEncoder encoder = TextEncoder.Fit([.. train.Select(t => t.Words)]);
        string[] intents = [.. domains.Values.SelectMany(i => i)];
        ContinualTask[] tasks = [.. domains.Select(d => new ContinualTask(d.Key, Encode(train, d.Value), Encode(test, d.Value)))];
        return new Study("CLINC150: intents, domain by domain", tasks, seed => new SentenceModel(encoder.Size("Word"), vector: 48, hidden: 48, label: intents.Length, seed), model => Metric.Accuracy(model, "label"))
        {
            Epochs = 8, Strength = 300, Examples = 450, Balance = "label",
        };

        LabeledCorpus Part(string part) => LabeledTextFile.Read(File.Exists(small) ? small : full, new LabeledTextOptions { Part = part });

        Dataset Encode(LabeledCorpus corpus, string[] of)
        {
            LabeledText[] texts = [.. corpus.Where(t => of.Contains(t.Labels[0]))];
            return new Dataset(encoder.Encode([.. texts.Select(t => t.Words)], ["words"])["words"], Column.OneHot("label", intents.Length, [.. texts.Select(t => Array.IndexOf(intents, t.Labels[0]))]));
        }
    }

    /// <summary>The Free Spoken Digit Dataset: one speaker after the other, with takes 0 to 4 as the test.</summary>
    static Study Digits(string folder)
    {
        var features = new AudioFeatures(new FeatureOptions { SampleRate = 8000, FrameLength = 0.032, Hop = 0.016, Filters = 26, Lowest = 100, Floor = 1e-5, Coefficients = 13, Normalization = Normalization.Clip });
        var clips = new List<(Sound Sound, int Digit, string Speaker, int Take)>();
        foreach (string path in Directory.GetFiles(folder, "recordings-*.tar.gz").Order(StringComparer.Ordinal))
        {
            using var archive = new TarReader(new UnpackedStream(File.OpenRead(path), path));
            while (archive.GetNextEntry() is { } entry)
                if (entry.DataStream is { } stream && Path.GetFileNameWithoutExtension(entry.Name).Split('_') is [var digit, var speaker, var take])
                    clips.Add((WavFile.Read(stream, entry.Name), int.Parse(digit), speaker, int.Parse(take)));
        }
        clips = [.. clips.OrderBy(c => c.Speaker, StringComparer.Ordinal).ThenBy(c => c.Digit).ThenBy(c => c.Take)];
        ContinualTask[] tasks = [.. clips.GroupBy(c => c.Speaker).Select(s => new ContinualTask(s.Key, Encode(s.Where(c => c.Take >= 5)), Encode(s.Where(c => c.Take < 5))))];
        return new Study("Spoken digits, speaker by speaker", tasks, seed => new SequenceModel(features.Width, hidden: 32, label: 10, seed), model => Metric.Accuracy(model, "y")) { Epochs = 10, Strength = 300, Examples = 100, Balance = "y" };

        Dataset Encode(IEnumerable<(Sound Sound, int Digit, string Speaker, int Take)> of) => new(features.Encode("x", of.Select(c => c.Sound)), Column.OneHot("y", 10, [.. of.Select(c => c.Digit)]));
    }
}
