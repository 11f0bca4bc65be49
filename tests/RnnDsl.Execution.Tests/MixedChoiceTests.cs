using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests;

/// <summary>Choices whose operands are numbers, vectors and sequences of either, side by side.</summary>
public class MixedChoiceTests
{
    [Theory]
    [InlineData("BySequence")]
    [InlineData("ByNumberOfEachStep")]
    [InlineData("ByVector")]
    [InlineData("ByNumber")]
    [InlineData("ByComparisonsOfSequencesAndNumbers")]
    [InlineData("Extremes")]
    public void Compiled_equals_written(string method)
    {
        foreach ((int unit, int[] lengths) in new[] { (1, new[] { 1 }), (3, [5, 3, 3]), (17, [30, 2]) })
        {
            Checks.All(new MixedChoices(unit), method, lengths, seed: unit);
            Checks.All(new MixedChoices(unit), "Loss" + method, lengths, seed: unit);
        }
    }
}

[Model]
public partial class MixedChoices : Model
{
    class Unit : Dim;

    Mat<Unit, Unit> P;
    Vec<Unit> q;
    [Init(0.8)] Scalar k;

    Seq<Unit> BySequence(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) =>
        0.3 * Where(x > 0.1, x, w) + 0.4 * Where(x > 0.1, x, t) + 0.5 * Where(x > 0.1, v, z) + 0.6 * Where(x > 0.1, v, w)
        + 0.7 * Where(x > 0.1, v, t) + 0.8 * Where(x > 0.1, v, d) + 0.9 * Where(x > 0.1, s, z) + 0.3 * Where(x > 0.1, s, w)
        + 0.4 * Where(x > 0.1, s, t) + 0.5 * Where(x > 0.1, s, d) + 0.6 * Where(x > 0.1, c, w) + 0.7 * Where(x > 0.1, c, t);

    Seq<Unit> ByNumberOfEachStep(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) =>
        0.3 * Where(0 < s, x, z) + 0.4 * Where(0 < s, x, w) + 0.5 * Where(0 < s, x, t) + 0.6 * Where(0 < s, x, d)
        + 0.7 * Where(0 < s, v, z) + 0.8 * Where(0 < s, v, w) + 0.9 * Where(0 < s, v, t) + 0.3 * Where(0 < s, v, d)
        + 0.4 * Where(0 < s, s, z) + 0.5 * Where(0 < s, s, w) + 0.6 * Where(0 < s, c, z) + 0.7 * Where(0 < s, c, w);

    Seq<Unit> ByVector(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) =>
        0.3 * Where(v <= 0.2, x, z) + 0.4 * Where(v <= 0.2, x, w) + 0.5 * Where(v <= 0.2, x, t) + 0.6 * Where(v <= 0.2, x, d)
        + 0.7 * Where(v <= 0.2, v, z) + 0.8 * Where(v <= 0.2, v, t) + 0.9 * Where(v <= 0.2, s, z) + 0.3 * Where(v <= 0.2, s, w)
        + 0.4 * Where(v <= 0.2, s, t) + 0.5 * Where(v <= 0.2, s, d) + 0.6 * Where(v <= 0.2, c, z) + 0.7 * Where(v <= 0.2, c, t);

    Seq<Unit> ByNumber(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) =>
        0.3 * Where(c >= -0.3, x, z) + 0.4 * Where(c >= -0.3, x, w) + 0.5 * Where(c >= -0.3, x, t) + 0.6 * Where(c >= -0.3, x, d)
        + 0.7 * Where(c >= -0.3, v, z) + 0.8 * Where(c >= -0.3, v, t) + 0.9 * Where(c >= -0.3, s, z) + 0.3 * Where(c >= -0.3, s, w)
        + 0.4 * Where(c >= -0.3, c, z) + 0.5 * x * Where(c < d, s, t) + 0.6 * x * Where(c < d, s, 0) + 0.7 * x * Where(c > d, 1, t);

    Seq<Unit> ByComparisonsOfSequencesAndNumbers(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) =>
        0.3 * Where(x > s, x, -0.5 * z) + 0.4 * Where(s < x, x, -0.5 * z) + 0.5 * Where(v >= s, x, -0.5 * z) + 0.6 * Where(s <= v, x, -0.5 * z)
        + 0.7 * Where(x < s, x, -0.5 * z) + 0.8 * Where(s >= x, x, -0.5 * z) + 0.9 * Where(v <= s, x, -0.5 * z) + 0.3 * Where(s > v, x, -0.5 * z)
        + 0.4 * Where(x >= s, x, -0.5 * z) + 0.5 * Where(s <= x, x, -0.5 * z) + 0.6 * Where(v > s, x, -0.5 * z) + 0.7 * Where(s < v, x, -0.5 * z)
        + 0.8 * Where(x <= s, x, -0.5 * z) + 0.9 * Where(s > x, x, -0.5 * z) + 0.3 * Where(v < s, x, -0.5 * z) + 0.4 * Where(s >= v, x, -0.5 * z);

    Seq<Unit> Extremes(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) =>
        0.3 * Min(c, x) + 0.4 * Min(0.1, x) + 0.5 * Min(x, v) + 0.6 * Min(v, x)
        + 0.7 * Min(x, s) + 0.8 * Min(s, x) + 0.9 * Min(v, s) + 0.3 * Min(s, w)
        + 0.4 * x * Min(c, s) + 0.5 * x * Min(c, v) + 0.6 * x * Min(0, v) + 0.7 * Max(c, x)
        + 0.8 * Max(0.1, x) + 0.9 * Max(x, v) + 0.3 * Max(v, x) + 0.4 * Max(x, s)
        + 0.5 * Max(s, x) + 0.6 * Max(v, s) + 0.7 * Max(s, w) + 0.8 * x * Max(c, s)
        + 0.9 * x * Max(c, v) + 0.3 * x * Max(0, v);

    Scalar LossBySequence(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) => MeanSquaredError(BySequence(P * x, Tanh(z), s * k, t + k, q * v, w, k * c, d), x);

    Scalar LossByNumberOfEachStep(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) => MeanSquaredError(ByNumberOfEachStep(P * x, Tanh(z), s * k, t + k, q * v, w, k * c, d), x);

    Scalar LossByVector(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) => MeanSquaredError(ByVector(P * x, Tanh(z), s * k, t + k, q * v, w, k * c, d), x);

    Scalar LossByNumber(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) => MeanSquaredError(ByNumber(P * x, Tanh(z), s * k, t + k, q * v, w, k * c, d), x);

    Scalar LossByComparisonsOfSequencesAndNumbers(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) => MeanSquaredError(ByComparisonsOfSequencesAndNumbers(P * x, Tanh(z), s * k, t + k, q * v, w, k * c, d), x);

    Scalar LossExtremes(Seq<Unit> x, Seq<Unit> z, Seq s, Seq t, Vec<Unit> v, Vec<Unit> w, Scalar c, Scalar d) => MeanSquaredError(Extremes(P * x, Tanh(z), s * k, t + k, q * v, w, k * c, d), x);
}
