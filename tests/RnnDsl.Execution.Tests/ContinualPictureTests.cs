using System.Xml.Linq;
using RnnDsl.Continual;
using RnnDsl.Terminal;

namespace RnnDsl.Execution.Tests;

public class ContinualPictureTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    [InlineData(40)]
    public void Each_score_has_a_cell_inside_of_the_picture(int tasks)
    {
        var scores = new double[tasks + 1, tasks];
        for (int i = 0; i <= tasks; i++)
            for (int j = 0; j < tasks; j++)
                scores[i, j] = -0.01 * (i + j);
        var result = new ContinualResult([.. Enumerable.Range(1, tasks).Select(i => $"<task> & \"{i}\"")], scores, "minus RMSE");
        XElement picture = XDocument.Parse(result.DrawScores("Seasons")).Root!;
        string[] cells = [.. picture.Descendants(Svg + "g").Select(g => g.Element(Svg + "title")!.Value)];
        Assert.Equal((tasks + 1) * tasks, cells.Length);
        Assert.Contains(FormattableString.Invariant($"<task> & \"{tasks}\", after <task> & \"1\": {-0.01 * tasks:G5}"), cells);
        Assert.Equal(tasks <= 30, picture.Descendants(Svg + "g").All(g => g.Element(Svg + "text") is not null));
        double width = (double)picture.Attribute("width")!, height = (double)picture.Attribute("height")!;
        Assert.All(picture.Descendants(Svg + "rect").Where(r => r.Attribute("x") is not null), rect =>
        {
            Assert.InRange((double)rect.Attribute("x")! + (double)rect.Attribute("width")!, 0, width);
            Assert.InRange((double)rect.Attribute("y")! + (double)rect.Attribute("height")!, 0, height);
        });
        // The largest score is the darkest, the least white.
        string[] fills = [.. picture.Descendants(Svg + "g").Select(g => g.Element(Svg + "rect")!.Attribute("fill")!.Value)];
        Assert.Equal("#084594", fills[0]);
        Assert.Equal("#ffffff", fills[^1]);
        Assert.Contains(picture.Descendants(Svg + "text"), t => t.Value.StartsWith("minus RMSE (more is better)", StringComparison.Ordinal));
    }
}
