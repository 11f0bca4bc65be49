using System.Reflection;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/monitoring.md, run on small files.</summary>
public class MonitoringPageTests
{
    [Fact]
    public void The_page_learns_a_language_and_labels()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-monitoring").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "headlines.txt"), string.Concat(Enumerable.Repeat("profits rise at the bank\nprofits slump at the mill\n\nshares climb\n", 20)));
            File.WriteAllText(Path.Combine(folder, "labeled.csv"), "text,label\n" + string.Concat(Enumerable.Repeat("profits rise,good\nprofits slump,bad\n", 10)));
            var page = new Page("monitoring.md");
            Assembly program = page.Load(folder);
            string learnt = page.Run(program, 0).Printed;
            Assert.StartsWith("perplexity ", learnt);
            Assert.InRange(double.Parse(learnt["perplexity ".Length..], System.Globalization.CultureInfo.InvariantCulture), 1, 8);
            Assert.Equal("bad\n", page.Run(program, 2).Printed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
