using System.IO.Compression;
using System.Text.RegularExpressions;

namespace RnnDsl.Package.Tests;

/// <summary>Whoever has a package alone can follow each link of its pages, and so can a reader of the repository.</summary>
[Collection(PackedCollection.Name)]
public sealed partial class LinkTests(PackedLibraries packed)
{
    [Theory]
    [InlineData("RnnDsl")]
    [InlineData("RnnDsl.Data")]
    [InlineData("RnnDsl.Text")]
    [InlineData("RnnDsl.Audio")]
    [InlineData("RnnDsl.Templates")]
    public void Links_of_a_package_lead_to_what_it_holds(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(packed.PathOf(id));
        Assert.Empty(Dead(package.Entries.Where(e => e.Name.Length > 0).ToDictionary(e => e.FullName, Text)));

        static Func<string> Text(ZipArchiveEntry entry) => () =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        };
    }

    [Fact]
    public void Links_of_the_repository_lead_somewhere()
    {
        string root = PackedLibraries.Repository;
        string[] built = ["bin", "obj", ".git", "artifacts"];
        IEnumerable<string> files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Intersect(built).Any());
        // What the projects pack as their own is looked at as it lies in the package.
        Assert.Empty(Dead(files.ToDictionary(f => f, f => (Func<string>)(() => f == "src/RnnDsl.Runtime/README.md" ? "" : File.ReadAllText(Path.Combine(root, f))))));
    }

    /// <summary>The first example is the same in both, so that what is tested of one holds of the other.</summary>
    [Fact]
    public void The_packages_readme_has_the_repositorys_example() =>
        Assert.Equal(Example("README.md"), Example("src/RnnDsl.Runtime/README.md"));

    static string Example(string page) => File.ReadAllText(Path.Combine(PackedLibraries.Repository, page)).ReplaceLineEndings("\n").Split("```csharp\n")[1].Split("```")[0];

    /// <summary>Links of the pages among the files that lead to none of these files and to no folder of them, or to a heading that the page does not have.</summary>
    static List<string> Dead(IReadOnlyDictionary<string, Func<string>> files)
    {
        var dead = new List<string>();
        foreach ((string page, Func<string> text) in files.Where(f => f.Key.EndsWith(".md", StringComparison.Ordinal)))
            foreach (Match link in Link().Matches(Code().Replace(text(), "")))
            {
                string target = Uri.UnescapeDataString(link.Groups[1].Value), heading = link.Groups[2].Value;
                if (target.Contains("://", StringComparison.Ordinal))
                    continue;
                string path = target.Length == 0 ? page : Resolve(page, target);
                bool isThere = files.ContainsKey(path) ? heading.Length == 0 || Headings(files[path]()).Contains(heading) : files.Keys.Any(f => f.StartsWith(path + "/", StringComparison.Ordinal));
                if (!isThere)
                    dead.Add($"{page}: {link.Value}");
            }
        return dead;
    }

    static string Resolve(string page, string target)
    {
        var parts = new List<string>(page.Split('/')[..^1]);
        foreach (string part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else
                return "outside";
        return string.Join('/', parts);
    }

    /// <summary>The anchors that headings get, the second of the same text with a number.</summary>
    static HashSet<string> Headings(string text)
    {
        var anchors = new HashSet<string>();
        foreach (Match heading in Heading().Matches(Block().Replace(text, "")))
        {
            string anchor = NoLetter().Replace(heading.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-');
            for (int i = 1, start = anchor.Length; !anchors.Add(anchor); i++)
                anchor = $"{anchor[..start]}-{i}";
        }
        return anchors;
    }

    [GeneratedRegex(@"\]\(([^)#\s]*)#?([^)\s]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^ *```.*?^ *```|(?<!\[)`[^`\n]+`(?!\])", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetter();
}
