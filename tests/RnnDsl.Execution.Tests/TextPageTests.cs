using System.Reflection;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/text.md, run on small files.</summary>
public class TextPageTests
{
    const string Sentences = "Anna\tB-PER\nBerg\tI-PER\nlives\tO\nin\tO\nLima\tB-LOC\n.\tO\n\nTom\tB-PER\nmet\tO\nAnna\tB-PER\n.\tO\n\nLima\tB-LOC\nis\tO\nfar\tO\n.\tO\n\n";

    [Fact]
    public void The_page_tags_classifies_and_finds()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-text").FullName;
        try
        {
            foreach (string name in new[] { "train", "validation", "test" })
                File.WriteAllText(Path.Combine(folder, name + ".conll"), string.Concat(Enumerable.Repeat(Sentences, 20)));
            File.WriteAllText(Path.Combine(folder, "vectors.txt"), string.Concat(new[] { "anna", "lima", "far" }.Select(w => $"{w} 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8\n")));
            File.WriteAllText(Path.Combine(folder, "requests.csv"), "text,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"my {(i % 2 == 0 ? "lamp" : "desk")} arrived broken,broken\nwhere is my {(i % 2 == 0 ? "lamp" : "desk")},status\n")));
            File.WriteAllText(Path.Combine(folder, "english.txt"), "It rains.\nDoes it snow?\nGood day!\nIt rains.\n");
            File.WriteAllText(Path.Combine(folder, "german.txt"), "Es regnet.\nSchneit es?\nGuten Tag!\nEs regnet.\n");
            var page = new Page("text.md");
            Assembly program = page.Load(folder);
            string[] printed = [.. new[] { 0, 2, 3, 6, 4, 8, 10, 9, 5 }.Select(i => page.Run(program, i).Printed)];
            Assert.Contains("processed 280 tokens with 100 phrases; found: 100 phrases; correct: 100.", printed[0]);
            Assert.Equal("Anna/B-PER Berg/I-PER lives/O in/O Lima/B-LOC ./O\nPER: Anna Berg\nLOC: Lima\n", printed[1]);
            Assert.StartsWith("3 of ", printed[2]);
            Assert.Contains("broken\nmy: ", printed[3]);
            Assert.EndsWith("\nstatus\nbroken\n", printed[3]);
            Assert.EndsWith("\nnewer wine\n", printed[4]);
            Assert.Equal("1 pair repeats an earlier one word for word, first line 4. They are kept; Distinct() leaves them out.\n3 pairs to train with, 1 held out\n", printed[5]);
            Assert.Equal("4 phrases of 2 types\n11 12 0 11\n", printed[8]);
            Assert.Equal("0.63 Does it snow? = Schneit es?\n0.15 It rains. = Es regnet.\n", printed[6]);
            Assert.Contains("train.conll: 60 sentences, 280 words", printed[7]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
