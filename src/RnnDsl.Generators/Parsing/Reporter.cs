using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Parsing;

/// <summary>Collects the diagnostics of one class. A helper that is inlined twice reports each mistake once.</summary>
internal sealed class Reporter
{
    readonly List<Diagnostic> diagnostics = [];
    readonly HashSet<(string, Location)> seen = [];

    readonly List<SyntaxNode> read = [];
    bool elsewhere;

    /// <summary>True if the class cannot be compiled, whether we or the C# compiler say why.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>The first location at which a report was left to the C# compiler, or null.</summary>
    public Location? FirstUnexplained { get; private set; }

    /// <summary>The declarations that were read, in which the C# compiler may find further errors.</summary>
    public IReadOnlyList<SyntaxNode> ReadNodes => read;

    public void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments) =>
        Report(descriptor, location, null, arguments);

    /// <param name="origin">Where the value that does not fit was declared, or null.</param>
    public void Report(DiagnosticDescriptor descriptor, Location location, Location? origin, params object[] arguments)
    {
        HasErrors |= descriptor.DefaultSeverity == DiagnosticSeverity.Error;
        if (seen.Add((descriptor.Id, location)))
            diagnostics.Add(Diagnostic.Create(descriptor, location, origin is null ? [] : [origin], arguments));
    }

    /// <summary>For mistakes that the C# compiler itself reports, such as a name that does not exist.</summary>
    /// <param name="location">Where the mistake is, or null.</param>
    public void Invalidate(Location? location = null)
    {
        HasErrors = true;
        FirstUnexplained ??= location;
    }

    /// <summary>For mistakes that are reported with another class.</summary>
    public void InvalidateElsewhere() => HasErrors = elsewhere = true;

    public void Read(SyntaxNode? node)
    {
        if (node is not null && !read.Contains(node))
            read.Add(node);
    }

    /// <summary>True if, as far as is known here, nothing explains why the class cannot be compiled.</summary>
    public bool IsSilent => HasErrors && !elsewhere && diagnostics.All(d => d.Severity != DiagnosticSeverity.Error);

    /// <summary>True if one of our errors is at a location where something else is also wrong.</summary>
    public bool Explains(Location location) => diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error
        && d.Location.SourceTree == location.SourceTree && d.Location.SourceSpan.IntersectsWith(location.SourceSpan));

    public bool Has(params DiagnosticDescriptor[] descriptors) => diagnostics.Any(d => descriptors.Any(x => x.Id == d.Id));

    public ImmutableArray<Diagnostic> ToArray() => [.. diagnostics.OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal)
        .ThenBy(d => d.Location.SourceSpan.Start)];
}
