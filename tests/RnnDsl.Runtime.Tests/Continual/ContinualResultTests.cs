using RnnDsl.Continual;

namespace RnnDsl.Tests.Continual;

public class ContinualResultTests
{
    static readonly ContinualResult Three = new(["a", "b", "c"], new[,] { { 0.5, 0.4, 0.3 }, { 0.9, 0.5, 0.2 }, { 0.95, 0.8, 0.6 }, { 0.7, 0.6, 0.85 } }, "accuracy") { Strategy = "EWC" };

    /// <summary>a: best of 0.9 and 0.95, then 0.7; b: best of 0.5 and 0.8, then 0.6.</summary>
    [Fact]
    public void The_figures_are_those_of_the_papers()
    {
        Assert.Equal((0.7 + 0.6 + 0.85) / 3, Three.AverageScore, 1e-12);
        Assert.Equal((0.25 + 0.2) / 2, Three.Forgetting, 1e-12);
        Assert.Equal((0.7 - 0.9 + 0.6 - 0.8) / 2, Three.BackwardTransfer, 1e-12);
        Assert.Equal((0.5 - 0.4 + 0.6 - 0.3) / 2, Three.ForwardTransfer, 1e-12);
        Assert.Equal(0.5, Three[0, 0]);
        Assert.Equal(0.85, Three[3, 2]);
    }

    [Fact]
    public void A_single_task_has_a_score_and_no_transfers()
    {
        var one = new ContinualResult(["a"], new[,] { { 0.5 }, { 0.9 } }, "accuracy");
        Assert.Equal(0.9, one.AverageScore);
        Assert.All(new[] { one.Forgetting, one.BackwardTransfer, one.ForwardTransfer }, value => Assert.True(double.IsNaN(value)));
        Assert.EndsWith("forward transfer   -", one.ToString());
    }

    [Fact]
    public void The_table_has_all_scores() => Assert.Equal("""
        EWC: accuracy on each task, after the task at the left; more is better

                             a      b      c
        before learning 0.5000 0.4000 0.3000
        a               0.9000 0.5000 0.2000
        b               0.9500 0.8000 0.6000
        c               0.7000 0.6000 0.8500

        average            0.7167
        forgetting         0.2250
        backward transfer  -0.2000
        forward transfer   0.2000
        """.ReplaceLineEndings("\n"), Three.ToString());

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void No_line_is_longer_than_80_characters_and_no_score_is_missing(int tasks)
    {
        var scores = new double[tasks + 1, tasks];
        for (int i = 0; i <= tasks; i++)
            for (int j = 0; j < tasks; j++)
                scores[i, j] = -(1000 * i + j) * 1.001;
        string text = new ContinualResult([.. Enumerable.Range(1, tasks).Select(i => $"a speaker with a very long name, number {i}")], scores, "a score whose name is so long that it alone would fill a line of a narrow terminal").ToString();
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
        foreach (double score in scores)
            Assert.Contains(Math.Abs(score) < 1000 ? score.ToString("F4", System.Globalization.CultureInfo.InvariantCulture) : score.ToString("G5", System.Globalization.CultureInfo.InvariantCulture), text);
        // Names that are cut still differ.
        Assert.Contains($"…{tasks}", text);
    }

    [Fact]
    public void What_is_no_result_is_refused()
    {
        Assert.Contains("no tasks", Assert.Throws<ArgumentException>(() => new ContinualResult([], new double[1, 0], "accuracy")).Message);
        Assert.Contains("2×1 scores", Assert.Throws<ArgumentException>(() => new ContinualResult(["a"], new double[1, 1], "accuracy")).Message);
        Assert.Contains("task 'a' in row 1 is NaN", Assert.Throws<ArgumentException>(() => new ContinualResult(["a"], new[,] { { 0.1 }, { double.NaN } }, "accuracy")).Message);
    }
}
