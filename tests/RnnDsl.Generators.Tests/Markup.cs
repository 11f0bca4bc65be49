using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.Generators.Tests;

/// <summary>A source in which the expected diagnostics are marked: <c>{|RNN1001:Wi * h|}</c>, also one within another.</summary>
sealed class Markup
{
    Markup(string source, List<(string Id, TextSpan Span)> expected)
    {
        Source = source;
        Expected = expected;
    }

    public string Source { get; }

    public List<(string Id, TextSpan Span)> Expected { get; }

    public static Markup Parse(string text)
    {
        var source = new System.Text.StringBuilder();
        var expected = new List<(string, TextSpan)>();
        var open = new Stack<(string Id, int Start)>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text.AsSpan(i).StartsWith("{|"))
            {
                int colon = text.IndexOf(':', i);
                open.Push((text[(i + 2)..colon], source.Length));
                i = colon;
            }
            else if (text.AsSpan(i).StartsWith("|}"))
            {
                (string id, int start) = open.Pop();
                expected.Add((id, TextSpan.FromBounds(start, source.Length)));
                i++;
            }
            else
                source.Append(text[i]);
        }
        return new Markup(source.ToString(), expected);
    }

    /// <summary>One line a diagnostic, so that a failure shows what is missing and what is too much.</summary>
    public string ExpectedText => Text(Expected.Select(e => (e.Id, e.Span)));

    public string ActualText(IEnumerable<Diagnostic> diagnostics) => Text(diagnostics.Select(d => (d.Id, d.Location.SourceSpan)));

    string Text(IEnumerable<(string Id, TextSpan Span)> items) => string.Join("\n", items.OrderBy(i => i.Span.Start).ThenBy(i => i.Id, StringComparer.Ordinal)
        .Select(i => $"{i.Id} at {i.Span}: {Source.Substring(i.Span.Start, i.Span.Length)}"));
}
