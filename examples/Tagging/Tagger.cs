using static RnnDsl.Ops;

namespace RnnDsl.Examples.Tagging;

/// <summary>
/// Tags the words of sentences: words and their letters, read from both ends, and a conditional random field over the tags (Lample et al. 2016; Ma &amp; Hovy 2016).
/// </summary>
[Model]
public partial class Tagger : Model
{
    class Word : Dim;
    class Letter : Dim;
    class Shape : Dim;
    class Tag : Dim;
    class WordVector : Dim;
    class LetterVector : Dim;
    class Spelling : Dim;
    class Hidden : Dim;

    Embedding<Word, WordVector> words;
    Embedding<Letter, LetterVector> letters;
    BiLstm<LetterVector, Spelling> spelling;
    BiLstm<Cat<Cat<WordVector, Shape>, Cat<Spelling, Spelling>>, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Tag> head;
    LinearChain<Tag> chain;

    Vec<Cat<Spelling, Spelling>> Spell([OneHot] Seq<Letter> word) => spelling.Ends(letters.Map(word));

    /// <summary>The scores of the tags of each word, where the spellings of the words are given.</summary>
    Seq<Tag> TagScores([OneHot] Seq<Word> words, [OneHot] Seq<Shape> shapes, Seq<Cat<Spelling, Spelling>> spellings)
    {
        var read = Concat(Concat(this.words.Map(words), shapes), spellings);
        return head.Map(Dropout(context.Run(Dropout(read, 0.4)), 0.4));
    }

    Seq<Tag> Scores([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Seq<Shape> shapes) => TagScores(words, shapes, Each(letters, Spell));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Seq<Shape> shapes, [OneHot] Seq<Tag> tags) =>
        chain.NegativeLogLikelihood(Scores(words, letters, shapes), tags);
}
