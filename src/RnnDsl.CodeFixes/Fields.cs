using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>Takes one name out of a declaration of several, and gives it a declaration of its own below.</summary>
internal static class Fields
{
    /// <summary>Removes a name and the comma beside it.</summary>
    public static Edit Without(VariableDeclaratorSyntax declarator)
    {
        SeparatedSyntaxList<VariableDeclaratorSyntax> all = ((VariableDeclarationSyntax)declarator.Parent!).Variables;
        int at = all.IndexOf(declarator);
        return new(declarator.SyntaxTree, at > 0 ? TextSpan.FromBounds(all[at - 1].Span.End, declarator.Span.End) : TextSpan.FromBounds(declarator.SpanStart, all[1].SpanStart), "");
    }

    /// <summary>The new declaration, which begins with a new line.</summary>
    public static string Alone(FieldDeclarationSyntax declared, VariableDeclaratorSyntax declarator, string type, IEnumerable<AttributeListSyntax> attributes)
    {
        string modifiers = string.Concat(attributes.Select(a => a + " ")) + string.Concat(declared.Modifiers.Select(m => m.Text + " "));
        return $"{Lines.NewLine(declared)}{Lines.Indentation(declared)}{modifiers}{type} {declarator};";
    }
}

/// <summary>The beginnings and ends of lines, and comments in them.</summary>
internal static class Lines
{
    /// <summary>Whether trivia is a comment or a directive, and not spaces or the end of a line.</summary>
    public static bool IsRemark(SyntaxTrivia trivia) => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia);

    public static string NewLine(SyntaxNode node)
    {
        SourceText text = node.SyntaxTree.GetText();
        TextLine first = text.Lines[0];
        return first.End == first.EndIncludingLineBreak ? "\n" : text.ToString(TextSpan.FromBounds(first.End, first.EndIncludingLineBreak));
    }

    /// <summary>The position where a new line may follow a node: behind the comment at the end of its line, unless other code stands there.</summary>
    public static int EndOf(SyntaxNode node)
    {
        TextLine line = node.SyntaxTree.GetText().Lines.GetLineFromPosition(node.Span.End);
        return node.GetLastToken().GetNextToken() is { RawKind: not 0 } next && next.SpanStart <= line.End ? node.Span.End : line.End;
    }

    /// <summary>The spaces before the first word of the line in which a node begins.</summary>
    public static string Indentation(SyntaxNode node)
    {
        SourceText text = node.SyntaxTree.GetText();
        string line = text.Lines.GetLineFromPosition(node.SpanStart).ToString();
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }
}
