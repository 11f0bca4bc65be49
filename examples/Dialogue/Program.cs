using System.CommandLine;
using RnnDsl.Examples;
using RnnDsl.Examples.Dialogue;
using RnnDsl.Text;

Options.Root.SetAction(given => Failures.Guard(() => Lessons.Learn(given)));
Options.Ask.SetAction(given => Failures.Guard(() => Ask(given.GetValue(Options.Folder)!)));
Options.Serve.SetAction(given => Failures.Guard(() =>
    WebServer.Run(given.GetValue(Options.Folder)!, given.GetValue(Options.Port),
        new Sessions(given.GetValue(Options.MostSessions), TimeSpan.FromMinutes(given.GetValue(Options.Patience))))));
return Options.Root.Run(args);

// One session of one customer on the terminal, or lines of a file.
static void Ask(string folder)
{
    using Assistant assistant = Assistant.Load(folder);
    var session = new Session();
    if (!Console.IsInputRedirected)
        Console.WriteLine("Type messages, an empty line ends.");
    foreach (string line in Console.IsInputRedirected ? Piped() : Typed())
    {
        Reply reply = assistant.Answer(session, line);
        string? intent = reply.Probability > 0 && reply.Intent is not null ? FormattableString.Invariant($"{reply.Intent} {reply.Probability:F2}") : reply.Intent;
        string?[] why = [reply.State?.ToString(), intent, reply.By == CustomerAssistant.Generation ? "generated" : null];
        string notes = string.Join(", ", why.Where(note => note is not null));
        Console.WriteLine(notes.Length == 0 ? reply.Text : $"{reply.Text}  [{notes}]");
    }
}

static IEnumerable<string> Piped() =>
    TextFile.ReadLines(Console.OpenStandardInput(), new TextOptions { MaximumLine = 1 << 16 }, "standard input").Select(line => line.Text);

static IEnumerable<string> Typed()
{
    while (Console.ReadLine() is { Length: > 0 } line)
        yield return line;
}
