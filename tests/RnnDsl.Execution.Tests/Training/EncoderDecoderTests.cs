using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests.Training;

/// <summary>One sequence is read, and another written from what reading left.</summary>
public class EncoderDecoderTests
{
    const int Digits = 6, Examples = 600;

    /// <summary>Digits of different lengths, and the same from the last to the first.</summary>
    static Dataset Reversed(int seed)
    {
        var random = new Random(seed);
        int[][] x = [.. Enumerable.Range(0, Examples).Select(_ => Enumerable.Range(0, random.Next(2, 5)).Select(_ => random.Next(Digits)).ToArray())];
        return new Dataset(Column.OneHot("x", Digits, x), Column.OneHot("y", Digits, [.. x.Select(d => d.Reverse().ToArray())]));
    }

    /// <summary>Without what reading leaves, no model knows more than that digits are equally likely: ln 6 = 1.79.</summary>
    [Fact]
    public void What_reading_leaves_says_what_is_to_be_written()
    {
        var model = new Reverser(digit: Digits, hidden: 32, seed: 1);
        using var trainer = new Trainer(model, new Adam(0.01)) { Epochs = 40, BatchSize = 32, Seed = 1, Threads = 2 };
        double before = trainer.Evaluate(Reversed(2));
        trainer.Fit(Reversed(1));
        Assert.InRange(before, 1.6, 2.1);
        Assert.InRange(trainer.Evaluate(Reversed(2)), 0, 0.5);
    }
}

/// <summary>Writes what it has read, from the last digit to the first.</summary>
[Model]
public partial class Reverser : Model
{
    class Digit : Dim;
    class Hidden : Dim;

    Lstm<Digit, Hidden> reader, writer;
    Linear<Hidden, Digit> head;

    Seq<Digit> Scores([OneHot] Seq<Digit> x, [OneHot] Seq<Digit> y) => head.Map(writer.Scan(Ops.Previous(y), reader.End(x)));

    Scalar Loss([OneHot] Seq<Digit> x, [OneHot] Seq<Digit> y) => Ops.CrossEntropy(Scores(x, y), y);
}
