using System.Text.Json;
using RnnDsl.Metrics;

namespace RnnDsl.Runtime.Tests.Metrics;

/// <summary>BLEU and chrF, beside what sacreBLEU 2.6.0 says of the same texts. The file says how it was made.</summary>
public class TranslationScoreTests
{
    static readonly JsonElement cases = JsonDocument.Parse(typeof(TranslationScoreTests).Assembly.GetManifestResourceStream("Fixtures/translation-scores.json")!).RootElement.GetProperty("cases");

    public static TheoryData<string> Names => [.. cases.EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Scores_are_those_of_sacreBLEU(string name)
    {
        JsonElement example = cases.EnumerateArray().First(c => c.GetProperty("name").GetString() == name);
        string[][] references = example.GetProperty("references").Deserialize<string[][]>()!;
        string[] hypotheses = example.GetProperty("hypotheses").Deserialize<string[]>()!;
        foreach (JsonElement expected in example.GetProperty("scores").EnumerateArray())
        {
            string settings = expected.ToString();
            (string text, double score, string signature) = expected.GetProperty("metric").GetString() == "bleu" ? Bleu() : Chrf();
            Assert.True(Text("text") == text, $"{settings}\nis {text}");
            Assert.Equal(expected.GetProperty("score").GetDouble(), score, 1e-9);
            Assert.Equal(Text("signature"), signature[..signature.LastIndexOf('|')]);
            Assert.StartsWith("version:RnnDsl-", signature[(signature.LastIndexOf('|') + 1)..], StringComparison.Ordinal);

            (string, double, string) Bleu()
            {
                var bleu = new BleuScore(references, hypotheses, new BleuOptions
                {
                    Tokenizer = Text("tokenize") switch { "zh" => BleuTokenizer.Chinese, "char" => BleuTokenizer.Character, "none" => BleuTokenizer.None, _ => BleuTokenizer.V13a },
                    Smoothing = Text("smooth_method") switch { "floor" => BleuSmoothing.Floor, "add-k" => BleuSmoothing.AddK, "none" => BleuSmoothing.None, _ => BleuSmoothing.Exponential },
                    SmoothingValue = expected.TryGetProperty("smooth_value", out JsonElement value) ? value.GetDouble() : null,
                    LowerCase = Is("lowercase"), EffectiveOrder = Is("effective_order"), MaximumOrder = Number("max_ngram_order", 4),
                });
                Assert.Equal(expected.GetProperty("matches").Deserialize<double[]>(), bleu.Matches);
                Assert.Equal(expected.GetProperty("totals").Deserialize<double[]>(), bleu.Totals);
                return (bleu.ToString(), bleu.Score, bleu.Signature);
            }

            (string, double, string) Chrf()
            {
                var chrf = new ChrfScore(references, hypotheses, new ChrfOptions
                {
                    CharacterOrder = Number("char_order", 6), WordOrder = Number("word_order", 0), Beta = Number("beta", 2),
                    LowerCase = Is("lowercase"), Whitespace = Is("whitespace"), EpsilonSmoothing = Is("eps_smoothing"),
                });
                return (chrf.ToString(), chrf.Score, chrf.Signature);
            }

            string? Text(string key) => expected.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;
            bool Is(string key) => expected.TryGetProperty(key, out JsonElement value) && value.GetBoolean();
            int Number(string key, int usual) => expected.TryGetProperty(key, out JsonElement value) ? value.GetInt32() : usual;
        }
    }

    [Fact]
    public void Equal_texts_score_100_and_the_interval_says_how_sure_a_score_is()
    {
        string[] right = [.. Enumerable.Range(0, 60).Select(i => $"the machine number {i} was cleaned on day {i % 7} of the week")];
        string[] said = [.. right.Select((r, i) => i % 3 == 0 ? r.Replace("cleaned", "mended", StringComparison.Ordinal) : r)];
        Assert.Equal((100, 100), (Math.Round(new BleuScore(right, right).Score, 9), Math.Round(new ChrfScore(right, right).Score, 9)));
        var bleu = new BleuScore(right, said);
        ConfidenceInterval interval = bleu.Interval(seed: 3);
        Assert.Equal(bleu.Score, interval.Value);
        Assert.InRange(interval.Low, 75, bleu.Score);
        Assert.InRange(interval.High, bleu.Score, 99);
        Assert.Equal(interval, bleu.Interval(seed: 3));
        var chrf = new ChrfScore(right, said, ChrfOptions.Chrf2PlusPlus);
        Assert.InRange(chrf.Score, chrf.Interval(resamples: 200).Low, chrf.Interval(resamples: 200).High);
        Assert.Equal("chrF2++", chrf.Name);
    }

    [Fact]
    public void What_cannot_be_scored_is_said()
    {
        Assert.Contains("There are 1 references, but more hypotheses", Message(() => new BleuScore(["a"], ["a", "b"])));
        Assert.Contains("There are 1 hypotheses, but more references", Message(() => new ChrfScore(["a", "b"], ["a"])));
        Assert.Contains("no hypothesis", Message(() => new BleuScore(Array.Empty<string>(), [])));
        Assert.Contains("Reference 1 (from 0) is null", Message(() => new BleuScore(["a", null!], ["a", "b"])));
        Assert.Contains("Segment 1 (from 0) has no reference", Message(() => new BleuScore([["a"], []], ["a", "b"])));
        Assert.Contains("MaximumOrder is 0", Message(() => new BleuScore(["a"], ["a"], new BleuOptions { MaximumOrder = 0 })));
        Assert.Contains("SmoothingValue is -1", Message(() => new BleuScore(["a"], ["a"], new BleuOptions { Smoothing = BleuSmoothing.Floor, SmoothingValue = -1 })));
        Assert.Contains("Beta is 0", Message(() => new ChrfScore(["a"], ["a"], new ChrfOptions { Beta = 0 })));

        static string Message(Func<object> score) => Assert.Throws<ArgumentException>(score).Message;
    }
}
