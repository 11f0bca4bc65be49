using static RnnDsl.Ops;

namespace RnnDsl.Examples.Speech;

/// <summary>
/// Tells which digit a clip is: two layers that hear from both ends, and the mean and the largest value of each unit. The first layer starts from vectors that are learnt, so that a new speaker can
/// change these alone.
/// </summary>
[Model]
public partial class DigitModel : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Digit : Dim;

    Gru<Feature, Hidden> forward, backward;
    [Init(0)] Vec<Hidden> startForward, startBackward;
    BiGru<Cat<Hidden, Hidden>, Hidden> upper;
    Linear<Cat<Cat<Hidden, Hidden>, Cat<Hidden, Hidden>>, Digit> head;

    Vec<Digit> Scores(Seq<Feature> x)
    {
        var noisy = Dropout(x, 0.1);
        var heard = Concat(forward.Scan(noisy, Start(startForward)), backward.ScanReversed(noisy, Start(startBackward)));
        var known = upper.Run(Dropout(heard, 0.3));
        return head.Map(Dropout(Concat(MeanOverSteps(known), MaxOverSteps(known)), 0.4));
    }

    Vec<Digit> Predict(Seq<Feature> x) => Softmax(Scores(x));

    Scalar Loss(Seq<Feature> x, [OneHot] Vec<Digit> digit) => CrossEntropy(Scores(x), digit);
}
