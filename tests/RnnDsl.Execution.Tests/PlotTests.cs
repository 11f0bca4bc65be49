using System.Buffers.Binary;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RnnDsl.Plots;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

public sealed class PlotTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rnndsl-plots-");

    public void Dispose() => folder.Delete(recursive: true);

    string File(string name) => Path.Combine(folder.FullName, name);

    static EpochReport Epoch(int number, double loss, double? validation) => new(number, loss, validation, 0.1, 1, 1, Improved: validation == 0.5);

    static TimeSeries Series(int rows, bool isDated) => new(["load"], [.. Enumerable.Range(0, rows).Select(row => (float)row)],
        isDated ? [new LabelColumn("day", [.. Enumerable.Range(0, rows).Select(row => new DateTime(2024, 1, 1).AddDays(row).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))])] : null);

    static string[] Texts(string path) => [.. XDocument.Load(path).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim())];

    /// <summary>Without a font nothing is written in a picture.</summary>
    static void AssertSays(string path, params string[] texts)
    {
        string[] written = Texts(path);
        if (ForecastPlot.HasFonts)
            Assert.All(texts, text => Assert.Contains(text, written));
    }

    [Fact]
    public void A_training_has_both_losses_and_the_best_epoch()
    {
        History history = new([Epoch(2, 0.9, 0.5), Epoch(3, double.NaN, double.PositiveInfinity)], StopReason.Finished) { Earlier = [Epoch(1, 1, 0.8)] };
        history.SavePlot(File("training.svg"), "A & B");
        AssertSays(File("training.svg"), "A & B", "epoch", "loss", "training", "validation", "best: epoch 2");
    }

    [Fact]
    public void A_training_without_epochs_or_validation_data_is_a_picture_too()
    {
        new History([], StopReason.Canceled).SavePlot(File("none.svg"));
        AssertSays(File("none.svg"), "Training");
        new History([Epoch(1, 1, null)], StopReason.Finished).SavePlot(File("alone.svg"));
        AssertSays(File("alone.svg"), "training");
        Assert.DoesNotContain("validation", Texts(File("alone.svg")));
    }

    [Fact]
    public void Forecasts_stand_over_dates_or_rows()
    {
        foreach (bool isDated in new[] { true, false })
        {
            var plot = new ForecastPlot(Series(40, isDated), Enumerable.Range(10, 20)) { Title = "Two days ahead", Quantity = "Load (MW)" };
            plot.Add("measured", [.. Enumerable.Range(10, 20).Select(row => (float)row)]).Add("model", new float[40]).Save(File("forecast.svg"));
            AssertSays(File("forecast.svg"), "Two days ahead", "Load (MW)", isDated ? "date" : "row", "measured", "model");
        }
    }

    [Fact]
    public void An_old_picture_is_replaced_by_a_png_of_the_same_name()
    {
        System.IO.File.WriteAllText(File("forecast.PNG"), "old");
        new ForecastPlot(Series(3000, isDated: false), Enumerable.Range(0, 3000)).Add("measured", new float[3000]).Save(File("forecast.PNG"));
        byte[] picture = System.IO.File.ReadAllBytes(File("forecast.PNG"));
        Assert.Equal("PNG"u8.ToArray(), picture[1..4]);
        Assert.Equal((1200, 500), (BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20))));
        Assert.Equal(["forecast.PNG"], folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void Of_steps_the_last_one_is_drawn()
    {
        string Drawn(params float[] values)
        {
            new ForecastPlot(Series(4, isDated: false), [1, 3]).Add("model", values).Save(File("steps.svg"));
            // Paths to clip have running numbers.
            return Regex.Replace(System.IO.File.ReadAllText(File("steps.svg")), "cl_[0-9a-f]+", "");
        }
        Assert.Equal(Drawn(1, 2), Drawn(9, 9, 1, 8, 8, 2));
        Assert.NotEqual(Drawn(1, 2), Drawn(9, 9, 1, 8, 8, 3));
    }

    [Fact]
    public void What_cannot_be_drawn_is_told()
    {
        var plot = new ForecastPlot(Series(4, isDated: false), [1, 3]);
        Assert.Contains("row", Assert.Throws<ArgumentException>(() => new ForecastPlot(Series(4, isDated: false), [])).Message);
        Assert.Contains("Row 4 lies outside the series, which has 4 rows", Assert.Throws<ArgumentException>(() => new ForecastPlot(Series(4, isDated: false), [1, 4])).Message);
        Assert.Contains("3 values", Assert.Throws<ArgumentException>(() => plot.Add("model", new float[3])).Message);
        Assert.Contains("0 values", Assert.Throws<ArgumentException>(() => plot.Add("model", [])).Message);
        Assert.Contains(".png and .svg", Assert.Throws<ArgumentException>(() => plot.Save(File("forecast.jpg"))).Message);
        Assert.Empty(folder.GetFiles());
    }
}
