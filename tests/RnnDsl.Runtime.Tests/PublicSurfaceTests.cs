using System.ComponentModel;
using System.Reflection;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Runtime.Tests;

/// <summary>What a user meets in an editor: the language and its tools, not what generated code calls, and no name of .NET's that a file is likely to use.</summary>
public sealed class PublicSurfaceTests
{
    /// <summary>Known in each file of a project with ImplicitUsings: build/RnnDsl.props.</summary>
    static readonly string[] Global = ["RnnDsl", "RnnDsl.Metrics", "RnnDsl.Prediction", "RnnDsl.Sequences", "RnnDsl.Training"];

    static readonly string[] Common =
    [
        "System", "System.Collections", "System.Collections.Concurrent", "System.Collections.Generic", "System.Diagnostics", "System.Globalization", "System.IO", "System.Linq", "System.Net.Http",
        "System.Numerics", "System.Reflection", "System.Runtime.CompilerServices", "System.Text", "System.Text.Json", "System.Text.RegularExpressions", "System.Threading", "System.Threading.Channels",
        "System.Threading.Tasks",
    ];

    static IEnumerable<Type> Exported => typeof(Execution.Module).Assembly.GetExportedTypes().Where(type => !type.IsNested);

    [Fact]
    public void What_generated_code_calls_is_hidden_from_editors()
    {
        Assert.Equal([], Exported.Where(type => type.Namespace == "RnnDsl.CompilerServices" && !IsHidden(type)).Select(type => type.Name));
        Assert.All([typeof(CellGraphAttribute), typeof(ModelGraphAttribute), typeof(NearestName), typeof(AtomicFile)], type => Assert.True(IsHidden(type), type.Name));
    }

    /// <summary>Missing is what docs/package.md tells of: code that needs that of .NET is about COM.</summary>
    [Fact]
    public void Names_that_each_file_knows_are_no_common_names_of_dotnet()
    {
        HashSet<string> taken = [.. AppDomain.CurrentDomain.GetAssemblies().Concat(Loaded()).Where(assembly => assembly.GetName().Name!.StartsWith("System.", StringComparison.Ordinal))
            .SelectMany(assembly => assembly.GetExportedTypes()).Where(type => Common.Contains(type.Namespace)).Select(type => type.Name)];
        Assert.Contains("Channel`1", taken);
        Assert.Contains("Regex", taken);
        Assert.Equal(["Missing"], Exported.Where(type => Global.Contains(type.Namespace) && !IsHidden(type)).Select(type => type.Name).Where(taken.Contains).Order());
    }

    static IEnumerable<Assembly> Loaded() =>
        new[] { "System.Collections", "System.Collections.Concurrent", "System.Linq", "System.Net.Http", "System.Text.Json", "System.Text.RegularExpressions", "System.Threading.Channels", "System.Runtime.Numerics" }
            .Select(Assembly.Load);

    static bool IsHidden(Type type) => type.GetCustomAttribute<EditorBrowsableAttribute>() is { State: EditorBrowsableState.Never };
}
