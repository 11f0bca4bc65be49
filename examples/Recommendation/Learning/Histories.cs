using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Makes columns of data of the sessions of users: at each session a step that begins it, and then one for each item.</summary>
/// <param name="catalog">Numbers the items.</param>
sealed class Histories(Catalog catalog)
{
    /// <summary>The number of the item at a step that begins a session.</summary>
    public const int Begins = -1;

    /// <summary>The sessions of each user in their order; those of nobody who is known stand alone.</summary>
    public static List<List<T>> ByUser<T>(IEnumerable<T> sessions, Func<T, Session> session) => [.. sessions.GroupBy(s => session(s).User)
        .SelectMany(g => g.Key.Length > 0 ? [g.ToList()] : g.Select(s => new List<T> { s }))];

    /// <summary>Parts the sessions of each user where they have some number of steps, so that examples are about as long. Each part begins as a new user. Even one session of one item has something to learn: its first item.</summary>
    public static List<List<Session>> Parts(IEnumerable<Session> sessions, int steps)
    {
        var result = new List<List<Session>>();
        foreach (List<Session> user in ByUser(sessions, s => s))
        {
            int length = steps;
            foreach (Session session in user)
            {
                if (length >= steps)
                {
                    result.Add([]);
                    length = 0;
                }
                result[^1].Add(session);
                length += 1 + session.Items.Length;
            }
        }
        return result;
    }

    /// <summary>The steps of sessions: the number of the item in the catalog, or <see cref="Begins"/>.</summary>
    public int[] Steps(IEnumerable<Session> sessions) => [.. sessions.SelectMany(s => s.Items.Select(catalog.Find).Prepend(Begins))];

    /// <summary>What the table of the model reads at steps: −1 for what it did not learn.</summary>
    public int Learned(int step) => step < catalog.Learned ? step : -1;

    public static Column BeginColumn(int[][] steps) => Column.OneHot("begins", 1, [.. steps.Select(own => own.Select(s => s == Begins ? 0 : -1).ToArray())]);

    public Column ItemColumn(int[][] steps) => Column.OneHot("items", catalog.Learned, [.. steps.Select(own => own.Select(Learned).ToArray())]);

    /// <summary>The data of an epoch.</summary>
    /// <param name="parts">Sessions of an example.</param>
    /// <param name="settings">The loss, and how its negatives are drawn.</param>
    /// <param name="random">Draws them.</param>
    public Dataset Training(List<List<Session>> parts, Settings settings, RandomStream random)
    {
        int[][] steps = [.. parts.Select(Steps)];
        int[][] labels = [.. steps.Select(own => own.Select((_, i) => i + 1 < own.Length ? own[i + 1] : -1).ToArray())];
        List<Column> columns = [ItemColumn(steps), BeginColumn(steps), Column.OneHot("y", catalog.Learned, labels)];
        if (settings.Loss == LossKind.Full)
            return new Dataset(columns);
        double mean = labels.Average(own => own.Count(l => l >= 0));
        var drawn = new NegativeSampler(steps.SelectMany(s => s).Where(s => s >= 0), catalog.Learned, settings.Power);
        int[][] negatives = [.. steps.Select(_ => Enumerable.Range(0, settings.Negatives).Select(_ => drawn.Next(random)).ToArray())];
        columns.Add(Column.Scalars("weight", [.. steps.Select(_ => (float)(1 / mean))]));
        columns.Add(Column.OneHot("negatives", catalog.Learned, negatives));
        if (settings.Loss == LossKind.Sampled)
        {
            columns.Add(Column.Sequences("label", 1, [.. labels.Select(Numbers)]));
            columns.Add(Column.Sequences("negative", 1, [.. negatives.Select(Numbers)]));
            columns.Add(Column.Sequences("expected", 1, [.. negatives.Select(own => own.Select(n => (float)Math.Log(settings.Negatives * drawn.Probability(n))).ToArray())]));
        }
        return new Dataset(columns);

        static float[] Numbers(int[] of) => [.. of.Select(n => (float)n)];
    }
}
