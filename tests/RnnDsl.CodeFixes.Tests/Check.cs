using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes.Tests;

/// <summary>What is offered, what becomes of the text, to the last space, and whether the program is right then.</summary>
static class Check
{
    /// <summary>A fix under a title gives a text, of which nothing is reported any more that is an error or has the diagnostic's id.</summary>
    public static async Task Fixed(CodeFixProvider provider, string id, string title, string before, string after, bool usings = true)
    {
        Assert.Contains(id, provider.FixableDiagnosticIds);
        Editor editor = Editor.Open(before, usings);
        IReadOnlyList<CodeAction> actions = await editor.Fixes(provider, id);
        Editor changed = await editor.Apply(Titled(actions, title, await editor.Diagnostics()));
        Assert.Equal(after, await changed.Text());
        await Right(changed, id);
    }

    /// <summary>What is offered under a title, done wherever the diagnostic is, gives a text, of which nothing is reported any more that is an error or has the diagnostic's id.</summary>
    public static async Task AllFixed(CodeFixProvider provider, string id, string title, string before, string after)
    {
        Editor editor = Editor.Open(before);
        CodeAction one = Titled(await editor.Fixes(provider, id), title, await editor.Diagnostics());
        Editor changed = await editor.Apply((await editor.FixAll(provider, id, one.EquivalenceKey!))!);
        Assert.Equal(after, await changed.Text());
        await Right(changed, id);
    }

    public static async Task Titles(CodeFixProvider provider, string id, string source, params string[] titles)
    {
        Editor editor = Editor.Open(source);
        Assert.Contains(await editor.Diagnostics(), d => d.Id == id);
        Assert.Equal(titles, (await editor.Fixes(provider, id)).Select(a => a.Title));
    }

    /// <param name="marked">The file, in which what is selected stands between <c>[|</c> and <c>|]</c>.</param>
    public static async Task Refactored(CodeRefactoringProvider provider, string title, string marked, string after, bool tests = false)
    {
        (Editor editor, TextSpan span) = Selected(marked, tests);
        Editor changed = await editor.Apply(Titled(await editor.Refactorings(provider, span), title, await editor.Diagnostics()));
        Assert.Equal(after, await changed.Text());
        await Right(changed, "RNN");
    }

    public static async Task NotOffered(CodeRefactoringProvider provider, string marked, bool tests = false)
    {
        (Editor editor, TextSpan span) = Selected(marked, tests);
        Assert.Empty((await editor.Refactorings(provider, span)).Select(a => a.Title));
    }

    /// <summary>The program before and after a change, compiled.</summary>
    public static async Task<(System.Reflection.Assembly Before, System.Reflection.Assembly After)> Loaded(CodeRefactoringProvider provider, string marked)
    {
        (Editor editor, TextSpan span) = Selected(marked, tests: false);
        return (await editor.Load(), await (await editor.Apply((await editor.Refactorings(provider, span)).Single())).Load());
    }

    static (Editor, TextSpan) Selected(string marked, bool tests)
    {
        int start = marked.IndexOf("[|", StringComparison.Ordinal), end = marked.IndexOf("|]", StringComparison.Ordinal);
        return (Editor.Open(marked[..start] + marked[(start + 2)..end] + marked[(end + 2)..], tests: tests), TextSpan.FromBounds(start, end - 2));
    }

    static CodeAction Titled(IReadOnlyList<CodeAction> actions, string title, IEnumerable<Diagnostic> diagnostics)
    {
        CodeAction? action = actions.FirstOrDefault(a => a.Title == title);
        Assert.True(action is not null, $"'{title}' is not offered, but {string.Join(", ", actions.Select(a => $"'{a.Title}'"))}. Reported are:\n{string.Join('\n', diagnostics)}");
        return action;
    }

    static async Task Right(Editor editor, string id)
    {
        string[] wrong = [.. (await editor.Diagnostics()).Where(d => d.Severity == DiagnosticSeverity.Error || d.Id.StartsWith(id, StringComparison.Ordinal)).Select(d => d.ToString())];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong) + "\n" + await editor.Text());
    }
}
