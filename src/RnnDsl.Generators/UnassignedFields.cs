using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators;

/// <summary>
/// Parameters, states and layers get their values in generated code. Where none can be generated, an RNN diagnostic says why, and what C#
/// then says of the fields ("is never assigned to") would only hide it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnassignedFields : DiagnosticSuppressor
{
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
    [
        .. new[] { "CS0169", "CS0649", "CS8618" }.Select((id, i) =>
            new SuppressionDescriptor("RNNS000" + (i + 1), id, "Generated code gives the fields of a cell or model their values.")),
    ];

    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
            if (diagnostic.Location.SourceTree is { } tree
                && context.GetSemanticModel(tree) is { } semantics
                && tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan) is { } node
                && semantics.GetDeclaredSymbol(node, context.CancellationToken) is IFieldSymbol field && KnownSymbols.IsRead(field))
                context.ReportSuppression(Suppression.Create(SupportedSuppressions.First(s => s.SuppressedDiagnosticId == diagnostic.Id), diagnostic));
    }
}
