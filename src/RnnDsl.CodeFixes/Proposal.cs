using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>A change that an editor may offer. It is one of text: all that it does not name stays as it was, comments and spaces too.</summary>
/// <param name="Title">What the editor shows.</param>
/// <param name="Kind">The same for all changes of a kind, so that an editor can make them all at once.</param>
/// <param name="Edits">The changes, in any order; none overlaps another.</param>
internal sealed record Proposal(string Title, string Kind, params Edit[] Edits)
{
    /// <summary>A document that is added: its name, and its text.</summary>
    public (string Name, string Text)? Added { get; init; }

    public CodeAction ToAction(Document document) => CodeAction.Create(Title, async cancellation =>
    {
        Solution solution = await Apply(document.Project.Solution, cancellation).ConfigureAwait(false);
        return Added is { } added ? solution.AddDocument(DocumentId.CreateNewId(document.Project.Id), added.Name, SourceText.From(added.Text), document.Folders) : solution;
    }, Kind);

    public CodeAction ToAction(Solution before) => CodeAction.Create(Title, cancellation => Apply(before, cancellation), Kind);

    async Task<Solution> Apply(Solution before, CancellationToken cancellation)
    {
        Solution solution = before;
        foreach (IGrouping<SyntaxTree, Edit> edits in Edits.GroupBy(e => e.Tree).ToArray())
            if (before.GetDocument(edits.Key) is { } edited)
            {
                SourceText text = await edited.GetTextAsync(cancellation).ConfigureAwait(false);
                solution = solution.WithDocumentText(edited.Id, text.WithChanges(edits.Select(e => new TextChange(e.Span, e.Text)).Distinct().OrderBy(c => c.Span.Start).ThenBy(c => c.Span.End)));
            }
        return solution;
    }
}

/// <summary>A stretch of a file's text, and what takes its place.</summary>
internal readonly record struct Edit(SyntaxTree Tree, TextSpan Span, string Text)
{
    /// <summary>Whether it gives way to another at its place, so that several changes may have it.</summary>
    public bool Yields { get; init; }

    public bool IsWhere(Edit other) => Tree == other.Tree && Span == other.Span;

    /// <summary>Whether one of two at one place would have to give way and neither does, or whether they overlap.</summary>
    public bool Contradicts(Edit other) => IsWhere(other) ? !Yields && !other.Yields
        : Tree == other.Tree && Span.Start < other.Span.End && other.Span.Start < Span.End;

    public static Edit Insert(SyntaxTree tree, int position, string text) => new(tree, new TextSpan(position, 0), text);

    public static Edit Replace(SyntaxNode node, string text) => new(node.SyntaxTree, node.Span, text);

    public static Edit Replace(SyntaxToken token, string text) => new(token.SyntaxTree!, token.Span, text);

    public static Edit Before(SyntaxNode node, string text) => Insert(node.SyntaxTree, node.SpanStart, text);

    public static Edit After(SyntaxNode node, string text) => Insert(node.SyntaxTree, node.Span.End, text);
}
