using RnnDsl.Continual;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Text;
using RnnDsl.Training;

namespace RnnDsl.Examples.ContinualLearning;

/// <summary>Streams that need no files.</summary>
static class MadeUp
{
    static readonly WindowOptions windows = new() { Length = 24, Horizon = 6, Targets = ["load"] };

    /// <summary>A seasonal series in four regimes: each has its own season and its own answer to it, as a market or a machine has after a change.</summary>
    public static Study Regimes()
    {
        (string Name, double Period, double Double, double Drift)[] regimes = [("winter", 12.3, 0.2, 0.5), ("spring", 7.7, 0.6, -0.5), ("summer", 17.2, -0.6, 0.6), ("autumn", 9.4, -0.9, -0.6)];
        ContinualTask[] tasks = [.. regimes.Select((r, i) => new ContinualTask(r.Name, Windows.Create(Series(r.Period, r.Double, r.Drift, 420, i), windows), Windows.Create(Series(r.Period, r.Double, r.Drift, 220, 100 + i), windows)))];
        return new Study("A seasonal series in four regimes", tasks, seed => new SeriesModel(feature: 1, hidden: 24, horizon: 6, seed), model => Metric.MinusRmse(model, "y")) { Epochs = 15, Strength = 1000, Examples = 60, Soft = "Predict" };
    }

    /// <summary>Windows of one regime. Tests for drift take examples for independent, so what they watch has a larger stride.</summary>
    public static Dataset Regime(int regime, int steps, int seed, int stride = 1) =>
        Windows.Create(regime == 0 ? Series(12.3, 0.2, 0.5, steps, seed) : Series(7.7, 0.6, -0.5, steps, seed), windows with { Stride = stride });

    static TimeSeries Series(double period, double twice, double drift, int steps, int seed)
    {
        var random = new RandomStream(seed, "series");
        var values = new double[steps];
        double level = 0, phase = random.Uniform() * 2 * Math.PI;
        for (int i = 0; i < steps; i++)
        {
            // A shock of the level fades, or swings, as the regime has it.
            level = drift * level + 0.25 * random.Normal();
            double at = phase + 2 * Math.PI * i / period;
            values[i] = Math.Sin(at) + twice * Math.Sin(2 * at) + level;
        }
        return new TimeSeries(["load"], values);
    }

    /// <summary>Sentences of a small grammar. Four shops sell different things. Each has words of its own that say what is wanted, and others that mean something else in each shop, so that only word and thing together tell.</summary>
    public static Study Grammar()
    {
        string[] shops = ["bakery", "garage", "library", "theater"], wishes = ["buy", "complain", "ask"];
        string[][] things = [["bread", "cake", "roll", "pie"], ["tire", "engine", "brake", "lamp"], ["novel", "atlas", "poem", "map"], ["seat", "ticket", "play", "opera"]];
        string[] shared = ["fresh", "cold", "old"];
        string[][] own = [["sliced", "burnt", "gluten-free"], ["mounted", "leaking", "electric"], ["borrowed", "torn", "illustrated"], ["reserved", "canceled", "subtitled"]];
        string[] openings = ["please", "hello", "well", "so"], middles = ["the", "this", "that", "a"];
        TextEncoder encoder = TextEncoder.Fit([.. Enumerable.Range(0, shops.Length).SelectMany(shop => Sentences(shop, 200, 0).Select(s => (IReadOnlyList<string>)s.Words))]);
        ContinualTask[] tasks = [.. shops.Select((name, shop) => new ContinualTask(name, Encode(Sentences(shop, 240, 1)), Encode(Sentences(shop, 200, 2))))];
        return new Study("What a sentence of a small grammar wants, in four shops", tasks, seed => new SentenceModel(word: encoder.Size("Word"), vector: 16, hidden: 20, label: wishes.Length, seed), model => Metric.Accuracy(model, "label"))
        {
            Epochs = 12, Strength = 1e6, Examples = 60, Balance = "label",
        };

        List<(string[] Words, int Wish)> Sentences(int shop, int count, int seed)
        {
            var random = new RandomStream(seed, shops[shop]);
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                int wish = random.Below(wishes.Length);
                return ((string[])[Any(openings), Any(middles), random.Below(3) == 0 ? shared[(wish + shop) % wishes.Length] : own[shop][wish], Any(things[shop]), Any(openings)], wish);
            })];

            string Any(string[] of) => of[random.Below(of.Length)];
        }

        Dataset Encode(List<(string[] Words, int Wish)> sentences) =>
            new(encoder.Encode([.. sentences.Select(s => (IReadOnlyList<string>)s.Words)], ["words"])["words"], Column.OneHot("label", wishes.Length, [.. sentences.Select(s => s.Wish)]));
    }
}
