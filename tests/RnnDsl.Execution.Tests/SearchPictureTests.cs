using System.Xml.Linq;
using RnnDsl.Search;
using RnnDsl.Terminal;

namespace RnnDsl.Execution.Tests;

public class SearchPictureTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static SearchResult Run(int trials) => new HyperparameterSearch(new SearchSpace(
        SearchRange.LogUniform("<rate> & \"more\"", 1e-4, 1), SearchRange.LogInteger("a long name of a range", 4, 64),
        SearchRange.Choice("optimizer", "AdamW", "SGD"), SearchRange.Uniform("momentum", 0, 0.99).When("optimizer", "SGD")), trial =>
    {
        if (trial.Id == 2)
            throw new IOException("<lost>");
        for (int epoch = 0; epoch < 9 && trial.Report(trial.Number("<rate> & \"more\"")); epoch++)
            if (trial.Id == 3)
                trial.Report(double.NaN);
    })
    { Trials = trials, Stopping = new SuccessiveHalving(), Sampler = new RandomSampler() }.Run();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    public void Each_trial_that_reported_has_a_line_inside_of_the_picture(int trials)
    {
        SearchResult result = Run(trials);
        XElement picture = XDocument.Parse(result.DrawTrials("Trials & values")).Root!;
        XElement[] lines = [.. picture.Descendants(Svg + "polyline")];
        TrialResult[] drawn = [.. result.Ranked.Where(t => t.Reports.Count > 0).Reverse()];
        Assert.Equal(trials < 2 ? 1 : trials - 1, lines.Length);
        double width = (double)picture.Attribute("width")!, height = (double)picture.Attribute("height")!;
        double axis = picture.Elements(Svg + "line").Max(l => (double)l.Attribute("y2")!);
        for (int i = 0; i < lines.Length; i++)
        {
            (double X, double Y)[] points = [.. lines[i].Attribute("points")!.Value.Split(' ').Select(p => p.Split(',')).Select(p => (double.Parse(p[0]), double.Parse(p[1])))];
            Assert.Equal(5, points.Length);
            Assert.All(points, p => Assert.True(p.X >= 0 && p.X <= width && p.Y >= 0 && p.Y <= height));
            // Where the momentum does not exist, the line is below the axis.
            Assert.Equal(drawn[i].Values.Has("momentum"), points[3].Y <= axis);
            Assert.Equal(drawn[i].State == TrialState.Finished, lines[i].Attribute("stroke-dasharray") is null);
            Assert.Equal(drawn[i] == result.Best, lines[i].Attribute("stroke")!.Value == "#c00000");
            Assert.Equal(drawn[i].ToString(), lines[i].Parent!.Element(Svg + "title")!.Value);
        }
        Assert.Equal(5, picture.Elements(Svg + "line").Count());
        Assert.Contains(picture.Descendants(Svg + "text"), t => t.Value.Contains("<rate> & \"more\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_search_without_a_value_has_axes_alone()
    {
        SearchResult result = new HyperparameterSearch(new SearchSpace(SearchRange.Uniform("a", 0, 1)), _ => { }) { Trials = 3 }.Run();
        Assert.Empty(XDocument.Parse(result.DrawTrials()).Root!.Descendants(Svg + "polyline"));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    public void Tables_have_all_numbers(int width)
    {
        SearchResult result = Run(40);
        string[] tokens = TerminalTests.Render(width, console => result.WriteTable("Trials", 40, console));
        Assert.All(result.Trials.Where(t => t.Reports.Count > 0), t => Assert.Contains(t.Best.ToString("G5", System.Globalization.CultureInfo.InvariantCulture), tokens));
        Assert.All(result.Trials, t => Assert.Contains(t.Values.Text("a long name of a range"), tokens));
        tokens = TerminalTests.Render(width, console => result.WriteImportance("Importance", console));
        Assert.Contains(result.Importance[0].Share.ToString("F2", System.Globalization.CultureInfo.InvariantCulture), tokens);
        var search = new HyperparameterSearch(new SearchSpace(SearchRange.Uniform("a", 0, 1)), trial => trial.Report(1)) { Trials = 3 };
        string[] lines = TerminalTests.Lines(width, console => search.RunWithProgress(console));
        Assert.Equal(3, lines.Count(l => l.StartsWith("trial ", StringComparison.Ordinal)));
    }
}
