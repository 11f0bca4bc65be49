using static RnnDsl.Ops;

namespace RnnDsl.Examples.TextGeneration;

/// <summary>Reads a text letter by letter and says how likely each letter is to come next (Mikolov et al. 2010; Karpathy 2015).</summary>
[Model]
public partial class CharacterModel : Model
{
    class Letter : Dim;
    class Vector : Dim;
    class Hidden : Dim;

    Embedding<Letter, Vector> letters;
    Lstm<Vector, Hidden> lstm;
    Linear<Hidden, Letter> head;

    /// <summary>Scores of the letter that follows each letter of x, before any softmax.</summary>
    Seq<Letter> Predict([OneHot] Seq<Letter> x) => head.Map(Dropout(lstm.Scan(Dropout(letters.Map(x), 0.1)), 0.2));

    Scalar Loss([OneHot] Seq<Letter> x, [OneHot] Seq<Letter> y) => CrossEntropy(Predict(x), y);
}
