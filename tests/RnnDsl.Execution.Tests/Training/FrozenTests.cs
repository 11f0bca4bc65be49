using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests;

/// <summary>Training of a part computes no gradient of the rest, and the trained part has the bits that it has when all gradients are computed.</summary>
[Collection("Alone")]
public partial class FrozenTests
{
    const int Size = 12, Labels = 3;

    [Model]
    public partial class Tagger : Model
    {
        internal class Word : Dim; internal class Vector : Dim; internal class Hidden : Dim; internal class Label : Dim;
        Embedding<Word, Vector> table;
        BiLstm<Vector, Hidden> lower;
        Gru<Cat<Hidden, Hidden>, Hidden> upper;
        Linear<Hidden, Label> head;

        internal Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seq<Label> tags) =>
            CrossEntropy(head.Map(upper.Scan(Dropout(lower.Run(table.Map(words)), 0.2))), tags);
    }

    /// <summary>Hides which gradients are needed, so that all are computed.</summary>
    sealed class AllComputed(ITrainable inner) : ITrainable
    {
        public Module Module => inner.Module;

        public ParameterStore Parameters => inner.Parameters;

        public ReadOnlySpan<float> Multipliers => inner.Multipliers;

        public Span<float> Gradient(Span<float> moduleGradient) => inner.Gradient(moduleGradient);

        public void Apply() => inner.Apply();
    }

    static Tagger Make() => new(word: Size, vector: 5, hidden: 9, label: Labels, seed: 4);

    static Dataset Data()
    {
        var random = new RandomStream(3, "sentences");
        int[][] words = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 2 + random.Below(7)).Select(_ => random.Below(Size)).ToArray())];
        return new Dataset(Column.OneHot("words", Size, words), Column.OneHot("tags", Labels, [.. words.Select(s => s.Select(w => w % Labels).ToArray())]));
    }

    static ITrainable Trained(string what, Tagger model) => what switch
    {
        "adapters" => new LowRankAdapters(model, 2, 4, ["upper.*", "head.W"], ["head.b"]),
        "gains" => new GainVectors(model, ["lower.*.U?"]),
        _ => new FineTuning(model).Freeze("*").Train(what.Split(' ')),
    };

    [Theory]
    [InlineData("head.*"), InlineData("upper.*"), InlineData("lower.*"), InlineData("table.*"), InlineData("*.b?"), InlineData("head.W table.*"), InlineData("*.Uz *.Wi")]
    [InlineData("adapters"), InlineData("gains")]
    public void What_is_trained_has_the_same_bits(string what)
    {
        Tagger model = Make(), whole = Make();
        Dataset data = Data();
        using Trainer trainer = Of(Trained(what, model)), all = Of(new AllComputed(Trained(what, whole)));
        trainer.Fit(data);
        all.Fit(data);
        Assert.Equal(whole.Parameters.Snapshot(), model.Parameters.Snapshot());
        Assert.NotEqual(Make().Parameters.Snapshot(), model.Parameters.Snapshot());
        Assert.Equal(all.GradientNorm, trainer.GradientNorm);

        static Trainer Of(ITrainable trained) => new(trained, new AdamW(0.02)) { Epochs = 3, BatchSize = 16, ClipNorm = 0.5, Seed = 1 };
    }

    /// <summary>The same trainer goes on when more is trained than before, and less.</summary>
    [Fact]
    public void Layers_are_freed_and_frozen_between_steps()
    {
        Tagger model = Make(), whole = Make();
        Dataset data = Data();
        FineTuning tuning = new(model), other = new(whole);
        using Trainer trainer = new(tuning, new Adam(0.02)), all = new(new AllComputed(other), new Adam(0.02));
        int[] examples = [.. Enumerable.Range(0, 24)];
        foreach (string[] free in new[] { ["head.*"], ["head.*", "upper.*"], ["*"], ["table.*"], new[] { "head.b" } })
        {
            tuning.Freeze("*").Train(free);
            other.Freeze("*").Train(free);
            for (int step = 0; step < 3; step++)
                Assert.Equal(all.TrainStep(data, examples), trainer.TrainStep(data, examples));
            Assert.Equal(whole.Parameters.Snapshot(), model.Parameters.Snapshot());
        }
    }

    [Fact]
    public void A_step_of_a_part_allocates_nothing()
    {
        Dataset data = Data();
        int[] examples = [.. Enumerable.Range(0, 24)];
        using var trainer = new Trainer(new FineTuning(Make()).Freeze("table.*", "lower.*"), new Adam());
        Assert.Equal(0, Allocations.Least(100, () => trainer.TrainStep(data, examples)));
    }
}
