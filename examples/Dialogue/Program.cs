using System.CommandLine;
using RnnDsl.Examples.Dialogue;
using RnnDsl.Text;
using RnnDsl.Training;

Options.Root.SetAction(given => Guarded(() => Lessons.Learn(given)));
Options.Ask.SetAction(given => Guarded(() => Ask(given.GetValue(Options.Folder)!)));
Options.Serve.SetAction(given => Guarded(() => WebServer.Run(given.GetValue(Options.Folder)!, given.GetValue(Options.Port), given.GetValue(Options.MostSessions))));
return Options.Root.Parse(args).Invoke();

static int Guarded(Action action)
{
    try
    {
        action();
        return 0;
    }
    catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException or DivergenceException)
    {
        Console.Error.WriteLine(error.Message);
        return 2;
    }
}

// One session of one customer on the terminal, or lines of a file.
static void Ask(string folder)
{
    using Assistant assistant = Assistant.Load(folder);
    var session = new Session();
    if (!Console.IsInputRedirected)
        Console.WriteLine("Type messages, an empty line ends.");
    foreach (string line in Console.IsInputRedirected ? TextFile.ReadLines(Console.OpenStandardInput(), new TextOptions { MaximumLine = 1 << 16 }, "standard input").Select(l => l.Text) : Typed())
    {
        Reply reply = assistant.Answer(session, line);
        string? why = reply.State?.ToString() ?? (reply.Intent is null ? null : FormattableString.Invariant($"{reply.Intent} {reply.Probability:F2}"));
        Console.WriteLine(why is null ? reply.Text : $"{reply.Text}  [{why}]");
    }
}

static IEnumerable<string> Typed()
{
    while (Console.ReadLine() is { Length: > 0 } line)
        yield return line;
}
