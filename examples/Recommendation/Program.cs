using System.CommandLine;
using RnnDsl.Examples;
using RnnDsl.Examples.Recommendation;

Options.Root.SetAction(given => Failures.Guard(() =>
{
    if (given.GetValue(Options.Line) is { } line)
        Recommend(given, line);
    else
        Study.Run(given);
}, IsOfStore));
Options.Serve.SetAction(given => Failures.Guard(() => WebServer.Run(given), IsOfStore));
return Options.Root.Run(args);

static bool IsOfStore(Exception error) => error is System.Data.Common.DbException;

// Recommends after the items of one line, to nobody who is known.
static void Recommend(ParseResult given, string line)
{
    Recommender recommender = Recommender.Load(given.GetValue(Options.Load) ?? given.GetValue(Options.Output)!, Study.Items(given));
    Visit visit = Visit.New(recommender).Begin(recommender);
    foreach (string code in SessionLog.Items(line))
        visit = visit.Add(recommender, Advice.Number(recommender, code));
    foreach (Recommended one in Advice.Of(recommender, visit, given.GetValue(Options.Count), given.GetValue(Options.Explain)))
        Console.WriteLine(one);
}
