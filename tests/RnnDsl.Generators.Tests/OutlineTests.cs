using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Tests;

public class OutlineTests
{
    [Theory]
    [InlineData("class C { int M() { return 1; } }", "class C { int M() { return 2 + 3; } }", true)]
    [InlineData("class C { int M() => 1; }", "class C { /* words */ int M() => 2; }", true)]
    [InlineData("class C { int P { get { return 1; } } }", "class C { int P { get { return 2; } } }", true)]
    [InlineData("class C { const int N = 1; }", "class C { const int N = 2; }", false)]
    [InlineData("class C { const int N = 1; }", "class C { const int N = 1 1; }", false)]
    [InlineData("class C { int M() { return 1; } }", "class C { int M() { return 1 1 ; var x = } }", true)]
    [InlineData("enum E { A = 1 }", "enum E { A = 2 }", false)]
    [InlineData("class C { void M(int n = 1) { } }", "class C { void M(int n = 2) { } }", false)]
    [InlineData("[Size(1)] class C;", "[Size(2)] class C;", false)]
    [InlineData("class C { int M() { return 1; } }", "class C { int M() => 1; }", false)]
    [InlineData("class C { int M() { return 1; } }", "class C { int M(); }", false)]
    [InlineData("int x = 1; { int y = 1; }", "int x = 1; { int z = 1; }", false)]
    [InlineData("class C { int M() { return 1; } int N; }", "class C { int M() { return 1; int N; }", false)]
    [InlineData("class C { int M() { } }", "class D { int M() { } }", false)]
    public void An_outline_is_all_that_other_files_can_see(string before, string after, bool same) =>
        Assert.Equal(same, Outline.IsSame(CSharpSyntaxTree.ParseText(before), CSharpSyntaxTree.ParseText(after)));

    [Fact]
    public void Outlines_of_long_expressions_are_compared_on_a_small_stack()
    {
        SyntaxTree[] trees = [.. new[] { "1", "2" }.Select(last => CSharpSyntaxTree.ParseText($"class C {{ const int N = {string.Concat(Enumerable.Repeat("1 + ", 50_000))}{last}; }}"))];
        bool same = true;
        SmallStack.Run(() => same = Outline.IsSame(trees[0], trees[1]));
        Assert.False(same);
    }
}
