using static RnnDsl.Ops;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Tells what a turn says about each slot: nothing, that any value will do, a value of the ontology in any words that training has shown, or the value that
/// stands at a place of the text. The last finds values that training never showed: the model reads none of their words, only where they stand and of which
/// slots they are, as delexicalized features (Henderson et al. 2014) do.
/// </summary>
/// <remarks>
/// What the system said and what the user answered are one sequence. Each slot looks into what was read (Bahdanau et al. 2015). The slots are the steps of a
/// second sequence, so that an example has all slots of a turn, and what is learned for one slot helps others. Of a slot the classes and the places are
/// alternatives of one softmax; the loss is −log of the probability of all that are right.
/// </remarks>
[Model]
public partial class StateModel : Model
{
    class Word : Dim;
    class Mark : Dim;
    class Fact : Dim;
    class Slot : Dim;
    class Class : Dim;
    class WordVector : Dim;
    class Hidden : Dim;

    /// <summary>What is subtracted from the score of an alternative that there is none of.</summary>
    const double Barred = 40;

    Embedding<Word, WordVector> words;
    BiGru<Cat<WordVector, Mark>, Hidden> context;
    Embedding<Slot, Cat<Hidden, Hidden>> questions;
    Linear<Cat<Cat<Hidden, Hidden>, Cat<Slot, Fact>>, Hidden> gathered;
    Linear<Hidden, Class> head;
    Linear<Cat<Hidden, Hidden>, Slot> places;

    /// <summary>1 for a class that is one of the slot's.</summary>
    [Fixed] Mat<Class, Slot> belongs;

    Seq<Cat<Hidden, Hidden>> Read([OneHot] Seq<Word> words, Seq<Mark> marks) => Dropout(context.Run(Dropout(Concat(this.words.Map(words), marks), 0.3)), 0.3);

    Seq<Class> Classes(Seq<Cat<Hidden, Hidden>> read, [OneHot] Seq<Slot> slots, Seq<Fact> facts)
    {
        var found = Each(questions.Map(slots), question => Attend(question, read, read));
        return head.Map(Dropout(Tanh(gathered.Map(Concat(found, Concat(slots, facts)))), 0.3)) + Barred * (belongs * slots - 1);
    }

    /// <summary>The scores of the classes for each slot, and those of each slot for each word as the place of its value.</summary>
    (Seq<Class> Classes, Seq<Slot> Places) Scores([OneHot] Seq<Word> words, Seq<Mark> marks, [OneHot] Seq<Slot> slots, Seq<Fact> facts)
    {
        var read = Read(words, marks);
        return (Classes(read, slots, facts), places.Map(read));
    }

    /// <param name="words">The words of system and user; those of mentions are none.</param>
    /// <param name="marks">What is known of each word.</param>
    /// <param name="slots">Every slot, once.</param>
    /// <param name="facts">What is known of each slot.</param>
    /// <param name="mentions">1 where a value of the slot begins.</param>
    /// <param name="right">1 where the right value of the slot begins.</param>
    /// <param name="classes">The right class of each slot.</param>
    Scalar Loss([OneHot] Seq<Word> words, Seq<Mark> marks, [OneHot] Seq<Slot> slots, Seq<Fact> facts, Seq<Slot> mentions, Seq<Slot> right, [OneHot] Seq<Class> classes)
    {
        var read = Read(words, marks);
        var scores = Classes(read, slots, facts);
        var places = this.places.Map(read);
        var all = Either(LogSumExp(scores), Dot(slots, LogSumExpOverSteps(places + Barred * (mentions - 1))));
        var chosen = Either(Dot(scores, classes), Dot(slots, LogSumExpOverSteps(places + Barred * (right - 1))));
        return SumOverSteps(all - chosen);
    }

    /// <summary>log(exp a + exp b).</summary>
    static Seq Either(Seq a, Seq b) => a + Softplus(b - a);
}
