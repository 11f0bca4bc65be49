using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Points at steps of its own input: it predicts which of the steps comes next, for sequences of any length (Vinyals, Fortunato &amp; Jaitly 2015).</summary>
/// <remarks><code>
/// e = LSTM(x)                       the steps that may be chosen
/// d = LSTM(previous choice)         from where e ends
/// uⱼ = v · tanh(W1·eⱼ + W2·d)       for each step j of x
/// p = softmax(u)
/// </code>
/// A trained vector takes the place of the choice before the first one. The number of steps to choose from may differ between examples.</remarks>
/// <typeparam name="Input">Units of a step.</typeparam>
/// <typeparam name="Hidden">Units of the states.</typeparam>
[Model]
public partial class PointerNetwork<Input, Hidden> : Model
{
    Lstm<Input, Hidden> encoder, decoder;
    StepPlace<Input> place;
    Mat<Hidden, Hidden> W1, W2;
    Vec<Hidden> v;
    Vec<Input> go;

    /// <summary>−log p of the steps that were chosen, the mean over the choices.</summary>
    /// <param name="x">The steps to choose from.</param>
    /// <param name="chosen">The chosen steps of <paramref name="x"/>, one after the other.</param>
    /// <param name="places">Their numbers, from 0.</param>
    public Scalar NegativeLogLikelihood(Seq<Input> x, Seq<Input> chosen, Seq places)
    {
        var e = W1 * encoder.Scan(x);
        var numbers = Numbers(x);
        return -MeanOverSteps(Each(Decoded(x, chosen), places, (d, chosenPlace) =>
        {
            var u = Dot(v, Tanh(e + W2 * d));
            return SumOverSteps(Where(Abs(numbers - chosenPlace) < 0.5, u - LogSumExpOverSteps(u), 0));
        }));
    }

    /// <summary>For each choice, the number of the step at which the model points, given the choices before it.</summary>
    /// <param name="x">The steps to choose from.</param>
    /// <param name="chosen">The chosen steps. A choice does not depend on its own step or later ones.</param>
    public Seq Places(Seq<Input> x, Seq<Input> chosen)
    {
        var e = W1 * encoder.Scan(x);
        var numbers = Numbers(x);
        return Each(Decoded(x, chosen), d =>
        {
            var u = Dot(v, Tanh(e + W2 * d));
            return MaxOverSteps(Where(MaxOverSteps(u) > u, -1, numbers));
        });
    }

    Seq<Hidden> Decoded(Seq<Input> x, Seq<Input> chosen) => decoder.Scan(Previous(chosen, go), encoder.End(x));

    Seq Numbers(Seq<Input> x) => Sum(place.Scan(x));
}

/// <summary>One unit: the number of the step, from 0.</summary>
[Cell]
internal partial class StepPlace<Input> : Cell<Input, StepPlace<Input>.One>
{
    /// <summary>The unit.</summary>
    [Size(1)]
    public class One : Dim;

    [Fixed, Init(1)] Vec<One> one;

    protected override Vec<One> Step(Vec<Input> x) => StepNumber * one;
}
