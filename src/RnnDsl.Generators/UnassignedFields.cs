using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators;

/// <summary>
/// What compilers and analyzers say of fields and types whose use they do not see. Parameters, states and layers get their values in generated code; where none can be generated, an RNN
/// diagnostic says why, and what C# then says of the fields ("is never assigned to") would only hide it. Dimensions are names: nobody makes an object of one or derives from it. The type
/// parameters of cells and models are dimensions too, and have their names.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnassignedFields : DiagnosticSuppressor
{
    const string Fields = "Generated code gives the fields of a cell or model their values.", Dimensions = "A dimension is a name, of which there are no objects.";

    static readonly (string Id, string Why, Func<ISymbol, bool> IsOurs)[] Rules =
    [
        ("CS0169", Fields, IsField), ("CS0649", Fields, IsField), ("CS8618", Fields, IsField),
        ("IDE0044", Fields, IsField), ("IDE0051", Fields, IsField), ("CA1823", Fields, IsField),
        ("CA1812", Dimensions, IsDimension), ("CA1852", Dimensions, IsDimension), ("CA1715", Dimensions, IsDimensionParameter),
    ];

    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
        [.. Rules.Select((rule, i) => new SuppressionDescriptor("RNNS000" + (i + 1), rule.Id, rule.Why))];

    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
            if (diagnostic.Location.SourceTree is { } tree
                && context.GetSemanticModel(tree) is { } semantics
                && tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan) is { } node
                && semantics.GetDeclaredSymbol(node, context.CancellationToken) is { } symbol
                && Array.FindIndex(Rules, rule => rule.Id == diagnostic.Id) is >= 0 and var at && Rules[at].IsOurs(symbol))
                context.ReportSuppression(Suppression.Create(SupportedSuppressions[at], diagnostic));
    }

    static bool IsField(ISymbol symbol) => symbol is IFieldSymbol field && KnownSymbols.IsRead(field);

    static bool IsDimension(ISymbol symbol) => symbol is INamedTypeSymbol type && KnownSymbols.IsDim(type);

    static bool IsDimensionParameter(ISymbol symbol) => symbol is ITypeParameterSymbol { DeclaringType: { } type } &&
        (KnownSymbols.IsMarkedCell(type) || KnownSymbols.IsMarkedModel(type) || KnownSymbols.IsAbstractModel(type));
}
