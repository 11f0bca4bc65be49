using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.CodeFixes;

/// <summary>Writes the names that things have now: CS0618 of an old one that still compiles, CS0103 and CS0117 of one that does not.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OldNames)), Shared]
public sealed class OldNames() : TextFix("CS0618", "CS0103", "CS0117")
{
    static readonly Dictionary<string, (string Container, string Now)> Names = new()
    {
        ["Normalise"] = (Known.Ops, "Normalize"),
        ["Cancelled"] = ("RnnDsl.Training.StopReason", "Canceled"),
    };

    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        // The compiler marks the call, the whole name or its last part.
        if (place.Node.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().FirstOrDefault(n => Names.ContainsKey(n.Identifier.ValueText)) is not { } name)
            yield break;
        (string container, string now) = Names[name.Identifier.ValueText];
        ISymbol? owner = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? place.SymbolOf(access.Expression)
            : place.SymbolOf(name)?.ContainingType ?? place.Semantics.LookupSymbols(name.SpanStart, name: now).FirstOrDefault()?.ContainingSymbol;
        if (owner?.ToDisplayString() == container)
            yield return new($"Write {now}", "Now" + now, Edit.Replace(name.Identifier, now));
    }
}
