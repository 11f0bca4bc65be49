using System.Reflection;
using RnnDsl.Search;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/search.md, run one after the other on a made-up load.</summary>
public class SearchPageTests
{
    [Fact]
    public void Snippets_run_and_print_what_is_shown()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-pages-").FullName;
        try
        {
            var page = new Page("search.md");
            Assembly program = page.Load(folder);
            var series = new TimeSeries(["load"], [.. Enumerable.Range(0, 240).Select(i => 50 + 10 * Math.Sin(i * Math.PI / 6) + Math.Sin(i * i))]);
            var known = new Dictionary<string, object>
            {
                ["data"] = ForecastData.Create(series, new WindowOptions { Length = 12, Horizon = 4, Targets = ["load"] }, ChronologicalSplit.Fractions(series.Rows, 0.7, 0.15)),
            };
            var printed = new List<string>();
            for (int snippet = 0; snippet < page.Count; snippet++)
            {
                (string? shown, string text) = page.Run(program, snippet, known);
                if (shown is not null)
                    Assert.Equal(shown, text);
                printed.Add(text);
            }
            string all = string.Concat(printed);
            foreach (string expected in new[] { "20 trials, less is better", "stopped", "importance", "leaky: 0.", "LSTM: 0.", "GRU: 0." })
                Assert.Contains(expected, all);
            Assert.Equal(21, File.ReadAllLines(Path.Combine(folder, "search.jsonl")).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
