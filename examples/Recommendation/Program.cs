using System.CommandLine;
using RnnDsl.Examples;
using RnnDsl.Examples.Recommendation;
using RnnDsl.Training;

Options.Root.SetAction(given => Guarded(() =>
{
    if (given.GetValue(Options.Line) is { } line)
        Recommend(given, line);
    else
        Study.Run(given);
}));
Options.Serve.SetAction(given => Guarded(() => WebServer.Run(given)));
return Options.Root.Run(args);

static int Guarded(Action action)
{
    try
    {
        action();
        return 0;
    }
    catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException or DivergenceException
        or System.Data.Common.DbException)
    {
        Console.Error.WriteLine(error.Message);
        return 2;
    }
}

// Recommends after the items of one line, to nobody who is known.
static void Recommend(ParseResult given, string line)
{
    Recommender recommender = Recommender.Load(given.GetValue(Options.Load) ?? given.GetValue(Options.Output)!, Study.Items(given));
    Visit visit = Visit.New(recommender).Begin(recommender);
    foreach (string code in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        visit = visit.Add(recommender, Advice.Number(recommender, code));
    foreach (Recommended one in Advice.Of(recommender, visit, given.GetValue(Options.Count), given.GetValue(Options.Explain)))
        Console.WriteLine(one);
}
