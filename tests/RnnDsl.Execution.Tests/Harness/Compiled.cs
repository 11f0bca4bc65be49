using System.Reflection;
using System.Runtime.Loader;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators;

namespace RnnDsl.Execution.Tests;

/// <summary>Compiles a source with the generator and loads the result. A warning anywhere fails.</summary>
internal static class Compiled
{
    public static Assembly Load(string source, params Assembly[] references)
    {
        using MemoryStream stream = Emit(source, references);
        return AssemblyLoadContext.Default.LoadFromStream(stream);
    }

    /// <summary>The same from a file, so that what is compiled later may refer to it. The file is the caller's to delete.</summary>
    public static Assembly LoadShared(string source, out string file)
    {
        file = Path.Combine(Path.GetTempPath(), $"rnndsl-{Guid.NewGuid():N}.dll");
        using (MemoryStream stream = Emit(source, []))
            File.WriteAllBytes(file, stream.ToArray());
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(file);
    }

    static MemoryStream Emit(string source, Assembly[] references)
    {
        var parse = new CSharpParseOptions(LanguageVersion.CSharp14);
        var compilation = CSharpCompilation.Create("Compiled" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(source, parse, path: "Source.cs")],
            [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Module).Assembly.Location),
                .. references.Select(r => MetadataReference.CreateFromFile(r.Location))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new RnnDslGenerator { Verify = true }.AsSourceGenerator()], parseOptions: parse);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out var diagnostics);
        // Short programs share declarations of dimensions, of which not all have something (RNN2017).
        string[] problems = [.. diagnostics.Concat(output.GetDiagnostics()).Where(d => d.Severity >= DiagnosticSeverity.Warning && !d.IsSuppressed && d.Id != "RNN2017").Select(d => d.ToString())];
        Assert.True(problems.Length == 0, string.Join('\n', problems.Take(10)) + "\n" + source);
        var stream = new MemoryStream();
        var result = output.Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Take(10)));
        stream.Position = 0;
        return stream;
    }

    /// <summary>Makes a module of a type with dimensions as type parameters.</summary>
    public static Module Make(Assembly assembly, string type, Type[] dims, params object[] sizes)
    {
        Type definition = assembly.GetType(type, throwOnError: true)!;
        Type closed = definition.IsGenericTypeDefinition ? definition.MakeGenericType(dims) : definition;
        ConstructorInfo constructor = closed.GetConstructors().Single();
        object[] arguments = [.. sizes, .. constructor.GetParameters().Skip(sizes.Length).Select(p => p.DefaultValue!)];
        return (Module)constructor.Invoke(arguments);
    }
}
