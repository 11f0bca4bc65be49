using static RnnDsl.Ops;

namespace RnnDsl.Examples.TextClassification;

/// <summary>
/// Reads a text from both ends, words and their letters, and gathers what was read in two ways: what attention looks at (Bahdanau et al. 2015; Yang et al. 2016) and the largest value of each unit (Collobert et al. 2011).
/// </summary>
public abstract partial class TextModel : Model
{
    protected class Word : Dim;
    protected class Letter : Dim;
    protected class Label : Dim;
    protected class WordVector : Dim;
    protected class LetterVector : Dim;
    protected class Spelling : Dim;
    protected class Hidden : Dim;

    Embedding<Word, WordVector> words;
    Embedding<Letter, LetterVector> letters;
    BiGru<LetterVector, Spelling> spelling;
    BiGru<Cat<WordVector, Cat<Spelling, Spelling>>, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Hidden> asked;
    Vec<Hidden> question;
    Linear<Cat<Cat<Hidden, Hidden>, Cat<Hidden, Hidden>>, Label> head;

    Vec<Cat<Spelling, Spelling>> Spell([OneHot] Seq<Letter> word) => spelling.Ends(letters.Map(word));

    protected Vec<Label> Scores([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters)
    {
        var h = context.Run(Dropout(Concat(this.words.Map(words), Each(letters, Spell)), 0.3));
        var weights = SoftmaxOverSteps(Dot(question, Tanh(asked.Map(h))));
        return head.Map(Dropout(Concat(SumOverSteps(weights * h), MaxOverSteps(h)), 0.5));
    }
}

/// <summary>One label a text.</summary>
[Model]
public partial class OneLabelModel : TextModel
{
    Vec<Label> Predict([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters) => Softmax(Scores(words, letters));

    /// <summary>The score of one label: its gradient tells which words speak for it.</summary>
    Scalar Evidence([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Vec<Label> label) => Dot(label, Scores(words, letters));

    /// <param name="weight">1, or more for texts of rare labels.</param>
    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Vec<Label> label, Scalar weight) => weight * CrossEntropy(Scores(words, letters), label);
}

/// <summary>One label a text, and words are spelled by pieces in place of letters.</summary>
[Model]
public partial class PieceModel : TextModel
{
    Vec<Label> Predict([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> wordPieces) => Softmax(Scores(words, wordPieces));

    Scalar Evidence([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> wordPieces, [OneHot] Vec<Label> label) => Dot(label, Scores(words, wordPieces));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> wordPieces, [OneHot] Vec<Label> label, Scalar weight) => weight * CrossEntropy(Scores(words, wordPieces), label);
}

/// <summary>Any number of labels a text.</summary>
[Model]
public partial class SeveralLabelsModel : TextModel
{
    Vec<Label> Predict([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters) => Sigmoid(Scores(words, letters));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, Vec<Label> labels) => BinaryCrossEntropy(Scores(words, letters), labels);
}

/// <summary>Logistic regression on the counts of words, to compare with.</summary>
[Model]
public partial class WordCounts : Model
{
    class Word : Dim;
    class Label : Dim;

    [Init(0)] Mat<Label, Word> weights;
    Vec<Label> bias;

    Vec<Label> Scores([OneHot] Seq<Word> words) => SumOverSteps(weights * words) + bias;

    Vec<Label> Predict([OneHot] Seq<Word> words) => Softmax(Scores(words));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Vec<Label> label) => CrossEntropy(Scores(words), label);
}
