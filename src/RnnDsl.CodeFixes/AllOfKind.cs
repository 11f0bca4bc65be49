using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace RnnDsl.CodeFixes;

/// <summary>Makes the changes of a kind all at once. What several of them say alike is done once; one that contradicts another before it is left.</summary>
internal sealed class AllOfKind(TextFix fix) : FixAllProvider
{
    public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
    {
        IEnumerable<Document> documents = context.Scope switch
        {
            FixAllScope.Document => [context.Document!],
            FixAllScope.Project => context.Project.Documents,
            _ => context.Solution.Projects.SelectMany(p => p.Documents),
        };
        var all = new List<Edit>();
        Proposal? made = null;
        foreach (Document document in documents)
            foreach (Diagnostic diagnostic in (await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false)).OrderBy(d => d.Location.SourceSpan.Start))
                if (await Place.Of(document, diagnostic.Location.SourceSpan, context.CancellationToken).ConfigureAwait(false) is { } place
                    && fix.Proposals(place, diagnostic).FirstOrDefault(p => p.Kind == context.CodeActionEquivalenceKey) is { } proposal && Add(proposal.Edits, all))
                    made = proposal with { Title = made is null ? proposal.Title : $"{proposal.Title}, and the like" };
        return made is null ? null : new Proposal(made.Title, made.Kind, [.. all]).ToAction(context.Solution);
    }

    /// <summary>Adds changes to others, unless one contradicts them.</summary>
    static bool Add(Edit[] edits, List<Edit> all)
    {
        if (edits.Any(e => all.Any(e.Contradicts)))
            return false;
        all.RemoveAll(other => other.Yields && edits.Any(e => e.IsWhere(other)));
        all.AddRange(edits.Where(e => !(e.Yields && all.Any(e.IsWhere))));
        return true;
    }
}
