using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>Makes several declarations of one of several names, where it stands: each comment stays beside its name.</summary>
internal static class Fields
{
    /// <summary>Gives a name a declaration of its own.</summary>
    /// <param name="declarator">The name.</param>
    /// <param name="own">What stands before it then: attributes, modifiers and type.</param>
    /// <param name="inPlace">The same as changes of what stands before the first name, which are made if it is that.</param>
    public static Edit[] Apart(VariableDeclaratorSyntax declarator, string own, IEnumerable<Edit> inPlace)
    {
        var declared = (FieldDeclarationSyntax)declarator.Parent!.Parent!;
        SeparatedSyntaxList<VariableDeclaratorSyntax> all = declared.Declaration.Variables;
        int at = all.IndexOf(declarator);
        return [.. at == 0 ? inPlace : Apart(all, at, own, yields: false), .. at + 1 < all.Count ? Apart(all, at + 1, Head(declared, declared.Declaration.Type.ToString()), yields: true) : []];
    }

    /// <summary>What stands before the names of a declaration, with another type.</summary>
    public static string Head(FieldDeclarationSyntax declared, string type) =>
        string.Concat(declared.AttributeLists.Select(a => a + " ")) + string.Concat(declared.Modifiers.Select(m => m.Text + " ")) + type;

    /// <summary>Ends the declaration before a name, and begins the next there.</summary>
    static IEnumerable<Edit> Apart(SeparatedSyntaxList<VariableDeclaratorSyntax> all, int at, string head, bool yields)
    {
        SyntaxToken comma = all.GetSeparator(at - 1);
        SyntaxTree tree = comma.SyntaxTree!;
        SourceText text = tree.GetText();
        TextLine line = text.Lines.GetLineFromPosition(all[at].SpanStart);
        string indentation = Lines.Indentation(all[0].Parent!.Parent!);
        (int start, string before) = comma.SpanStart < line.Start ? (line.Start, indentation) : (comma.Span.End, Lines.NewLine(all[at]) + indentation);
        int end = start;
        while (text[end] is ' ' or '\t')
            end++;
        return [Edit.Replace(comma, ";") with { Yields = true }, new Edit(tree, TextSpan.FromBounds(start, end), $"{before}{head} ") with { Yields = yields }];
    }
}

/// <summary>The beginnings and ends of lines, and comments in them.</summary>
internal static class Lines
{
    /// <summary>Whether trivia is a comment or a directive, and not spaces or the end of a line.</summary>
    public static bool IsRemark(SyntaxTrivia trivia) => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia);

    /// <summary>The end of the spaces behind a token: where the next token or a comment begins.</summary>
    public static int EndOfSpaces(SyntaxToken token)
    {
        SyntaxToken next = token.GetNextToken();
        return token.TrailingTrivia.Concat(next.LeadingTrivia).FirstOrDefault(IsRemark) is { RawKind: not 0 } remark ? remark.FullSpan.Start : next.SpanStart;
    }

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
