using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>RNN2002: derives from <c>Model</c>, or from the <c>Cell</c> that the step says; or marks the class as what it derives from.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeriveFromBase)), Shared]
public sealed class DeriveFromBase() : TextFix("RNN2002")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node is not ClassDeclarationSyntax type || place.Semantics.GetDeclaredSymbol(type, place.Cancellation) is not { } symbol)
            yield break;
        string name = type.Identifier.ValueText;
        bool isModel = Known.Attribute(symbol, "Model") is not null;
        if ((isModel ? Known.IsCell(symbol) : Known.IsModel(symbol)) && Known.Attribute(symbol, isModel ? "Model" : "Cell")?.ApplicationSyntaxReference?.GetSyntax(place.Cancellation) is AttributeSyntax mark)
            yield return new($"Mark {name} [{(isModel ? "Cell" : "Model")}]", "Mark", Edit.Replace(mark.Name is QualifiedNameSyntax qualified ? qualified.Right : mark.Name, isModel ? "Cell" : "Model"));
        // A base of one's own has what the class needs, and a cell has a step.
        if (symbol.BaseType is { SpecialType: not SpecialType.System_Object } above && (isModel || !Known.IsBaseOfModels(above)))
            yield break;
        MethodDeclarationSyntax? step = isModel ? null : type.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(m => m.Identifier.ValueText == "Step");
        if ((isModel ? "" : Arguments(type, step)) is not { } arguments)
            yield break;
        string wanted = place.Written(Known.Namespace, isModel ? "Model" : "Cell") + arguments;
        yield return new($"Derive {name} from {wanted}", nameof(DeriveFromBase), [Base(place, type, wanted), .. step is null ? [] : Override(step)]);
    }

    /// <summary>The type arguments of the base, from the step's input, output and memory, or else from the type parameters; null if neither says them.</summary>
    static string? Arguments(ClassDeclarationSyntax type, MethodDeclarationSyntax? step)
    {
        if (step is not null)
            return step.ParameterList.Parameters is { Count: 1 or 2 } parameters && Of(step.ReturnType, "Vec") is { } output && Of(parameters[0].Type, "Vec") is { } input
                ? parameters.Count == 1 ? $"<{input}, {output}>" : Of(parameters[1].Type, "Seq") is { } memory ? $"<{input}, {output}, {memory}>" : null : null;
        return type.TypeParameterList?.Parameters.Select(p => p.Identifier.Text).ToArray() switch
        {
            [var only] => $"<{only}, {only}>",
            [var input, var output] => $"<{input}, {output}>",
            _ => null,
        };
    }

    static string? Of(TypeSyntax? type, string name) => (type is QualifiedNameSyntax qualified ? qualified.Right : type) is GenericNameSyntax { TypeArgumentList.Arguments: [var argument] } generic
        && generic.Identifier.ValueText == name ? argument.ToString() : null;

    /// <summary>Names the base: in place of <c>Model</c>, before interfaces, or alone.</summary>
    static Edit Base(Place place, ClassDeclarationSyntax type, string above)
    {
        if (type.BaseList is not { Types: [var first, ..] })
            return Edit.Insert(place.Tree, (type.ParameterList?.Span ?? type.TypeParameterList?.Span ?? type.Identifier.Span).End, " : " + above);
        return place.TypeOf(first.Type) is { TypeKind: TypeKind.Interface } ? Edit.Before(first, above + ", ") : Edit.Replace(first, above);
    }

    /// <summary>The step overrides that of the base.</summary>
    static IEnumerable<Edit> Override(MethodDeclarationSyntax step)
    {
        if (step.Modifiers.Any(SyntaxKind.OverrideKeyword))
            yield break;
        string[] kept = [.. step.Modifiers.Where(m => m.Kind() is SyntaxKind.UnsafeKeyword or SyntaxKind.SealedKeyword).Select(m => m.Text)];
        string modifiers = string.Join(" ", ["protected", "override", .. kept]);
        yield return step.Modifiers.Count == 0 ? Edit.Before(step.ReturnType, modifiers + " ") : new Edit(step.SyntaxTree, step.Modifiers.Span, modifiers);
    }
}
