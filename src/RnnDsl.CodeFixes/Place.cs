using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>Where something is to be changed.</summary>
/// <param name="Node">The innermost node that has the place's text.</param>
/// <param name="Semantics">Of its file.</param>
internal sealed record Place(SyntaxNode Root, SyntaxNode Node, SemanticModel Semantics, TextSpan Span, CancellationToken Cancellation)
{
    public SyntaxTree Tree => Root.SyntaxTree;

    public static async Task<Place?> Of(Document document, TextSpan span, CancellationToken cancellation) =>
        await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is { } root && await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is { } semantics && root.FullSpan.Contains(span)
            ? new Place(root, root.FindNode(span, getInnermostNodeForTie: true), semantics, span, cancellation) : null;

    public ITypeSymbol? TypeOf(SyntaxNode expression) => Semantics.GetTypeInfo(expression, Cancellation).Type;

    public ISymbol? SymbolOf(SyntaxNode expression) => Semantics.GetSymbolInfo(expression, Cancellation) is var info ? info.Symbol ?? (info.CandidateSymbols.Length == 1 ? info.CandidateSymbols[0] : null) : null;

    /// <summary>A name of the language as it must be written here: alone where it is imported, else behind what contains it.</summary>
    public string Written(string container, string name) =>
        Semantics.LookupSymbols(Node.SpanStart, name: name).Any(s => s.ContainingSymbol?.ToDisplayString() == container) ? name : $"{container}.{name}";
}
