using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RnnDsl.Execution.Tests;

/// <summary>docs/api is what <c>tools/ApiReference.cs</c> writes of the assemblies that these tests run with.</summary>
public sealed class ApiReferenceTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl-api-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_pages_are_not_stale()
    {
        Assert.Equal(0, Tool().EntryPoint!.Invoke(null, [new[] { AppContext.BaseDirectory, folder }]));
        string pages = Path.Combine(Repository(), "docs", "api");
        Assert.Equal(Names(folder), Names(pages));
        foreach (string name in Names(folder))
            Assert.True(File.ReadAllText(Path.Combine(folder, name)) == File.ReadAllText(Path.Combine(pages, name)).ReplaceLineEndings("\n"), $"docs/api/{name} is stale: dotnet run tools/ApiReference.cs");
    }

    static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    /// <summary>The program as <c>dotnet run</c> would compile it.</summary>
    static Assembly Tool()
    {
        var parse = new CSharpParseOptions(LanguageVersion.CSharp14).WithFeatures([new("FileBasedProgram", "true")]);
        const string usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading;";
        string tool = Path.Combine(Repository(), "tools", "ApiReference.cs");
        var compilation = CSharpCompilation.Create("ApiReference",
            [CSharpSyntaxTree.ParseText(usings, parse), CSharpSyntaxTree.ParseText(File.ReadAllText(tool), parse, tool)],
            [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Compilation).Assembly.Location), MetadataReference.CreateFromFile(typeof(CSharpCompilation).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        stream.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(stream);
    }

    static string Repository([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
