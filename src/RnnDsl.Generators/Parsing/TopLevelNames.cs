using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.Generators.Parsing;

/// <summary>The locals and local functions of top-level statements. Code outside of namespaces finds them before types that it imports with <c>using</c>, but must not use them
/// (CS8801).</summary>
internal static class TopLevelNames
{
    /// <summary>The file with such statements, or null.</summary>
    public static SyntaxTree? File(Compilation compilation, CancellationToken cancellation) => compilation.SyntaxTrees.FirstOrDefault(tree =>
        tree.GetRoot(cancellation) is CompilationUnitSyntax unit && unit.Members.Any(SyntaxKind.GlobalStatement));

    /// <summary>It includes names from blocks within the statements: an unnecessary name does no harm.</summary>
    public static HashSet<string> Of(SyntaxTree file, CancellationToken cancellation) =>
        [.. ((CompilationUnitSyntax)file.GetRoot(cancellation)).Members.OfType<GlobalStatementSyntax>().SelectMany(s => s.DescendantNodes()).Select(Name).OfType<string>()];

    static string? Name(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
        SingleVariableDesignationSyntax designation => designation.Identifier.ValueText,
        LocalFunctionStatementSyntax function => function.Identifier.ValueText,
        _ => null,
    };
}
