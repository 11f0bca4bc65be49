namespace RnnDsl.Text;

/// <summary>Which columns of a CoNLL file are read. What is not said is found out, and told in <see cref="TaggedCorpus.Findings"/>.</summary>
public sealed record ConllOptions
{
    /// <summary>
    /// The column of the words: a number from 0, from the end if negative, or in CoNLL-U a name (FORM, LEMMA). Null: FORM in CoNLL-U; else the first, or the second if the first counts the words of each sentence.
    /// </summary>
    public string? WordColumn { get; init; }

    /// <summary>
    /// The column of the tags: a number from 0, from the end if negative, or in CoNLL-U a name (UPOS, XPOS, DEPREL, …). Null: UPOS in CoNLL-U; else the last column
    /// that marks entities with more than half of its tags, or if
    /// none does the last that has several values. For validation and test data, <see cref="TaggedCorpus.Columns"/> of the training data names the same columns.
    /// </summary>
    public string? TagColumn { get; init; }

    /// <summary>What separates columns: a tab or a space (any number of them). Null: tabs, if the first line with a word has one.</summary>
    public char? Delimiter { get; init; }

    /// <summary>How the file is read.</summary>
    public TextOptions Text { get; init; } = new();
}
