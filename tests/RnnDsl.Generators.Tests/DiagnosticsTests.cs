using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;

namespace RnnDsl.Generators.Tests;

public class DiagnosticsTests
{
    public static TheoryData<string> Names => [.. WrongPrograms.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_mistake_is_reported_on_its_node_and_nothing_else(string name)
    {
        Markup markup = Markup.Parse(WrongPrograms.All.Single(p => p.Name == name).Source);
        GeneratorRun run = GeneratorHarness.Run(markup.Source);
        Assert.Equal(markup.ExpectedText, markup.ActualText(run.Diagnostics));
        // Generated code adds no error of its own to the user's.
        Assert.Empty(run.CSharp.Where(d => d.Location.SourceTree?.FilePath != "Source.cs").Select(d => d + "\n" + d.Location.SourceTree));
    }

    [Fact]
    public void Every_diagnostic_has_a_test_and_a_page()
    {
        string tests = string.Concat(WrongPrograms.All.Select(p => p.Source));
        string pages = Path.Combine(Goldens.RepositoryRoot, "docs", "diagnostics");
        string index = File.ReadAllText(Path.Combine(pages, "README.md"));
        foreach (DiagnosticDescriptor descriptor in Descriptors.All)
        {
            // A cell of a later version is one of another assembly: CellTextTests. What overrides equations is found by an analyzer: SuppressionTests.
            if (descriptor.Id != Descriptors.Internal.Id && descriptor.Id != Descriptors.UnknownVersion.Id && descriptor.Id != Descriptors.Overridden.Id)
                Assert.Contains("{|" + descriptor.Id + ":", tests);
            // An address that leads nowhere is worse than none: the description names the page.
            Assert.Empty(descriptor.HelpLinkUri);
            Assert.Contains($"docs/diagnostics/{descriptor.Id}.md", descriptor.Description.ToString());
            string page = File.ReadAllText(Path.Combine(pages, descriptor.Id + ".md"));
            Assert.StartsWith($"# {descriptor.Id}: {descriptor.Title}", page);
            Assert.Contains($"({descriptor.Id}.md)", index);
        }
        Assert.Equal(Descriptors.All.Count, Descriptors.All.Select(d => d.Id).Distinct().Count());
    }
}
