using System.Xml.Linq;
using RnnDsl.Metrics;
using RnnDsl.Terminal;

namespace RnnDsl.Execution.Tests;

public class ConfusionPictureTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static ClassificationReport Report(int classes)
    {
        int[] actual = [.. Enumerable.Range(0, classes * 20).Select(i => i % classes)];
        return new ClassificationReport([.. Enumerable.Range(0, classes).Select(i => $"class {i}")], actual, [.. actual.Select((a, i) => i % 9 == 0 ? (a + i) % classes : a)]);
    }

    static IEnumerable<string> Texts(XElement picture) => picture.Descendants(Svg + "text").Select(t => t.Nodes().OfType<XText>().FirstOrDefault()?.Value ?? "");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(150)]
    public void Each_class_has_a_row_and_a_column_and_each_count_a_cell(int classes)
    {
        ClassificationReport report = Report(classes);
        XElement picture = XDocument.Parse(report.DrawConfusion("Intents")).Root!;
        string[] texts = [.. Texts(picture)];
        foreach (string name in report.Classes)
            Assert.Equal(2, texts.Count(t => t == name));
        Assert.Contains("Intents", texts);
        Assert.Contains("actual", texts);
        Assert.Contains("predicted", texts);
        string[] cells = [.. picture.Descendants(Svg + "g").Select(g => g.Element(Svg + "title")!.Value)];
        for (int actual = 0; actual < classes; actual++)
            for (int said = 0; said < classes; said++)
                if (report.Confusion(actual, said) is > 0 and long count)
                    Assert.Single(cells, c => c.StartsWith($"class {actual}, predicted class {said}: {count} of 20 (", StringComparison.Ordinal));
        // Counts stand in cells that are large enough.
        Assert.Equal(classes <= 60, picture.Descendants(Svg + "g").Any(g => g.Element(Svg + "text") is not null));
        // All is inside of the picture.
        double width = (double)picture.Attribute("width")!, height = (double)picture.Attribute("height")!;
        Assert.All(picture.Descendants(Svg + "rect").Where(r => r.Attribute("x") is not null), rect =>
        {
            Assert.InRange((double)rect.Attribute("x")! + (double)rect.Attribute("width")!, 0, width);
            Assert.InRange((double)rect.Attribute("y")! + (double)rect.Attribute("height")!, 0, height);
        });
    }

    [Fact]
    public void Names_may_be_long_and_have_any_characters()
    {
        string[] names = ["<a> & \"b\"", "😀\0", "a name that is longer than twenty-four characters", ""];
        string text = new ClassificationReport(names, [0, 1, 2, 2], [0, 2, 2, 1]).DrawConfusion();
        XElement picture = XDocument.Parse(text).Root!;
        Assert.Equal(2, Texts(picture).Count(t => t == "<a> & \"b\""));
        Assert.Equal(2, Texts(picture).Count(t => t == "😀\uFFFD"));
        Assert.Equal(2, Texts(picture).Count(t => t == "a name that is longer t…"));
        Assert.Contains(names[2] + ", predicted 😀\uFFFD: 1 of 2 (50.0 %)", picture.Descendants(Svg + "title").Select(t => t.Value));

        string path = Path.Combine(Directory.CreateTempSubdirectory("rnndsl-picture-").FullName, "confusion.svg");
        Report(3).SaveConfusion(path, "T");
        Assert.Equal(Report(3).DrawConfusion("T"), File.ReadAllText(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
