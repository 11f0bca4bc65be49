using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Parsing;

/// <summary>Collects the diagnostics of one class. A helper that is inlined twice reports each mistake once.</summary>
internal sealed class Reporter
{
    readonly List<Diagnostic> diagnostics = [];
    readonly HashSet<(string, Location)> seen = [];

    /// <summary>True if the class cannot be compiled, whether we or the C# compiler say why.</summary>
    public bool HasErrors { get; private set; }

    public void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments) =>
        Report(descriptor, location, null, arguments);

    /// <param name="origin">Where the value that does not fit was declared, or null.</param>
    public void Report(DiagnosticDescriptor descriptor, Location location, Location? origin, params object[] arguments)
    {
        HasErrors |= descriptor.DefaultSeverity == DiagnosticSeverity.Error;
        if (seen.Add((descriptor.Id, location)))
            diagnostics.Add(Diagnostic.Create(descriptor, location, origin is null ? [] : [origin], arguments));
    }

    /// <summary>For what the C# compiler itself reports, such as a name that does not exist.</summary>
    public void Invalidate() => HasErrors = true;

    public bool Has(params DiagnosticDescriptor[] descriptors) => diagnostics.Any(d => descriptors.Any(x => x.Id == d.Id));

    public ImmutableArray<Diagnostic> ToArray() => [.. diagnostics.OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal)
        .ThenBy(d => d.Location.SourceSpan.Start)];
}
