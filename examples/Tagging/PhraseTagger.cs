using static RnnDsl.Ops;

namespace RnnDsl.Examples.Tagging;

/// <summary>The <see cref="Tagger"/>, which also reads at each word whether its phrase was an entity of the training data.</summary>
[Model]
public partial class PhraseTagger : Model
{
    class Word : Dim;
    class Letter : Dim;
    class Shape : Dim;
    class Phrase : Dim;
    class Tag : Dim;
    class WordVector : Dim;
    class LetterVector : Dim;
    class Spelling : Dim;
    class Hidden : Dim;

    Embedding<Word, WordVector> words;
    Embedding<Letter, LetterVector> letters;
    BiLstm<LetterVector, Spelling> spelling;
    BiLstm<Cat<Cat<WordVector, Cat<Shape, Phrase>>, Cat<Spelling, Spelling>>, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Tag> head;
    LinearChain<Tag> chain;

    Vec<Cat<Spelling, Spelling>> Spell([OneHot] Seq<Letter> word) => spelling.Ends(letters.Map(word));

    /// <summary>The scores of the tags of each word, where the spellings of the words are given.</summary>
    Seq<Tag> TagScores([OneHot] Seq<Word> words, [OneHot] Seq<Shape> shapes, [OneHot] Seq<Phrase> phrases, Seq<Cat<Spelling, Spelling>> spellings)
    {
        var read = Concat(Concat(this.words.Map(words), Concat(shapes, phrases)), spellings);
        return head.Map(Dropout(context.Run(Dropout(read, 0.4)), 0.4));
    }

    Seq<Tag> Scores([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Seq<Shape> shapes, [OneHot] Seq<Phrase> phrases) => TagScores(words, shapes, phrases, Each(letters, Spell));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Seq<Shape> shapes, [OneHot] Seq<Phrase> phrases, [OneHot] Seq<Tag> tags) =>
        chain.NegativeLogLikelihood(Scores(words, letters, shapes, phrases), tags);
}
