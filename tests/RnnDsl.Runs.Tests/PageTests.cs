using System.Globalization;
using System.Text.RegularExpressions;
using RnnDsl.Browsing;
using RnnDsl.Metrics;
using RnnDsl.Sequences;

namespace RnnDsl.Runs.Tests;

/// <summary>Pages, as text and in a browser.</summary>
public partial class PageTests
{
    const string Evil = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">'&\"\u0007\ud800";

    /// <summary>A run with everything that a page can have, and names that would be more than names.</summary>
    static string Page(Training training)
    {
        using RunRecord run = training.Start(options: new RunOptions { StepEvery = 1, Notes = new Dictionary<string, string> { [Evil] = Evil } });
        run.Fit();
        run.Add(Evil, new ClassificationReport([Evil, "down"], [0, 0, 1, 1], [0, 1, 1, 1]));
        run.Add("Text", Evil);
        run.AddMetric(Evil, 0.5);
        run.Add(CellActivity.Of(training.Model, training.Data, 1, title: Evil, labels: [.. Enumerable.Range(0, training.Data["x"].Lengths[1]).Select(i => Evil + i)]));
        run.Finish();
        return Path.Combine(training.Folder(), RunPage.FileName);
    }

    [Fact]
    public void Names_stay_text_and_nothing_is_asked_for()
    {
        using var training = new Training();
        string page = File.ReadAllText(Page(training));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(@"<[^<>]*\son\w+=", page);
        Assert.All(Address().Matches(page), m => Assert.StartsWith("data:image/bmp;base64,", m.Groups[1].Value, StringComparison.Ordinal));
        Assert.Contains("&lt;script&gt;", page);
        Assert.Equal(page, RunPage.Text(RunLog.Read(training.Folder())) );
        foreach (string heading in new[] { "Curves", "Data", "Settings and versions", "Equations", "Epochs", "Units and gates" })
            Assert.Contains($"<h2>{heading}", page);
        Assert.All(Image().Matches(page), m => Assert.Contains("aria-label=\"", m.Value));
        Assert.Equal(6, Regex.Count(page, "data:image/bmp"));
    }

    [ChromiumFact]
    public void A_browser_shows_it_and_runs_nothing()
    {
        using var training = new Training();
        string shown = Tool.Browse(Page(training));
        Assert.DoesNotContain("<title>taken", shown);
        Assert.Contains("<title>slope-1: Slope</title>", shown);
        Assert.DoesNotContain("<script", shown);
        Assert.DoesNotContain("<img", shown);
        // A browser that repairs a page would show another number of elements.
        string written = File.ReadAllText(Path.Combine(training.Folder(), RunPage.FileName));
        foreach (string element in new[] { "<section", "<figure", "<svg", "<polyline", "<image", "<table", "<tr", "<td", "<h3" })
            Assert.Equal(Regex.Count(written, element + @"\b"), Regex.Count(shown, element + @"\b"));
    }

    [ChromiumFact]
    public void It_fits_narrow_and_wide_windows()
    {
        using var training = new Training();
        string page = File.ReadAllText(Page(training));
        // The page itself runs no script; this copy has one that measures.
        string measured = Path.Combine(training.Root, "measured.html");
        File.WriteAllText(measured, Policy().Replace(page, "").Replace("</body>", """
            <script>
            const m = getComputedStyle(document.body), maps = [...document.querySelectorAll("svg image")];
            document.body.dataset.measured = [innerWidth, document.documentElement.scrollWidth, maps.length, m.backgroundColor, m.color,
                Math.min(...[...document.querySelectorAll(".curves svg text")].map(t => t.getBoundingClientRect().height)).toFixed(1)].join(";");
            </script></body>
            """, StringComparison.Ordinal));
        foreach ((int width, string[] more, string ground) in new[]
            {
                (400, Array.Empty<string>(), "rgb(255, 255, 255)"), (1200, [], "rgb(255, 255, 255)"),
                (400, ["--blink-settings=preferredColorScheme=0"], "rgb(20, 23, 27)"), (1200, ["--blink-settings=preferredColorScheme=0"], "rgb(20, 23, 27)"),
            })
        {
            string[] found = Measured().Match(Tool.Browse(measured, width, more)).Groups[1].Value.Split(';');
            Assert.True(found.Length == 6, string.Join(';', found));
            Assert.True(int.Parse(found[1], CultureInfo.InvariantCulture) <= int.Parse(found[0], CultureInfo.InvariantCulture), $"At {found[0]} pixels the page is {found[1]} wide.");
            Assert.Equal("6", found[2]);
            Assert.Equal(ground, found[3]);
            Assert.NotEqual(found[3], found[4]);
            Assert.True(double.Parse(found[5], CultureInfo.InvariantCulture) >= 9, $"Letters in curves are {found[5]} pixels high.");
        }
    }

    [Fact]
    public void A_large_model_and_a_long_example_make_a_page_of_bounded_size()
    {
        using var training = new Training(epochs: 1);
        var large = new Lstm<Wide, Wide>(300, 300);
        var x = new Dataset(Column.Sequences("x", 300, new float[300 * 250]));
        CellActivity activity = CellActivity.Of(large, x, method: "Scan");
        using (RunRecord run = training.Start())
        {
            run.Fit();
            run.Add(activity);
        }
        Assert.All(activity.Traces, t => Assert.Equal((300, 250, CellActivity.MostSteps, CellActivity.MostUnits), (t.Units, t.Steps, t.Values.Length, t.Values[0].Length)));
        string page = File.ReadAllText(Path.Combine(training.Folder(), RunPage.FileName));
        Assert.Contains("64 of 300 units over the first 200 of 250 steps", page);
        Assert.InRange(page.Length, 0, 400_000);
    }

    [Fact]
    public void Values_that_are_not_finite_are_gaps()
    {
        string figure = CurvePicture.Draw("Loss", "epoch", [new("a", [(1, 2), (2, double.NaN), (3, 1), (4, double.PositiveInfinity), (5, 3), (6, 4)])]);
        Assert.Equal(2, Regex.Count(figure, "<circle"));
        Assert.Equal(1, Regex.Count(figure, "<polyline"));
        Assert.DoesNotContain("NaN", figure);
        Assert.Equal("", CurvePicture.Draw("Loss", "epoch", [new("a", [(1, double.NaN)])]));
        string one = CurvePicture.Draw("Loss", "epoch", [new("a", [(1, 0)])]);
        Assert.DoesNotContain("NaN", one);
        string map = ActivityPicture.Draw(new UnitTrace("l", "x", 0, 2, 2, [[float.NaN, 1], [float.NegativeInfinity, 0]]), []);
        Assert.Contains("2 values are not finite", map);
    }

    [Fact]
    public void Long_curves_keep_their_peaks()
    {
        (double, double)[] points = [.. Enumerable.Range(0, 100_000).Select(i => ((double)i, i == 77_777 ? 5.0 : 1.0))];
        string figure = CurvePicture.Draw("Loss", "step", [new("a", points)]);
        Assert.InRange(figure.Length, 0, 20_000);
        Assert.Contains(",24.0", figure);
    }

    sealed class Wide : Dim;

    [GeneratedRegex("(?:src|href|url)=?[(\"]([^\")]*)")]
    private static partial Regex Address();

    [GeneratedRegex("<svg[^>]*role=\"img\"[^>]*>")]
    private static partial Regex Image();

    [GeneratedRegex("<meta http-equiv=[^>]*>")]
    private static partial Regex Policy();

    [GeneratedRegex("data-measured=\"([^\"]*)\"")]
    private static partial Regex Measured();
}
