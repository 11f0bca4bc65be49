using System.Globalization;
using System.Text;
using RnnDsl.Metrics;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Recall and mean reciprocal rank of the next item at 5, 10 and 20, as in Hidasi et al. (2016).</summary>
static class Measures
{
    static readonly int[] cuts = [5, 10, 20];

    /// <summary>The mean of 1 / rank, where a rank beyond a number counts 0.</summary>
    public static double ReciprocalRank(RankingReport ranks, int k) => ranks.Ranks.Sum(r => r >= 1 && r <= k ? 1.0 / r : 0) / ranks.Count;

    /// <summary>A row for each method.</summary>
    /// <param name="title">What they were measured on.</param>
    /// <param name="rows">Their names and ranks.</param>
    public static string Table(string title, IEnumerable<(string Name, long[] Ranks)> rows)
    {
        var text = new StringBuilder($"{title}\n{"",-42}").AppendJoin("", cuts.Select(k => $"{$"recall@{k}",11}")).AppendJoin("", cuts.Select(k => $"{$"MRR@{k}",9}"));
        foreach ((string name, long[] ranks) in rows)
        {
            var report = new RankingReport(ranks);
            text.Append(CultureInfo.InvariantCulture, $"\n{name,-42}").AppendJoin("", cuts.Select(k => string.Create(CultureInfo.InvariantCulture, $"{report.RecallAt(k),11:F4}")))
                .AppendJoin("", cuts.Select(k => string.Create(CultureInfo.InvariantCulture, $"{ReciprocalRank(report, k),9:F4}")));
        }
        return text.ToString();
    }
}
