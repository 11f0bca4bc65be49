using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace RnnDsl.Package.Tests;

[Collection(PackedCollection.Name)]
public sealed class ContentsTests(PackedLibraries packed)
{
    /// <summary>Folders of what people read: pages, and the sources that they lead to.</summary>
    static readonly string[] Read = ["docs/", "examples/", "src/RnnDsl.Runtime/Cells/", "tests/RnnDsl.Generators.Tests/Goldens/"];

    [Fact]
    public void Runtime_compiler_and_build_files_are_one_package()
    {
        using ZipArchive package = ZipFile.OpenRead(packed.PathOf("RnnDsl"));
        Assert.Equal(
            [
                "CHANGELOG.md", "README.md", "analyzers/dotnet/cs/RnnDsl.CodeFixes.dll", "analyzers/dotnet/cs/RnnDsl.Generators.dll",
                "build/net10.0/RnnDsl.props", "build/net10.0/RnnDsl.targets", "buildTransitive/net10.0/RnnDsl.props", "buildTransitive/net10.0/RnnDsl.targets",
                "icon.png", "lib/net10.0/RnnDsl.Runtime.dll", "lib/net10.0/RnnDsl.Runtime.xml",
            ],
            Files(package).Where(f => !Read.Any(folder => f.StartsWith(folder, StringComparison.Ordinal))));
        // Every page, those that diagnostics name among them.
        string pages = Path.Combine(PackedLibraries.Repository, "docs");
        Assert.Equal(Directory.GetFiles(pages, "*.md", SearchOption.AllDirectories).Select(f => "docs/" + Path.GetRelativePath(pages, f).Replace('\\', '/')).Order(StringComparer.Ordinal),
            Files(package).Where(f => f.StartsWith("docs/", StringComparison.Ordinal)));
        Assert.InRange(new FileInfo(packed.PathOf("RnnDsl")).Length, 100_000, 2_400_000);
    }

    [Fact]
    public void The_description_is_complete()
    {
        using ZipArchive package = ZipFile.OpenRead(packed.PathOf("RnnDsl"));
        XElement metadata = Metadata(package, "RnnDsl");
        Assert.Equal("RnnDsl", Value(metadata, "id"));
        Assert.Equal(packed.Version, Value(metadata, "version"));
        Assert.Equal("MIT", Value(metadata, "license"));
        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.Equal("icon.png", Value(metadata, "icon"));
        Assert.NotEmpty(Value(metadata, "description"));
        Assert.Equal(["System.Numerics.Tensors"], Dependencies(metadata).Select(d => d.Attribute("id")!.Value));
        Assert.DoesNotContain(metadata.Elements(), e => e.Name.LocalName is "repository" or "projectUrl");
    }

    /// <summary>The data package must hand on the compiler: NuGet's own choice would be to withhold analyzers and build files.</summary>
    [Fact]
    public void Data_brings_the_compiler_along()
    {
        using ZipArchive package = ZipFile.OpenRead(packed.PathOf("RnnDsl.Data"));
        Assert.Equal(["README.md", "icon.png", "lib/net10.0/RnnDsl.Data.dll"], Files(package).Where(f => !f.EndsWith(".xml")));
        XElement library = Dependencies(Metadata(package, "RnnDsl.Data")).Single(d => d.Attribute("id")!.Value == "RnnDsl");
        Assert.Equal(packed.Version, library.Attribute("version")!.Value);
        Assert.Equal("All", library.Attribute("include")!.Value);
        Assert.Null(library.Attribute("exclude"));
    }

    [Theory]
    [InlineData("RnnDsl", "RnnDsl.Runtime")]
    [InlineData("RnnDsl.Data", "RnnDsl.Data")]
    [InlineData("RnnDsl.Text", "RnnDsl.Text")]
    [InlineData("RnnDsl.Audio", "RnnDsl.Audio")]
    public void Symbols_are_packed_apart(string id, string assembly)
    {
        using ZipArchive package = ZipFile.OpenRead(packed.PathOf(id, "snupkg"));
        Assert.Equal([$"lib/net10.0/{assembly}.pdb"], Files(package));
    }

    /// <summary>Whoever packs, and wherever: no path of this machine, no time of this day.</summary>
    [Theory]
    [InlineData("RnnDsl", "nupkg")]
    [InlineData("RnnDsl", "snupkg")]
    [InlineData("RnnDsl.Data", "nupkg")]
    [InlineData("RnnDsl.Data", "snupkg")]
    [InlineData("RnnDsl.Text", "nupkg")]
    [InlineData("RnnDsl.Audio", "nupkg")]
    [InlineData("RnnDsl.Templates", "nupkg")]
    public void Nothing_tells_where_or_when_it_was_packed(string id, string extension)
    {
        using ZipArchive package = ZipFile.OpenRead(packed.PathOf(id, extension));
        foreach (ZipArchiveEntry entry in package.Entries)
        {
            Assert.Equal(1980, entry.LastWriteTime.Year);
            using var bytes = new MemoryStream();
            using (Stream stream = entry.Open())
                stream.CopyTo(bytes);
            foreach (string path in new[] { PackedLibraries.Repository, packed.Folder })
                foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
                    Assert.True(bytes.ToArray().AsSpan().IndexOf(encoding.GetBytes(path)) < 0, $"{entry.FullName} names {path}.");
        }
    }

    static IEnumerable<string> Files(ZipArchive package) => package.Entries.Select(e => e.FullName)
        .Where(name => !name.StartsWith("_rels/") && !name.StartsWith("package/") && !name.EndsWith(".nuspec") && name != "[Content_Types].xml")
        .Order(StringComparer.Ordinal);

    static XElement Metadata(ZipArchive package, string id)
    {
        using Stream stream = package.GetEntry(id + ".nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
    }

    static string Value(XElement metadata, string name) => metadata.Elements().Single(e => e.Name.LocalName == name).Value;

    static IEnumerable<XElement> Dependencies(XElement metadata) => metadata.Descendants().Where(e => e.Name.LocalName == "dependency");
}
