using RnnDsl.Metrics;

namespace RnnDsl.Runtime.Tests.Metrics;

public class RankingReportTests
{
    [Fact]
    public void Ranks_are_counted()
    {
        var report = new RankingReport([1, 2, 0, 10, 1]);
        Assert.Equal((0.4, 0.6, 0.8), (report.RecallAt(1), report.RecallAt(5), report.RecallAt(10)));
        Assert.Equal((1 + 0.5 + 0 + 0.1 + 1) / 5, report.MeanReciprocalRank, 1e-12);
        Assert.Equal((5, 2L), (report.Count, report.MedianRank));
        Assert.Equal("recall at 1 0.4000, at 5 0.6000, at 10 0.8000, mean reciprocal rank 0.5200, 5 queries", report.ToString());
        Assert.InRange(report.Interval(r => r.RecallAt(5)).High, 0.6, 1);
    }

    [Fact]
    public void Equal_scores_are_counted_against_the_right_candidate()
    {
        Assert.Equal(3, RankingReport.Rank([0.5f, 0.9f, 0.5f, 0.1f], 0));
        Assert.Equal(4, RankingReport.Rank([1, 1, 1, 1], 2));
        Assert.Equal(2, RankingReport.Rank([1, float.NaN], 0));
        RankingReport report = RankingReport.FromScores([[0.1f, 0.9f], [0.9f, 0.1f, 0.2f]], [1, 1]);
        Assert.Equal([1L, 3L], report.Ranks);
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        Assert.Contains("no rank", Message(() => new RankingReport([])));
        Assert.Contains("Rank 1 (from 0) is -1", Message(() => new RankingReport([1, -1])));
        Assert.Contains("no candidate 2", Message(() => RankingReport.FromScores([[1f, 2f]], [2])));
        Assert.Contains("candidate 0 is NaN", Message(() => RankingReport.FromScores([[float.NaN, 2f]], [0])));
        Assert.Contains("more queries", Message(() => RankingReport.FromScores([[1f], [1f]], [0])));
        Assert.Contains("more right candidates", Message(() => RankingReport.FromScores([[1f]], [0, 0])));

        static string Message(Func<object> report) => Assert.Throws<ArgumentException>(report).Message;
    }
}
