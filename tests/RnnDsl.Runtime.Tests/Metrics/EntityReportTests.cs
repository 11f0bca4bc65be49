using RnnDsl.Memory;
using RnnDsl.Metrics;

namespace RnnDsl.Runtime.Tests.Metrics;

public class EntityReportTests
{
    [Theory]
    // IOB2, IOB1, IO, IOE and IOBES.
    [InlineData("B-PER I-PER O B-LOC", "PER 0 2, LOC 3 4")]
    [InlineData("I-PER I-PER B-PER I-PER O I-LOC", "PER 0 2, PER 2 4, LOC 5 6")]
    [InlineData("I-PER I-PER O I-LOC", "PER 0 2, LOC 3 4")]
    [InlineData("I-PER E-PER I-PER O", "PER 0 2, PER 2 3")]
    [InlineData("B-PER I-PER E-PER S-PER S-LOC O B-LOC E-LOC", "PER 0 3, PER 3 4, LOC 4 5, LOC 6 8")]
    [InlineData("B-PER I-PER L-PER U-PER O", "PER 0 3, PER 3 4")]
    // Sequences that are against the rules of their scheme.
    [InlineData("O I-PER I-LOC I-LOC", "PER 1 2, LOC 2 4")]
    [InlineData("B-PER I-LOC", "PER 0 1, LOC 1 2")]
    [InlineData("S-PER I-PER E-PER E-PER", "PER 0 1, PER 1 3, PER 3 4")]
    [InlineData("B-PER S-PER B-PER", "PER 0 1, PER 1 2, PER 2 3")]
    [InlineData("O E-PER O", "PER 1 2")]
    [InlineData("[-PER I-PER ]-PER", "PER 0 1, PER 1 2, PER 2 3")]
    // Types with dashes, and none.
    [InlineData("B-work-of-art I-work-of-art I-work", "work-of-art 0 2, work 2 3")]
    [InlineData("B I B O I", " 0 2,  2 3,  4 5")]
    [InlineData("X-PER X-PER O-PER . X-LOC", "PER 0 2, LOC 4 5")]
    [InlineData("O O", "")]
    public void Entities_of_tags(string tags, string expected) =>
        Assert.Equal(expected, string.Join(", ", EntitySpans.Of(tags.Split(' ')).Select(s => $"{s.Type} {s.Start} {s.End}")));

    [Fact]
    public void Spans_know_their_length_and_tags_must_be_tags()
    {
        Assert.Equal(2, EntitySpans.Of(["O", "B-PER", "I-PER"]).Single().Length);
        Assert.Empty(EntitySpans.Of([]));
        Assert.Contains("The tag 'PER' at index 1 is no tag of an entity", Assert.Throws<ArgumentException>(() => EntitySpans.Of(["O", "PER"])).Message);
        Assert.Throws<ArgumentException>(() => EntitySpans.Of([null!]));
    }

