using RnnDsl.Examples.Dialogue;

namespace RnnDsl.Text.Tests;

/// <summary>Conversations in YAML, as <c>examples/Dialogue</c> reads them.</summary>
public sealed class ConversationFileTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("- - do you eat\n  - 'No, I don''t.'\n  - a later reply\n", "do you eat", "No, I don't.")]
    [InlineData("- - \"why \\\"eat\\\"\"\n  - a long\n    answer\n", "why \"eat\"", "a long answer")]
    [InlineData("- - code\n  - |-\n    one\n\n      # two\n    - three\n- - alone\n", "code", "one\n\n  # two\n- three")]
    [InlineData("- - folded\n  - >\n    one\n    two\n\n    three\n", "folded", "one two\nthree")]
    [InlineData("-   - Do you ship\n    - Yes\n", "Do you ship", "Yes")]
    [InlineData("  -   -    Do you ship\n      - Yes\n        to all\n", "Do you ship", "Yes to all")]
    [InlineData("-\n  - Do you ship\n  -\n    Yes\n", "Do you ship", "Yes")]
    [InlineData("# shop\n- - Do you ship # often asked\n  # and answered\n  - Yes,#1 of all # or not\n", "Do you ship", "Yes,#1 of all")]
    [InlineData("- - 'Is # a letter?'   # yes\n  - \"# is\n    - no # letter\" # at all\n", "Is # a letter?", "# is - no # letter")]
    [InlineData("- - \"a\\u00e9\\x41\\U0001F600\\\\ \\\n    \\ b\"\n  - \"one\n\n    two\\n\"\n", "aéA😀\\  b", "one\ntwo\n")]
    [InlineData("- - \"Hello\" he said\n  - 'twas nothing\n", "\"Hello\" he said", "'twas nothing")]
    [InlineData("---\n- - key: a value\n  - Yes: no\n...\n", "key: a value", "Yes: no")]
    public void Each_form_of_a_text_is_read_as_YAML_says(string conversations, string question, string answer)
    {
        (List<Exchange> exchanges, _, List<string> leftOut) = ConversationFile.Read(files.Write("shop.yml", "categories:\n- shop\n- - odd\n  - odd\nconversations:\n" + conversations));
        Assert.Equal([new Exchange(question, answer, "shop")], exchanges);
        Assert.Empty(leftOut);
    }

    /// <summary>The question of bingo lacks its second dash, as in a file of the corpus.</summary>
    [Theory]
    [InlineData("- - In what year?\n  - '1984'\n- In a game of bingo, which number?\n  - '22'\n- - Who?\n  - Pandora\n", 5, "- In a game of bingo, which number?")]
    [InlineData("- - In what year?\n  - '1984'\n - a reply\n   more\n- - Who?\n  - Pandora\n", 5, "- a reply", "more")]
    [InlineData("- - In what year?\n  - '1984'\n    - a list\n- - Who?\n  - Pandora\n", 5, "- a list")]
    [InlineData("- - In what year?\n  - '1984'\nmore\n- - Who?\n  - Pandora\n", 5, "more")]
    [InlineData("- - In what year?\n  - '1984'\n\tmore\n- - Who?\n  - Pandora\n", 5, "more")]
    [InlineData("- - In what year?\n  - 1984 # of them\n    more\n- - Who?\n  - Pandora\n", 5, "more")]
    [InlineData("- - In what year?\n  - '1984'\n- - - deep\n    - deeper\n- - Who?\n  - Pandora\n", 5, "- - - deep")]
    public void What_is_no_part_of_a_conversation_is_told_and_added_to_no_answer(string conversations, int line, params string[] texts)
    {
        string path = files.Write("trivia.yml", "# trivia\nconversations:\n" + conversations);
        (List<Exchange> exchanges, _, List<string> leftOut) = ConversationFile.Read(path);
        Assert.Equal([new("In what year?", "1984", "trivia"), new("Who?", "Pandora", "trivia")], exchanges);
        Assert.Equal(texts.Select((text, i) => $"{path}, line {line + i}: '{text}' is no part of a conversation and was left out."), leftOut.Select(told => told[..(told.IndexOf("out.", StringComparison.Ordinal) + 4)]));
    }

    [Fact]
    public void Further_replies_are_counted() =>
        Assert.Equal(3, ConversationFile.Read(files.Write("a.yml", "- - a\n  - b\n  - c\n  - d\n- - e\n- - f\n  - g\n  - h\n")).Further);
}
