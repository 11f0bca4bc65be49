using static RnnDsl.Ops;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Finds what a message names, such as the number of an order: words and their letters, read from both ends, and a conditional random field over the tags
/// (Lample et al. 2016).
/// </summary>
[Model]
public partial class SlotTagger : Model
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
    BiGru<LetterVector, Spelling> spelling;
    BiGru<Cat<Cat<WordVector, Shape>, Cat<Spelling, Spelling>>, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Tag> head;
    LinearChain<Tag> chain;

    Vec<Cat<Spelling, Spelling>> Spell([OneHot] Seq<Letter> word) => spelling.Ends(letters.Map(word));

    Seq<Tag> Scores([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Seq<Shape> shapes)
    {
        var read = Concat(Concat(this.words.Map(words), shapes), Each(letters, Spell));
        return head.Map(Dropout(context.Run(Dropout(read, 0.4)), 0.4));
    }

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Seq<Shape> shapes, [OneHot] Seq<Tag> tags) =>
        chain.NegativeLogLikelihood(Scores(words, letters, shapes), tags);
}