    /// <summary>
    /// The output example of conlleval, https://www.clips.uantwerpen.be/conll2000/chunking/output.html. Its input has other sentences than these, but the same counts: of each type the phrases found, right and
    /// in the corpus, and 838 right tags.
    /// </summary>
    [Fact]
    public void The_output_example_of_conlleval()
    {
        var actual = new List<string[]>();
        var predicted = new List<string[]>();
        // Right ones, of which five have another tag, and the same meaning.
        Add(5, ["B-NP"], ["I-NP"]);
        foreach ((string type, int count) in new[] { ("ADVP", 5), ("NP", 201), ("PP", 89), ("SBAR", 2), ("VP", 69) })
            Add(count, ["B-" + type], ["B-" + type]);
        // Cut in two.
        Add(50, ["B-NP", "I-NP"], ["B-NP", "B-NP"]);
        // Taken for another.
        foreach ((string type, int count) in new[] { ("NP", 6), ("ADJP", 6), ("ADVP", 3), ("PP", 1), ("SBAR", 4) })
            Add(count, ["B-" + type], ["B-VP"]);
        Add(18, ["B-VP"], ["B-PP"]);
        // Found where there is none.
        foreach ((string type, int count) in new[] { ("VP", 11), ("NP", 11), ("ADJP", 1), ("ADVP", 6), ("SBAR", 1) })
            Add(count, ["O"], ["B-" + type]);
        Add(422, ["O"], ["O"]);
        var report = new EntityReport(actual, predicted);
        Assert.Equal("""
            processed 961 tokens with 459 phrases; found: 539 phrases; correct: 371.
            accuracy:  87.20%; precision:  68.83%; recall:  80.83%; FB1:  74.35
                         ADJP: precision:   0.00%; recall:   0.00%; FB1:   0.00  1
                         ADVP: precision:  45.45%; recall:  62.50%; FB1:  52.63  11
                           NP: precision:  64.98%; recall:  78.63%; FB1:  71.16  317
                           PP: precision:  83.18%; recall:  98.89%; FB1:  90.36  107
                         SBAR: precision:  66.67%; recall:  33.33%; FB1:  44.44  3
                           VP: precision:  69.00%; recall:  79.31%; FB1:  73.80  100
            """.ReplaceLineEndings("\n"), report.ToString());
        Assert.Equal((838, 961, 911), ((int)report.CorrectTokens, (int)report.Tokens, report.Sentences));
        Assert.Equal(new EntityScore("PP", 89.0 / 107, 89.0 / 90, 178.0 / 197, 107, 89, 90), report["PP"]);
        Assert.Equal((371.0 / 539, 371.0 / 459, 742.0 / 998), (report.Precision, report.Recall, report.F1));
        Assert.Contains("The types are ADJP, ADVP", Assert.Throws<KeyNotFoundException>(() => report["X"]).Message);

        void Add(int count, string[] so, string[] said)
        {
            actual.AddRange(Enumerable.Repeat(so, count));
            predicted.AddRange(Enumerable.Repeat(said, count));
        }
    }

