using RnnDsl.CompilerServices;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Training;

/// <summary>The check that users run on their cells: right for what is right, and wrong for what is wrong.</summary>
public class GradientCheckTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;
    sealed class Mem : Dim;

    [Fact]
    public void Cells_of_all_kinds_are_right()
    {
        foreach (Module cell in new Module[]
            {
                new Lstm<In, Hid>(3, 5), new GruResetBefore<In, Hid>(3, 5), new Linear<In, Hid>(3, 4), new LayerNorm<Hid>(6), new MLstm<In, Hid>(3, 4), new ClippedLstm<In, Hid>(3, 4),
                new ClockworkRnn<In, Hid>(3, 8), new PhasedLstm<In, Hid>(3, 4), new AttentiveGru<In, Hid, Mem>(3, 5, 4), new AllOperations<In, Hid>(3, 5), new ElmanRelu<In, Hid>(3, 5), new Lmu<In, Mem, Hid>(3, 4, 5),
                new Leaky<In, Hid>(3, 1),
            })
            GradientCheck.Verify(cell);
    }

    public static TheoryData<string> Library => [.. CellTests.Cells.Keys];

    [Theory]
    [MemberData(nameof(Library))]
    public void Any_cell_is_right_on_any_numbers(string cell)
    {
        for (int seed = 1; seed <= 3; seed++)
            GradientCheck.Verify(CellTests.Cells[cell](3, 5), new GradientCheckOptions { Seed = seed, Except = cell.StartsWith("Clipped", StringComparison.Ordinal) ? ["clip"] : [] });
    }

    [Theory]
    [InlineData(7, "4")]
    [InlineData(8, "1,2,6,2,1")]
    public void Other_seeds_and_lengths_are_right(int seed, string lengths) =>
        GradientCheck.Verify(new Gru<In, Hid>(2, 17), new GradientCheckOptions { Seed = seed, Lengths = [.. lengths.Split(',').Select(int.Parse)], Elements = 5 });

    [Fact]
    public void Models_with_losses_of_all_kinds_are_right()
    {
        GradientCheck.Verify(new Forecaster(3, 5, 2));
        GradientCheck.Verify(new Tagger(3, 5, 4));
        GradientCheck.Verify(new Mixed(3, 5));
        GradientCheck.Verify(new WordTagger(word: 7, feature: 3, hidden: 4, tag: 5));
    }

    /// <summary>Lengths of several axes, sequences at every step, each k-th step, and losses that are layers.</summary>
    [Fact]
    public void Models_with_several_axes_are_right()
    {
        GradientCheck.Verify(new Siamese(3, 5));
        GradientCheck.Verify(new Conditioned(3, 2, 5));
        GradientCheck.Verify(new LetterTagger(word: 6, letter: 5, vector: 3, spelling: 2, hidden: 4, tag: 3));
        GradientCheck.Verify(new Pyramid(sound: 3, hidden: 4, symbol: 5));
        GradientCheck.Verify(new ThinnedForms(3, 4));
        GradientCheck.Verify(new ChainModel(4));
    }

    [Fact]
    public void A_loss_without_inputs_is_right() => GradientCheck.Verify(new Penalty(3, 4));

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        NotSupportedException refused = Assert.Throws<NotSupportedException>(() => GradientCheck.Verify(new DroppedModel(3, 5, 2)));
        Assert.StartsWith("DroppedModel.Loss drops units in training", refused.Message);
        GradientCheck.Verify(new DroppedModel(3, 5, 2), new GradientCheckOptions { Gradients = false });
        GradientCheck.Verify(new DroppedModel(3, 5, 2), new GradientCheckOptions { Methods = ["Predict"] });
        // Differences see through what stops a gradient, and the message says so.
        GradientCheckException stopped = Assert.Throws<GradientCheckException>(() => GradientCheck.Verify(new Stopped(3)));
        Assert.Contains("behind a StopGradient", stopped.Message);
        GradientCheck.Verify(new Stopped(3), new GradientCheckOptions { Except = ["scale"] });
        InvalidOperationException undefined = Assert.Throws<InvalidOperationException>(() => GradientCheck.Verify(new Logarithms(3)));
        Assert.Contains("Low", undefined.Message);
        GradientCheck.Verify(new Logarithms(3), new GradientCheckOptions { Low = 0.5, High = 2 });
        foreach (GradientCheckOptions wrong in new GradientCheckOptions[] { new() { Lengths = [] }, new() { Lengths = [2, 0] }, new() { Low = 1 }, new() { Methods = ["Nothing"] } })
            Assert.Throws<ArgumentException>(() => GradientCheck.Verify(new Stopped(3), wrong));
    }

    [Fact]
    public void What_it_ran_on_is_as_it_was()
    {
        var cell = new Lstm<In, Hid>(3, 5, seed: 4);
        float[] before = cell.Parameters.Snapshot();
        GradientCheck.Verify(cell);
        Assert.Equal(before, cell.Parameters.Snapshot());
        double[] written = cell.RunReference("Scan", [[1, 2, 3]]);
        cell.BindReference(cell.Parameters.ToReference());
        Assert.Equal(cell.RunReference("Scan", [[1, 2, 3]]), written);
    }

    [Fact]
    public void A_wrong_value_is_named()
    {
        GradientCheckException wrong = Assert.Throws<GradientCheckException>(() => GradientCheck.Verify(new Tampered(3, 5)));
        Assert.Equal(("Elman.Scan", "result", 2), (wrong.Method, wrong.Quantity, wrong.Index));
        Assert.Equal(1e-3, wrong.Written - wrong.Compiled, 5);
        Assert.InRange(wrong.Tolerance, 1e-7, 1e-4);
        Assert.Contains("the result at [2]", wrong.Message);
    }

    [Theory]
    [InlineData("U", 7, true)]
    [InlineData("b", 3, true)]
    [InlineData("W", 11, false)]
    public void A_wrong_derivative_is_named(string parameter, int index, bool large)
    {
        var spoiled = new Spoiled(3, 5) { Parameter = parameter, Index = index, Added = large ? 2 : 0.25f };
        GradientCheckException wrong = Assert.Throws<GradientCheckException>(() => GradientCheck.Verify(spoiled));
        Assert.Equal(("Elman.Scan", $"gradient of parameter '{parameter}'", index), (wrong.Method, wrong.Quantity, wrong.Index));
        Assert.Equal(large ? 2 : 0.25, wrong.Compiled - wrong.Written, 2);
        GradientCheck.Verify(spoiled, new GradientCheckOptions { Except = [parameter] });
        GradientCheck.Verify(spoiled, new GradientCheckOptions { Gradients = false });
        Assert.Throws<ArgumentException>(() => GradientCheck.Verify(spoiled, new GradientCheckOptions { Except = ["V"] }));
    }

    /// <summary>Equations that are not those that were compiled.</summary>
    sealed class Tampered(int input, int hidden) : Elman<In, Hid>(input, hidden)
    {
        public override double[] RunReference(string method, double[][] inputs, double[][]? states = null)
        {
            double[] results = base.RunReference(method, inputs, states);
            results[2] += 1e-3;
            return results;
        }
    }

    /// <summary>A cell whose compiled gradient is wrong in one number.</summary>
    sealed class Spoiled(int input, int hidden) : Elman<In, Hid>(input, hidden)
    {
        public required string Parameter { get; init; }

        public required int Index { get; init; }

        public required float Added { get; init; }

        protected override ModuleInfo Describe() => base.Describe() is var right
            ? right with { Methods = [.. right.Methods.Select(m => m with { Training = m.Training is { } training ? new Program(training, this) : null })] } : right;

        sealed class Program(CompiledProgram right, Spoiled module) : CompiledProgram
        {
            public override long PreparedFloats => right.PreparedFloats;

            public override long ArenaFloats(int rows, int batch) => right.ArenaFloats(rows, batch);

            public override long ArenaFloats(Shard s) => right.ArenaFloats(s);

            public override void Prepare(Floats parameters, Floats prepared) => right.Prepare(parameters, prepared);

            public override unsafe void Run(Shard shard)
            {
                right.Run(shard);
                // A batch may be several shards.
                shard.Gradients.Pointer[module.Parameters.Find(module.Parameter).Offset + module.Index] += module.Added * shard.Batch / 3;
            }
        }
    }
}

[Model]
partial class Penalty : Model
{
    class A : Dim;
    class B : Dim;

    Mat<A, B> W;
    Vec<A> b;

    Scalar Loss() => Sum(Square(W)) + Sum(Exp(b));
}

[Model]
partial class Stopped : Model
{
    class A : Dim;

    Vec<A> scale, shift;

    Scalar Loss(Seq<A> x, Seq<A> y) => MeanSquaredError(StopGradient(scale) * x + shift, y);
}

[Model]
partial class Logarithms : Model
{
    class A : Dim;

    Vec<A> scale;

    Scalar Loss(Seq<A> x) => Sum(MeanOverSteps(scale * Log(x)));
}
