using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>RNN3002 where one-hot vectors meet others: marks the input that the message names, or takes the mark away.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MarkOneHot)), Shared]
public sealed class MarkOneHot() : TextFix("RNN3002")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        string message = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        bool asks = message.EndsWith("mark it [OneHot] there", StringComparison.Ordinal), has = message.EndsWith("leave [OneHot] out there", StringComparison.Ordinal);
        if (!asks && !has || place.Node.FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list } argument
            || place.SymbolOf(call) is not IMethodSymbol method)
            yield break;
        IParameterSymbol? taken = argument.NameColon is { } named ? method.Parameters.FirstOrDefault(p => p.Name == named.Name.Identifier.ValueText)
            : method.Parameters.ElementAtOrDefault(list.Arguments.IndexOf(argument));
        if (has && place.SymbolOf(argument.Expression) is IParameterSymbol { ContainingSymbol: IMethodSymbol caller } given && Known.IsModel(caller.ContainingType) && Declaration(given, place) is { } own)
            yield return Mark(own);
        if (Declaration(taken, place) is not { } there)
            yield break;
        if (asks)
            yield return Mark(there);
        else if (there.AttributeLists.FirstOrDefault(l => l.Attributes is [{ Name: IdentifierNameSyntax { Identifier.ValueText: "OneHot" } }]) is { } mark)
            yield return new($"Leave [OneHot] out of {taken!.Name} of {method.Name}", "Unmark", new Edit(there.SyntaxTree, TextSpan.FromBounds(mark.SpanStart, mark.GetLastToken().GetNextToken().SpanStart), ""));

        static Proposal Mark(ParameterSyntax parameter) => new($"Mark {parameter.Identifier.ValueText} [OneHot]", nameof(MarkOneHot), Edit.Before(parameter, "[OneHot] "));
    }

    static ParameterSyntax? Declaration(IParameterSymbol? parameter, Place place) =>
        parameter?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(place.Cancellation) as ParameterSyntax;
}
