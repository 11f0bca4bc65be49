using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace RnnDsl.CodeFixes;

/// <summary>A fix for diagnostics of the language, or for errors of C# that its programs meet.</summary>
public abstract class TextFix : CodeFixProvider
{
    private protected TextFix(params string[] ids) => FixableDiagnosticIds = [.. ids];

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider? GetFixAllProvider() => IsOfOnePlace ? new AllOfKind(this) : null;

    /// <summary>Whether fixes of several places may be put together: not where one mends them all.</summary>
    private protected virtual bool IsOfOnePlace => true;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await Place.Of(context.Document, context.Span, context.CancellationToken).ConfigureAwait(false) is not { } place)
            return;
        foreach (Diagnostic diagnostic in context.Diagnostics)
            foreach (Proposal proposal in Propose(place, diagnostic))
                context.RegisterCodeFix(proposal.ToAction(context.Document), diagnostic);
    }

    /// <summary>What may be done about a diagnostic; the best comes first.</summary>
    private protected abstract IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic);

    internal IEnumerable<Proposal> Proposals(Place place, Diagnostic diagnostic) => Propose(place, diagnostic);
}

/// <summary>A change that is offered where nothing is wrong.</summary>
public abstract class TextRefactoring : CodeRefactoringProvider
{
    private protected TextRefactoring()
    {
    }

    /// <inheritdoc/>
    public sealed override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        if (await Place.Of(context.Document, context.Span, context.CancellationToken).ConfigureAwait(false) is not { } place)
            return;
        foreach (Proposal proposal in Propose(place))
            context.RegisterRefactoring(proposal.ToAction(context.Document));
    }

    /// <summary>What may be done here.</summary>
    private protected abstract IEnumerable<Proposal> Propose(Place place);
}
