using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators;

/// <summary>
/// Suppresses warnings of compilers and analyzers about fields and types whose use they do not see. Generated code gives parameters, states and layers their values. Where no code
/// can be generated, an RNN diagnostic says why, and C#'s warning about the fields ("is never assigned to") would only hide it. Dimensions are names: nobody creates an instance of
/// one or derives from it. The type parameters of cells and models are dimensions too, and are named like dimensions.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnassignedFields : DiagnosticSuppressor
{
    /// <summary>In a comment, the name of a compiled method also refers to its calls with arrays.</summary>
    const string AmbiguousReference = "CS0419";

    const string Fields = "Generated code gives the fields of a cell or model their values.", Dimensions = "A dimension is a name, of which there are no objects.";

    static readonly (string Id, string Why, Func<ISymbol, bool> IsOurs)[] Rules =
    [
        ("CS0169", Fields, IsField), ("CS0649", Fields, IsField), ("CS8618", Fields, IsField),
        ("IDE0044", Fields, IsField), ("IDE0051", Fields, IsField), ("CA1823", Fields, IsField),
        ("CA1812", Dimensions, IsDimension), ("CA1852", Dimensions, IsDimension), ("CA1715", Dimensions, IsDimensionParameter),
    ];

    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
    [
        .. Rules.Select((rule, i) => new SuppressionDescriptor("RNNS000" + (i + 1), rule.Id, rule.Why)),
        new SuppressionDescriptor("RNNS0010", AmbiguousReference, "The name of a method of a model stands for the method and its generated overloads."),
    ];

    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
            if (diagnostic.Location.SourceTree is { } tree
                && context.GetSemanticModel(tree) is { } semantics
                && tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan, findInsideTrivia: true) is { } node)
                if (diagnostic.Id == AmbiguousReference)
                {
                    if (semantics.GetSymbolInfo(node, context.CancellationToken).CandidateSymbols is { Length: > 0 } candidates && candidates.All(c => c.ContainingType is { } type && KnownSymbols.IsModel(type)) && candidates.Count(IsWritten) <= 1)
                        context.ReportSuppression(Suppression.Create(SupportedSuppressions[Rules.Length], diagnostic));
                }
                else if (semantics.GetDeclaredSymbol(node, context.CancellationToken) is { } symbol && Array.FindIndex(Rules, rule => rule.Id == diagnostic.Id) is >= 0 and var at && Rules[at].IsOurs(symbol))
                    context.ReportSuppression(Suppression.Create(SupportedSuppressions[at], diagnostic));
    }

    /// <summary>Whether a member belongs to the user's part of the class rather than to the generated one.</summary>
    static bool IsWritten(ISymbol member) => member.DeclaringSyntaxReferences.Any(r => !r.SyntaxTree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal));

    static bool IsField(ISymbol symbol) => symbol is IFieldSymbol field && KnownSymbols.IsRead(field);

    static bool IsDimension(ISymbol symbol) => symbol is INamedTypeSymbol type && KnownSymbols.IsDim(type);

    static bool IsDimensionParameter(ISymbol symbol) => symbol is ITypeParameterSymbol { DeclaringType: { } type } &&
        (KnownSymbols.IsMarkedCell(type) || KnownSymbols.IsMarkedModel(type) || KnownSymbols.IsAbstractModel(type));
}
