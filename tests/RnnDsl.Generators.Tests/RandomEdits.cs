using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.Generators.Tests;

/// <summary>A small project that is edited at random, as one types: right and wrong, within a file and across files. The same seed gives the same edits.</summary>
sealed partial class RandomEdits
{
    readonly Random random;
    readonly List<(string Path, string Text)> removed = [];
    int made, mood;

    public RandomEdits(int seed)
    {
        random = new Random(seed);
        Compilation = GeneratorHarness.Compile("").RemoveAllSyntaxTrees().AddSyntaxTrees(EditedProject.Files.Select(f => Parse(f.Text, f.Path)));
    }

    public CSharpCompilation Compilation { get; private set; }

    /// <summary>What was done last.</summary>
    public string Last { get; private set; } = "";

    IReadOnlyList<SyntaxTree> Trees => Compilation.SyntaxTrees;

    /// <summary>One edit. One does not type everything at once: for a while bodies are written, for a while declarations, for a while all goes wrong.</summary>
    public void Next()
    {
        if (made % 30 == 0)
        {
            mood = random.Next(3);
            if (random.Next(2) == 0)
                Compilation = Compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(EditedProject.Files.Select(f => Parse(f.Text, f.Path)));
        }
        (Func<string> Edit, int[] Weights)[] edits =
        [
            (Restore, [20, 30, 28]), (Body, [50, 5, 8]), (Remark, [15, 6, 8]), (Swap, [8, 30, 12]), (SameText, [3, 2, 2]), (Rename, [1, 5, 5]), (MoveMember, [1, 6, 6]), (SplitMember, [1, 6, 5]),
            (Using, [0, 3, 5]), (AddFile, [0, 2, 4]), (RemoveFile, [0, 1, 3]), (Reorder, [0, 1, 2]), (Options, [0, 1, 2]), (ReplaceToken, [1, 1, 6]), (Type, [0, 1, 4]),
        ];
        int place = random.Next(edits.Sum(e => e.Weights[mood])), chosen = 0;
        while ((place -= edits[chosen].Weights[mood]) >= 0)
            chosen++;
        Last = $"edit {made}: {edits[chosen].Edit()}";
        made++;
    }

