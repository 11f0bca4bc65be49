using System.Reflection;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/recommendation.md.</summary>
public class RecommendationPageTests
{
    [Fact]
    public void Snippets_run_and_print_what_is_shown()
    {
        var page = new Page("recommendation.md");
        Assembly program = page.Load();
        Assert.Equal([1], page.Shown);
        for (int snippet = 0; snippet < page.Count; snippet++)
        {
            (string? shown, string text) = page.Run(program, snippet);
            if (shown is not null)
                Assert.Equal(shown, text);
        }
    }
}
