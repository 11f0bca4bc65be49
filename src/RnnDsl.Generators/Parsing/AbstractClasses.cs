using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.Generators.Parsing;

/// <summary>Finds classes that may be abstract models, as far as their text alone tells. Each file is searched once.</summary>
internal sealed class AbstractClasses
{
    readonly ConditionalWeakTable<SyntaxTree, ClassDeclarationSyntax[]> known = new();

    /// <summary>The candidates of a compilation, in the order of its files.</summary>
    public IEnumerable<ClassDeclarationSyntax> Of(Compilation compilation, CancellationToken cancellation) =>
        compilation.SyntaxTrees.SelectMany(tree => known.GetValue(tree, t => Find(t, cancellation)));

    /// <summary>Whether this part of a class declares it abstract and partial.</summary>
    public static bool IsCandidate(SyntaxNode node) =>
        node is ClassDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.AbstractKeyword) && declaration.Modifiers.Any(SyntaxKind.PartialKeyword);

    static ClassDeclarationSyntax[] Find(SyntaxTree tree, CancellationToken cancellation) =>
        [.. tree.GetRoot(cancellation).DescendantNodes(node => node is not (MemberDeclarationSyntax and not (BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax))).Where(IsCandidate).Cast<ClassDeclarationSyntax>()];
}