    T Any<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), GeneratorHarness.ParseOptions, path);

    /// <summary>As an editor does, which keeps what it can of the old tree, or as a new build does.</summary>
    string Change(SyntaxTree tree, string text, string what)
    {
        SyntaxTree changed = random.Next(2) == 0 ? Parse(text, tree.FilePath)
            : tree.WithChangedText(tree.GetText().WithChanges(new TextChange(new TextSpan(0, tree.Length), text).Narrow(tree.ToString())));
        Compilation = Compilation.ReplaceSyntaxTree(tree, changed);
        return $"{what} in {tree.FilePath}";
    }

    string Restore()
    {
        SyntaxTree[] wrong = [.. Trees.Where(t => EditedProject.Text(t.FilePath) is { } original && original != t.ToString())];
        if (wrong.Length == 0)
            return Swap();
        SyntaxTree tree = Any(wrong);
        if (Trees.FirstOrDefault(t => EditedProject.Text(t.FilePath) is null) is { } strange && random.Next(3) == 0)
        {
            Compilation = Compilation.RemoveSyntaxTrees(strange);
            return $"{strange.FilePath} removed";
        }
        return Change(tree, EditedProject.Text(tree.FilePath)!, "the first text");
    }

    /// <summary>What often keeps the program right: a constant, an operator, a function, an attribute, a base class.</summary>
    string Swap()
    {
        (string From, string To)[] fitting = [.. EditedProject.Swaps.Concat(EditedProject.Swaps.Select(s => (s.To, s.From))).Where(s => s.Item1.Length > 0 && Trees.Any(t => t.ToString().Contains(s.Item1)))];
        (string from, string to) = Any(fitting);
        SyntaxTree tree = Any([.. Trees.Where(t => t.ToString().Contains(from))]);
        string text = tree.ToString();
        int[] places = [.. Regex.Matches(text, Regex.Escape(from)).Select(m => m.Index)];
        int at = Any(places);
        return Change(tree, text[..at] + to + text[(at + from.Length)..], $"'{to}' for '{from}'");
    }

    string ReplaceToken()
    {
        SyntaxTree tree = Any(Trees);
        SyntaxToken[] tokens = [.. tree.GetRoot().DescendantTokens()];
        SyntaxToken token = Any(tokens);
        SyntaxToken[] others = [.. Any(Trees).GetRoot().DescendantTokens()];
        string other = random.Next(3) switch { 0 => "", 1 => $"{token.Text} {token.Text}", _ => Any(others).Text };
        return Change(tree, tree.ToString().Remove(token.SpanStart, token.Span.Length).Insert(token.SpanStart, other), $"token '{other}' for '{token.Text}'");
    }

    string Type()
    {
        SyntaxTree tree = Any(Trees);
        string text = tree.ToString();
        int at = random.Next(text.Length + 1);
        if (random.Next(2) == 0)
            return Change(tree, text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at)), $"letters deleted at {at}");
        string letters = Any(["}", "{", ";", "(", ")", "\"", "/*", "//", "x", "1", ",", " => ", "<", ">", "[", "]", "\n", "var q = ", "return ", "#if A\n", "\n#endif\n", "@", "é"]);
        return Change(tree, text.Insert(at, letters), $"'{letters}' at {at}");
    }

    string Body()
    {
        (SyntaxTree Tree, MethodDeclarationSyntax Method)[] methods =
            [.. Trees.SelectMany(t => t.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Select(m => (t, m))).Where(m => m.m.Body is not null || m.m.ExpressionBody is not null)];
        if (methods.Length == 0)
            return Restore();
        (SyntaxTree tree, MethodDeclarationSyntax method) = Any(methods);
        string? original = EditedProject.Body(method);
        string body = original is not null && original != EditedProject.BodyOf(method) && random.Next(4) > 0 ? original
            : Any(["{ throw new NotImplementedException(); }", "{ throw new NotImplementedException(); }", "{ }", "{ return 12345; }", "=> throw new NotImplementedException();", "=> default;", "{ return default; }"]);
        int start = (method.Body ?? (SyntaxNode)method.ExpressionBody!).SpanStart;
        return Change(tree, tree.ToString()[..start] + body + tree.ToString()[method.Span.End..], $"the body '{body}' of {method.Identifier}");
    }

    string Rename()
    {
        string[] names = [.. Any(Trees).GetRoot().DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken) && t.Text.Length > 0).Select(t => t.Text).Distinct()];
        if (names.Length == 0)
            return Restore();
        string name = Any(names), other = random.Next(2) == 0 ? name + "2" : Any(names);
        bool everywhere = random.Next(3) > 0;
        SyntaxTree[] trees = [.. Trees.Where(t => Regex.IsMatch(t.ToString(), Word(name)))];
        foreach (SyntaxTree tree in everywhere || trees.Length == 0 ? trees : [Any(trees)])
            Change(tree, Regex.Replace(tree.ToString(), Word(name), other), "");
        return $"'{name}' renamed '{other}' {(everywhere ? "everywhere" : "in one file")}";

        static string Word(string word) => $@"(?<![\w@]){Regex.Escape(word)}(?!\w)";
    }

    (SyntaxTree Tree, MemberDeclarationSyntax Member)? SomeMember()
    {
        (SyntaxTree, MemberDeclarationSyntax)[] members = [.. Trees.SelectMany(t => t.GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>()
            .Where(m => m.Parent is TypeDeclarationSyntax).Select(m => (t, m)))];
        return members.Length == 0 ? null : Any(members);
    }

    string MoveMember()
    {
        if (SomeMember() is not { } some)
            return Restore();
        string member = some.Member.ToFullString();
        Change(some.Tree, some.Tree.ToString().Remove(some.Member.FullSpan.Start, some.Member.FullSpan.Length), "");
        TypeDeclarationSyntax[] types = [.. Trees.SelectMany(t => t.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()).Where(t => t.OpenBraceToken.Span.Length > 0)];
        if (types.Length == 0)
            return "a member deleted";
        TypeDeclarationSyntax type = random.Next(2) == 0 && types.Where(t => t.Identifier.Text == ((TypeDeclarationSyntax)some.Member.Parent!).Identifier.Text).ToArray() is { Length: > 0 } same
            ? Any(same) : Any(types);
        return Change(type.SyntaxTree, type.SyntaxTree.ToString().Insert(type.OpenBraceToken.Span.End, "\n" + member), $"'{member.Trim()}' moved to {type.Identifier}");
    }

    /// <summary>A member goes to a part of its class in another file.</summary>
    string SplitMember()
    {
        if (SomeMember() is not { } some || some.Member.Parent is not TypeDeclarationSyntax { Parent: not TypeDeclarationSyntax } type)
            return Swap();
        string part = $"{(type.Modifiers.Any(SyntaxKind.PublicKeyword) ? "public " : "")}partial class {type.Identifier}{type.TypeParameterList}\n{{\n    {some.Member.ToString()}\n}}\n";
        for (SyntaxNode? outer = type.Parent; outer is not null; outer = outer.Parent)
            if (outer is BaseNamespaceDeclarationSyntax space)
                part = $"namespace {space.Name}\n{{\n{part}}}\n";
        Change(some.Tree, some.Tree.ToString().Remove(some.Member.FullSpan.Start, some.Member.FullSpan.Length), "");
        SyntaxTree tree = Any(Trees);
        if (random.Next(2) == 0 || tree.GetRoot().DescendantNodes().Any(n => n is FileScopedNamespaceDeclarationSyntax))
            Compilation = Compilation.AddSyntaxTrees(Parse(part, $"Part{made}.cs"));
        else
            Change(tree, tree + "\n" + part, "");
        return $"'{some.Member.ToString()}' moved to a part of {type.Identifier}";
    }

    string Remark()
    {
        SyntaxTree tree = Any(Trees);
        SourceText text = tree.GetText();
        int at = Any(text.Lines).Start;
        string remark = Any(["// words\n", "/* words */ ", "\n", "#pragma warning disable RNN2007\n", "#pragma warning restore\n", "#nullable disable\n", "#nullable enable\n", "/// <summary>Words.</summary>\n", "#line 7\n"]);
        return Change(tree, tree.ToString().Insert(at, remark), $"'{remark}' at {at}");
    }

    string Using()
    {
        SyntaxTree tree = Any(Trees);
        string text = tree.ToString();
        if (tree.GetRoot().DescendantNodes().OfType<UsingDirectiveSyntax>().ToArray() is { Length: > 0 } usings && random.Next(2) == 0)
        {
            UsingDirectiveSyntax gone = Any(usings);
            return Change(tree, text.Remove(gone.SpanStart, gone.Span.Length), $"without '{gone}'");
        }
        string line = Any(["using RnnDsl;\n", "using static RnnDsl.Ops;\n", "global using static RnnDsl.Ops;\n", "global using RnnDsl;\n", "using Cell2 = RnnDsl.CellAttribute;\n", "using static Numbers;\n",
            "global using Hidden = Feature;\n", "using Width = Hidden;\n", "using My.Models;\n", "extern alias other;\n"]);
        return Change(tree, line + text, $"'{line}'");
    }

    string AddFile()
    {
        int back = random.Next(removed.Count + 1);
        (string path, string text) = back < removed.Count ? removed[back] : ($"Added{made}.cs", Any(EditedProject.Additions));
        removed.RemoveAll(r => r.Path == path);
        Compilation = Compilation.AddSyntaxTrees(Parse(text, path));
        return $"{path} added";
    }

    string RemoveFile()
    {
        if (Trees.Count < 4)
            return AddFile();
        SyntaxTree tree = Any(Trees);
        if (EditedProject.Text(tree.FilePath) is { } text)
            removed.Add((tree.FilePath, text));
        Compilation = Compilation.RemoveSyntaxTrees(tree);
        return $"{tree.FilePath} removed";
    }

    string Reorder()
    {
        SyntaxTree[] order = [.. Trees];
        random.Shuffle(order);
        Compilation = Compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(order);
        return "files in another order";
    }

    string SameText()
    {
        SyntaxTree tree = Any(Trees);
        string path = random.Next(3) == 0 ? tree.FilePath + "2" : tree.FilePath;
        Compilation = Compilation.ReplaceSyntaxTree(tree, Parse(tree.ToString(), path));
        return $"{tree.FilePath} read again as {path}";
    }

    string Options()
    {
        if (random.Next(2) == 0)
            Compilation = Compilation.WithOptions(Compilation.Options.WithNullableContextOptions(
                Compilation.Options.NullableContextOptions == NullableContextOptions.Enable ? NullableContextOptions.Disable : NullableContextOptions.Enable));
        else
            Compilation = Compilation.WithAssemblyName(Compilation.AssemblyName == "Program" ? "Other" : "Program");
        return "other options";
    }
}

static class TextChangeExtensions
{
    /// <summary>The change without what is the same before and after it, as an editor would send it.</summary>
    public static TextChange Narrow(this TextChange change, string before)
    {
        string after = change.NewText!;
        int most = Math.Min(before.Length, after.Length), start = before.AsSpan().CommonPrefixLength(after), end = 0;
        while (end < most - start && before[^(end + 1)] == after[^(end + 1)])
            end++;
        return new TextChange(TextSpan.FromBounds(start, before.Length - end), after[start..^end]);
    }
}
