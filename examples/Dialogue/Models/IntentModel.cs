using static RnnDsl.Ops;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Tells what a message wants. It reads words and their letters from both ends, and gathers what was read in three ways: what attention looks at (Yang et al.
/// 2016), the largest value of each unit, and the mean of the words' own vectors (Iyyer et al. 2015), which does not know their order.
/// </summary>
[Model]
public partial class IntentModel : Model
{
    class Word : Dim;
    class Letter : Dim;
    class Label : Dim;
    class WordVector : Dim;
    class LetterVector : Dim;
    class Spelling : Dim;
    class Hidden : Dim;

    Embedding<Word, WordVector> words;
    Embedding<Letter, LetterVector> letters;
    BiGru<LetterVector, Spelling> spelling;
    BiGru<Cat<WordVector, Cat<Spelling, Spelling>>, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Hidden> asked;
    Vec<Hidden> question;
    Linear<Cat<Cat<Cat<Hidden, Hidden>, Cat<Hidden, Hidden>>, Cat<WordVector, Cat<Spelling, Spelling>>>, Label> head;

    Vec<Cat<Spelling, Spelling>> Spell([OneHot] Seq<Letter> word) => spelling.Ends(letters.Map(word));

    Vec<Label> Scores([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters)
    {
        var read = Dropout(Concat(this.words.Map(words), Each(letters, Spell)), 0.4);
        var h = context.Run(read);
        var weights = SoftmaxOverSteps(Dot(question, Tanh(asked.Map(h))));
        return head.Map(Dropout(Concat(Concat(SumOverSteps(weights * h), MaxOverSteps(h)), MeanOverSteps(read)), 0.5));
    }

    Vec<Label> Predict([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters) => Softmax(Scores(words, letters));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Vec<Label> label) => CrossEntropy(Scores(words, letters), label);
}
