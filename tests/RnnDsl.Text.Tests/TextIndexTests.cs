using RnnDsl.Memory;

namespace RnnDsl.Text.Tests;

/// <summary>Finding texts that are like another.</summary>
public class TextIndexTests
{
    static readonly string[] Texts = ["How do I return my lamp?", "Where is my order?", "my lamp is broken", "Where is my order?", "什么时候发货", "怎么退货"];

    /// <summary>The cosines of the vectors of all texts and of a query, term by term, in double precision.</summary>
    static double[] Plain(string[] texts, string query, Func<string, IEnumerable<string>> terms, bool sublinear)
    {
        HashSet<string>[] present = [.. texts.Select(t => terms(t).ToHashSet())];
        var second = Vector(query);
        return [.. texts.Select(Vector).Select(first => first.Sum(t => t.Value * second.GetValueOrDefault(t.Key)) / Math.Max(1e-300, Length(first) * Length(second)))];

        double Length(Dictionary<string, double> vector) => Math.Sqrt(vector.Values.Sum(x => x * x));
        Dictionary<string, double> Vector(string t) => terms(t).GroupBy(x => x).ToDictionary(g => g.Key,
            g => (sublinear ? 1 + Math.Log(g.Count()) : g.Count()) * (Math.Log((1.0 + texts.Length) / (1 + present.Count(o => o.Contains(g.Key)))) + 1));
    }

    static IEnumerable<string> Words(string text) => WordTokenizer.Split(text.ToLowerInvariant());

    static IEnumerable<string> Letters(string text)
    {
        string[] letters = TextElements.Split(string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        return Enumerable.Range(2, 3).SelectMany(n => Enumerable.Range(0, Math.Max(0, letters.Length - n + 1)).Select(i => string.Concat(letters[i..(i + n)])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Scores_are_the_cosines_of_TF_IDF(bool sublinear)
    {
        var random = new RandomStream(9, "texts");
        string[] texts = [.. Enumerable.Range(0, 120).Select(_ => Text(1 + random.Below(12)))];
        var words = new TextIndex(texts, new TextIndexOptions { Sublinear = sublinear });
        var letters = new TextIndex(texts, TextIndexOptions.Letters with { Sublinear = sublinear });
        for (int run = 0; run < 20; run++)
        {
            string query = Text(1 + random.Below(8)) + (run % 2 == 0 ? " unheard of" : "");
            Check(words, Words);
            Check(letters, Letters);

            void Check(TextIndex index, Func<string, IEnumerable<string>> terms)
            {
                double[] expected = Plain(texts, query, terms, sublinear);
                var scores = new float[texts.Length];
                index.Score(query, scores);
                for (int i = 0; i < scores.Length; i++)
                    Assert.Equal(expected[i], scores[i], 2e-6);
                // All texts with a common term, best first; equal ones in their order.
                int[] order = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] > 0).OrderByDescending(i => scores[i]).ThenBy(i => i)];
                Assert.Equal(order, index.Search(query, 1000).Select(m => m.Index));
                Assert.Equal(order.Take(7), index.Search(query, 7).Select(m => m.Index));
            }
        }

        string Text(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => $"{(char)('a' + random.Below(6))}{(char)('p' + random.Below(3))}{(random.Below(5) == 0 ? "!" : "")}"));
    }

    [Fact]
    public void The_nearest_text_is_found()
    {
        var index = new TextIndex(Texts);
        Assert.Equal((6, "Where is my order?"), (index.Count, index[3]));
        TextMatch found = index.Nearest("where is MY  order ?")!.Value;
        Assert.Equal((1, "Where is my order?"), (found.Index, found.Text));
        Assert.Equal(1, found.Score, 1e-6);
        Assert.Equal([1, 3], index.Search("Where is my order?", 2).Select(m => m.Index));
        Assert.Null(index.Nearest("nothing alike"));
        Assert.Empty(index.Search(""));
        // A word that no text has makes the search longer.
        Assert.True(index.Nearest("where is my parcel order")!.Value.Score < 0.9);
        Assert.Equal(5, new TextIndex(Texts, TextIndexOptions.Letters).Nearest("想退货")!.Value.Index);
        Assert.Equal(2, new TextIndex(Texts, TextIndexOptions.Letters).Nearest("lamps brokn")!.Value.Index);
    }

    [Fact]
    public void A_translation_memory_is_an_index_of_the_sources()
    {
        var corpus = new ParallelCorpus("memory", [new("It rains.", "Es regnet."), new("It snows.", "Es schneit.")]);
        var memory = new TextIndex(corpus.Sources);
        Assert.Equal("Es schneit.", corpus[memory.Nearest("it snows")!.Value.Index].Target);
    }

    [Fact]
    public void What_cannot_be_is_said()
    {
        Assert.Contains("no text", Assert.Throws<ArgumentException>(() => new TextIndex([])).Message);
        Assert.Contains("Text 1 (from 0) is null", Assert.Throws<ArgumentException>(() => new TextIndex(["a", null!])).Message);
        Assert.Contains("3 to 2 units", Assert.Throws<ArgumentException>(() => new TextIndex(["a"], new TextIndexOptions { Shortest = 3, Longest = 2 })).Message);
        Assert.Contains("6 texts, but 2 scores", Assert.Throws<ArgumentException>(() => new TextIndex(Texts).Score("a", new float[2])).Message);
        Assert.Equal(0, new TextIndex([""]).Terms);
    }

    [Fact]
    public void Many_threads_search_at_once()
    {
        var index = new TextIndex(Texts, TextIndexOptions.Letters);
        TextMatch[] expected = [.. Texts.Select(t => index.Nearest(t)!.Value)];
        Parallel.For(0, 1000, i => Assert.Equal(expected[i % Texts.Length], index.Nearest(Texts[i % Texts.Length])));
    }
}
