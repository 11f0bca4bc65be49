using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.Generators.Parsing;

/// <summary>The part of a file that other files can see: everything that it declares, with attributes and constants, but neither comments nor the bodies of members.</summary>
internal static class Outline
{
    /// <summary>True if two versions of a file differ in bodies and comments only. If code outside of bodies does not follow C#'s grammar, the result is false: the compiler leaves
    /// skipped text out of the tree, although that text can decide, for instance, whether a constant has a value. It loops rather than recurses, because expressions may be nested
    /// deeper than the stack allows.</summary>
    public static bool IsSame(SyntaxTree before, SyntaxTree after)
    {
        if (before.FilePath != after.FilePath || !before.Options.Equals(after.Options) || IsBroken(before) || IsBroken(after))
            return false;
        var open = new Stack<(SyntaxNodeOrToken Before, SyntaxNodeOrToken After)>();
        open.Push((before.GetRoot(), after.GetRoot()));
        while (open.Count > 0)
        {
            (SyntaxNodeOrToken one, SyntaxNodeOrToken other) = open.Pop();
            if (one.IsIncrementallyIdenticalTo(other))
                continue;
            if (one.RawKind != other.RawKind || one.IsMissing != other.IsMissing)
                return false;
            if (one.IsToken)
            {
                if (one.AsToken().Text != other.AsToken().Text)
                    return false;
                continue;
            }
            if (IsBody(one.AsNode()!))
                continue;
            ChildSyntaxList ones = one.ChildNodesAndTokens(), others = other.ChildNodesAndTokens();
            if (ones.Count != others.Count)
                return false;
            ChildSyntaxList.Enumerator left = ones.GetEnumerator(), right = others.GetEnumerator();
            while (left.MoveNext() && right.MoveNext())
                open.Push((left.Current, right.Current));
        }
        return true;
    }

    static bool IsBroken(SyntaxTree tree) => tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error
        && !tree.GetRoot().FindToken(d.Location.SourceSpan.Start).Parent!.AncestorsAndSelf().Any(IsBody));

    static bool IsBody(SyntaxNode node) => node is ArrowExpressionClauseSyntax or BlockSyntax { Parent: BaseMethodDeclarationSyntax or AccessorDeclarationSyntax };
}
