using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>
/// On selected equations of a model that work step by step on one sequence, or on one vector: makes a cell of them, with the parameters that nothing else uses, and maps it. The equations stay what they
/// were; their parameters have the layer's name before their own.
/// </summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(ExtractCell)), Shared]
public sealed class ExtractCell : TextRefactoring
{
    private protected override IEnumerable<Proposal> Propose(Place place)
    {
        if (place.Span.IsEmpty || place.Node.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } type || place.Semantics.GetDeclaredSymbol(type, place.Cancellation) is not { } model || !Known.IsModel(model)
            || Known.Written(model, place.Tree) != type || StepEquations.Selected(place) is not { } selected || selected.Read(place, model) is not { } read)
            yield break;
        string cell = Free(place, model.Name + "Layer", name => place.Semantics.LookupNamespacesAndTypes(type.SpanStart, name: name).Length > 0 || model.GetMembers(name).Length > 0);
        string field = Free(place, "layer", name => place.Semantics.LookupSymbols(selected.Result.SpanStart, name: name).Length > 0);
        ITypeSymbol[] dimensions = [.. new[] { read.Input, read.Output }.Concat(read.Fields.SelectMany(f => ((INamedTypeSymbol)f.Field.Type).TypeArguments)).SelectMany(Parts).Distinct<ITypeSymbol>(SymbolEqualityComparer.Default)];
        if (dimensions.Select(d => d.Name).Distinct().Count() < dimensions.Length)
            yield break;
        string arguments = $"<{string.Join(", ", dimensions.Select(d => d.Name))}>";
        string line = Lines.NewLine(type), indentation = Lines.Indentation(type);
        IEnumerable<string> lines =
        [
            "", "[Cell]", $"partial class {cell}{arguments} : Cell<{Text(read.Input)}, {Text(read.Output)}>", "{",
            .. read.Fields.Select(f => "    " + Declared(f.Declaration, f.Declarator)), "",
            .. Step(selected, $"    protected override Vec<{Text(read.Output)}> Step(Vec<{Text(read.Input)}> {read.Variable})"), "}",
        ];
        var edits = new List<Edit> { Edit.After(type, string.Concat(lines.Select(l => line + (l.Length > 0 ? indentation + l : "")))), Edit.Replace(selected.Result, $"{field}.Map({read.Variable})") };
        if (selected.Before.Count > 0)
            edits.Add(new(place.Tree, TextSpan.FromBounds(selected.Before[0].SpanStart, ((LocalDeclarationStatementSyntax)selected.Result.FirstAncestorOrSelf<StatementSyntax>()!).SpanStart), ""));
        edits.AddRange(Moved(read.Fields, $"{cell}{arguments} {field};"));
        yield return new($"Extract the cell {cell}", nameof(ExtractCell), [.. edits]);
    }

    static string Free(Place place, string name, Func<string, bool> isTaken)
    {
        string free = name;
        for (int number = 2; isTaken(free); number++)
            free = name + number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return free;
    }

    static IEnumerable<ITypeSymbol> Parts(ITypeSymbol dimension) => dimension is INamedTypeSymbol { Name: "Cat", TypeArguments: [var left, var right] } ? Parts(left).Concat(Parts(right)) : [dimension];

    static string Text(ITypeSymbol dimension) => Dimension.Of(dimension).Text!;

    static string Declared(FieldDeclarationSyntax declaration, VariableDeclaratorSyntax declarator) =>
        string.Concat(declaration.AttributeLists.Select(a => a + " ")) + $"{declaration.Declaration.Type} {declarator};";

    static IEnumerable<string> Step(StepEquations selected, string head)
    {
        if (selected.Before.Count == 0)
            return [$"{head} => {selected.Result};"];
        return [head, "    {", .. selected.Before.Select(statement => "        " + statement), $"        return {selected.Result};", "    }"];
    }

    /// <summary>Takes the fields out of the model, and puts the layer where the first of them was.</summary>
    static IEnumerable<Edit> Moved(IReadOnlyList<(IFieldSymbol Field, FieldDeclarationSyntax Declaration, VariableDeclaratorSyntax Declarator)> fields, string layer)
    {
        bool isFirst = true;
        foreach (var declaration in fields.GroupBy(f => f.Declaration).OrderBy(g => g.Key.SpanStart))
        {
            SeparatedSyntaxList<VariableDeclaratorSyntax> all = declaration.Key.Declaration.Variables;
            VariableDeclaratorSyntax[] kept = [.. all.Where(v => !declaration.Any(d => d.Declarator == v))];
            string indentation = Lines.NewLine(declaration.Key) + Lines.Indentation(declaration.Key);
            if (kept.Length > 0)
                yield return new(declaration.Key.SyntaxTree, all.Span, string.Join(", ", kept.Select(k => k.ToString())) + (isFirst ? $";{indentation}{layer.TrimEnd(';')}" : ""));
            else if (isFirst)
                yield return Edit.Replace(declaration.Key, layer);
            else
                yield return new(declaration.Key.SyntaxTree, Whole(declaration.Key), "");
            isFirst = false;
        }
    }

    /// <summary>A declaration with its line, if it is alone there; else with the spaces behind it.</summary>
    static TextSpan Whole(FieldDeclarationSyntax declaration)
    {
        SourceText text = declaration.SyntaxTree.GetText();
        TextLine line = text.Lines.GetLineFromPosition(declaration.SpanStart);
        if (line.ToString().Trim() == declaration.ToString())
            return line.SpanIncludingLineBreak;
        int end = declaration.Span.End;
        while (text[end] is ' ' or '\t')
            end++;
        return TextSpan.FromBounds(declaration.SpanStart, end);
    }
}
