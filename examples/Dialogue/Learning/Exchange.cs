using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>A question that was asked, and what was answered.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Answer">What was answered. A name in braces, such as {order}, stands for what the customer named.</param>
/// <param name="Intent">What the question is about, if it is known.</param>
public sealed record Exchange(string Question, string Answer, string? Intent);

/// <summary>Past conversations in a file.</summary>
static class Exchanges
{
    /// <summary>Of more lines that are no part of a conversation only the number is told.</summary>
    const int MostNotes = 10;

    /// <summary>Reads .csv, .jsonl, .json, lines with tabs, each also packed, or a .yml file, or a folder of them, in the form of the ChatterBot corpus.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="question">Column of the questions.</param>
    /// <param name="answer">Column of the answers.</param>
    /// <param name="intent">Column of the intents; null if there is none.</param>
    public static List<Exchange> Read(string path, string question, string answer, string? intent)
    {
        if (Directory.Exists(path))
            return OfYaml(path, [.. Directory.GetFiles(path, "*.yml").Order(StringComparer.Ordinal)]);
        if (Path.GetExtension(path).ToLowerInvariant() is ".yml" or ".yaml")
            return OfYaml(path, [path]);
        LabeledCorpus answers = LabeledTextFile.Read(path, new LabeledTextOptions { TextColumn = question, LabelColumn = answer });
        LabeledCorpus? intents = intent is null ? null : LabeledTextFile.Read(path, new LabeledTextOptions { TextColumn = question, LabelColumn = intent });
        foreach (string finding in answers.Findings)
            Console.WriteLine($"Note: {finding}");
        return [.. answers.Select((a, i) => new Exchange(a.Text, string.Join(' ', a.Labels), intents?[i].Labels.FirstOrDefault())).Where(e => e.Answer.Length > 0)];
    }

    static List<Exchange> OfYaml(string path, string[] files)
    {
        var read = files.Select(ConversationFile.Read).ToList();
        List<Exchange> exchanges = [.. read.SelectMany(r => r.Exchanges)];
        if (read.Sum(r => r.Further) is > 0 and var further)
            Console.WriteLine($"Note: of each conversation, the first question and its answer are read; {further} further lines are not.");
        List<string> leftOut = [.. read.SelectMany(r => r.LeftOut)];
        foreach (string line in leftOut.Take(MostNotes))
            Console.WriteLine($"Note: {line}");
        if (leftOut.Count > MostNotes)
            Console.WriteLine($"Note: {leftOut.Count - MostNotes} further lines are no part of a conversation and were left out.");
        return exchanges.Count > 0 ? exchanges : throw new InvalidDataException(files.Length == 0 ? $"The folder {path} has no .yml file."
            : $"{path} has no conversation: one begins with a line '- - question', and a line '  - answer' follows.");
    }
}
