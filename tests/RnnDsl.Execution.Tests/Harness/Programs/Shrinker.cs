using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

/// <summary>Makes a wrong program smaller as long as it is wrong in the same way: leaves out members and statements, puts a part of an expression in its place.</summary>
internal static class Shrinker
{
    /// <summary>Candidates compiled together.</summary>
    const int Together = 12;

    static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    public static RandomProgram Shrink(RandomProgram program, string kind)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Most)
            if (Smaller(program, kind) is { } smaller)
                program = smaller;
            else
                break;
        return program;
    }

    static RandomProgram? Smaller(RandomProgram program, string kind)
    {
        IEnumerable<string> candidates = Candidates(program.Source).Distinct().Where(c => c.Length < program.Source.Length).OrderBy(c => c.Length);
        foreach (string[] chunk in candidates.Where(ProgramBatch.Binds).Chunk(Together))
        {
            RandomProgram[] renamed = [.. chunk.Select((source, i) => Renamed(program with { Source = source }, $"{Stem(program.Name)}x{i}"))];
            foreach ((RandomProgram candidate, IReadOnlyList<ProgramFault> faults) in RandomRun.Check(renamed))
                if (faults.Any(f => f.Kind == kind))
                    return Renamed(candidate, program.Name);
        }
        return null;
    }

    static string Stem(string name) => name.Split('x')[0];

    static RandomProgram Renamed(RandomProgram program, string name) =>
        program with { Name = name, Source = program.Source.Replace(program.Name, name, StringComparison.Ordinal) };

    static IEnumerable<string> Candidates(string source)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(source).GetRoot();
        foreach (SyntaxNode node in root.DescendantNodes())
            switch (node)
            {
                case FieldDeclarationSyntax or MethodDeclarationSyntax or LocalDeclarationStatementSyntax or ExpressionStatementSyntax { Parent: BlockSyntax } or ClassDeclarationSyntax or AttributeListSyntax { Parent: FieldDeclarationSyntax }:
                    yield return root.RemoveNode(node, SyntaxRemoveOptions.KeepNoTrivia)!.ToFullString();
                    break;
                case BlockSyntax { Statements: [ReturnStatementSyntax { Expression: { } only }], Parent: MethodDeclarationSyntax method }:
                    yield return root.ReplaceNode(method, method.WithBody(null).WithExpressionBody(SyntaxFactory.ArrowExpressionClause(only.WithLeadingTrivia(SyntaxFactory.Space)))
                        .WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken).WithTrailingTrivia(SyntaxFactory.LineFeed))).ToFullString();
                    break;
                case ExpressionSyntax expression and (BinaryExpressionSyntax or ParenthesizedExpressionSyntax or InvocationExpressionSyntax or PrefixUnaryExpressionSyntax or AssignmentExpressionSyntax { Parent: not ExpressionStatementSyntax }):
                    foreach (ExpressionSyntax part in Parts(expression))
                        yield return root.ReplaceNode(expression, part.WithTriviaFrom(expression)).ToFullString();
                    break;
            }
    }

    static IEnumerable<ExpressionSyntax> Parts(ExpressionSyntax expression) => expression switch
    {
        BinaryExpressionSyntax binary => [binary.Left, binary.Right],
        ParenthesizedExpressionSyntax inner => inner.Parent is BinaryExpressionSyntax or MemberAccessExpressionSyntax or PrefixUnaryExpressionSyntax ? Parts(inner.Expression) : [inner.Expression],
        PrefixUnaryExpressionSyntax unary => [unary.Operand],
        AssignmentExpressionSyntax assignment => [assignment.Right],
        InvocationExpressionSyntax call => call.ArgumentList.Arguments.Select(a => a.Expression),
        _ => [],
    };
}