    [Fact]
    public void The_example_of_seqeval()
    {
        // The README of seqeval.
        var report = new EntityReport([["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]], [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]);
        Assert.Equal(0.5, report.F1);
        Assert.Equal("""
                          precision    recall  f1-score   support

                    MISC       0.00      0.00      0.00         1
                     PER       1.00      1.00      1.00         1

               micro avg       0.50      0.50      0.50         2
               macro avg       0.50      0.50      0.50         2
            weighted avg       0.50      0.50      0.50         2
            """.ReplaceLineEndings("\n"), report.Format());
    }

    [Fact]
    public void Texts_without_entities_and_empty_sentences()
    {
        var report = new EntityReport([["O"], [], ["O"]], [["O"], [], ["O"]]);
        Assert.Equal("processed 2 tokens with 0 phrases; found: 0 phrases; correct: 0.\naccuracy: 100.00%; precision:   0.00%; recall:   0.00%; FB1:   0.00", report.ToString());
        Assert.Empty(report.Types);
        Assert.Contains("support", report.Format());
        // A type that is only said has a row.
        Assert.Equal((1, 0, 0), new EntityReport([["O"]], [["S-X"]])["X"] is var x ? ((int)x.Found, (int)x.Correct, (int)x.Support) : default);
        // Without types there is one row, without a name.
        Assert.EndsWith("\n                 : precision: 100.00%; recall: 100.00%; FB1: 100.00  1", new EntityReport([["B", "I"]], [["B", "I"]]).ToString());
        Assert.Contains("no token in 1 sentences", Assert.Throws<ArgumentException>(() => new EntityReport([[]], [[]])).Message);
        Assert.Throws<ArgumentException>(() => new EntityReport([], []));
        Assert.Contains("Sentence 1, counted from 0, has 1 tags, and 2 were predicted", Assert.Throws<ArgumentException>(() => new EntityReport([["O"], ["O"]], [["O"], ["O", "O"]])).Message);
        Assert.Contains("fewer sentences than predictions", Assert.Throws<ArgumentException>(() => new EntityReport([], [["O"]])).Message);
        Assert.Contains("'LOC' at index 0", Assert.Throws<ArgumentException>(() => new EntityReport([["O"]], [["LOC"]])).Message);
    }

    static readonly string[] Types = ["PER", "LOC", "ORG", "work-of-art"];

    /// <summary>Entities that do not overlap; in <paramref name="isApart"/> none of the same type follows another at once.</summary>
    static List<EntitySpan> RandomSpans(RandomStream random, int tokens, bool isApart)
    {
        var spans = new List<EntitySpan>();
        for (int at = random.Below(3); at < tokens;)
        {
            var span = new EntitySpan(Types[random.Below(Types.Length)], at, Math.Min(tokens, at + 1 + random.Below(4)));
            if (!isApart || spans.Count == 0 || spans[^1].End < at || spans[^1].Type != span.Type)
                spans.Add(span);
            at = span.End + random.Below(3);
        }
        return spans;
    }

    static string[] Write(List<EntitySpan> spans, int tokens, string scheme)
    {
        string[] tags = [.. Enumerable.Repeat("O", tokens)];
        for (int s = 0; s < spans.Count; s++)
            for (int i = spans[s].Start; i < spans[s].End; i++)
            {
                bool isFirst = i == spans[s].Start, isLast = i == spans[s].End - 1, isAdjacent = s > 0 && spans[s - 1].End == spans[s].Start && spans[s - 1].Type == spans[s].Type;
                string prefix = scheme switch
                {
                    "IOB2" => isFirst ? "B" : "I",
                    "IOB1" => isFirst && isAdjacent ? "B" : "I",
                    "IOE2" => isLast ? "E" : "I",
                    "IOBES" => isFirst && isLast ? "S" : isFirst ? "B" : isLast ? "E" : "I",
                    "BILOU" => isFirst && isLast ? "U" : isFirst ? "B" : isLast ? "L" : "I",
                    _ => "I",
                };
                tags[i] = $"{prefix}-{spans[s].Type}";
            }
        return tags;
    }

    [Theory]
    [InlineData("IOB1")]
    [InlineData("IOB2")]
    [InlineData("IOE2")]
    [InlineData("IOBES")]
    [InlineData("BILOU")]
    [InlineData("IO")]
    public void Random_entities_are_read_as_they_were_written_and_compared_as_sets(string scheme)
    {
        var random = new RandomStream(3, scheme);
        for (int round = 0; round < 50; round++)
        {
            int[] lengths = [.. Enumerable.Range(0, 1 + random.Below(8)).Select(_ => 1 + random.Below(20))];
            List<EntitySpan>[] actual = [.. lengths.Select(l => RandomSpans(random, l, scheme == "IO"))];
            List<EntitySpan>[] predicted = [.. lengths.Select((l, i) => random.Below(2) == 0 ? RandomSpans(random, l, scheme == "IO") : [.. actual[i].Where(_ => random.Below(4) > 0)])];
            string[][] so = [.. actual.Select((a, i) => Write(a, lengths[i], scheme))], said = [.. predicted.Select((p, i) => Write(p, lengths[i], scheme))];
            Assert.All(actual.Zip(so), pair => Assert.Equal(pair.First, EntitySpans.Of(pair.Second)));
            var report = new EntityReport(so, said);
            int correct = actual.Zip(predicted).Sum(p => p.First.Intersect(p.Second).Count());
            Assert.Equal((predicted.Sum(p => p.Count), correct, actual.Sum(a => a.Count)), ((int)report.Overall.Found, (int)report.Overall.Correct, (int)report.Overall.Support));
            foreach (EntityScore type in report.Types)
                Assert.Equal(actual.Zip(predicted).Sum(p => p.First.Intersect(p.Second).Count(s => s.Type == type.Type)), (int)type.Correct);
            Assert.Equal(so.Zip(said).Sum(p => p.First.Zip(p.Second).Count(t => t.First == t.Second)), (int)report.CorrectTokens);
        }
    }
}
