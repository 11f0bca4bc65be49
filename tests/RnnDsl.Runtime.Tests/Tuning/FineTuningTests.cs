using RnnDsl.Tests.Training;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Tuning;

public class FineTuningTests
{
    [Theory]
    [InlineData("encoder.*", "encoder.Wi", true), InlineData("encoder.*", "encode.Wi", false), InlineData("*.b?", "encoder.bf", true)]
    [InlineData("*.b?", "encoder.b", false), InlineData("*.b?", "a.b.bf", true), InlineData("*", "", true), InlineData("", "a", false)]
    [InlineData("*a*b*", "xxaxxbxx", true), InlineData("*a*b*", "xxbxxaxx", false), InlineData("?", "a", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("a**c", "abc", true), InlineData("head.W", "head.w", false), InlineData("*ab", "aab", true)]
    [InlineData("*aab", "aaab", true)]
    public void Patterns(string pattern, string name, bool matches) => Assert.Equal(matches, NamePattern.Matches(pattern, name));

    [Fact]
    public void A_name_or_pattern_that_is_null_is_refused_as_an_argument()
    {
        var model = new LinearModule(5, 3);
        var tuning = new FineTuning(model);
        Assert.Throws<ArgumentNullException>(() => tuning.Freeze((string)null!));
        Assert.Throws<ArgumentNullException>(() => tuning.Train("*", null!));
        Assert.Throws<ArgumentNullException>(() => tuning.TrainVectors((string)null!));
        Assert.Throws<ArgumentNullException>(() => tuning.Scale(null!, 0.1));
        Assert.Throws<ArgumentNullException>(() => new FineTuning((RnnDsl.Execution.Module)null!));
        Assert.Throws<ArgumentNullException>(() => new LowRankAdapters(model, 1, 1, [null!]));
        Assert.Throws<ArgumentNullException>(() => model.Parameters[null!].Length);
        Assert.ThrowsAny<ArgumentException>(() => LinearModule.Data(10, 5, 3, 1)[null!]);
    }

    [Fact]
    public void Frozen_parameters_keep_their_bits_while_the_others_learn()
    {
        var model = new LinearModule(5, 3);
        float[] w = model.Parameters["layer.W"].ToArray(), b = model.Parameters["layer.b"].ToArray();
        using var trainer = new Trainer(new FineTuning(model).Freeze("*.W"), new AdamW(0.1) { WeightDecay = 0.5 }) { Epochs = 3 };
        trainer.Fit(LinearModule.Data(100, 5, 3, 1));
        Assert.Equal(w, model.Parameters["layer.W"].ToArray());
        Assert.All(b.Zip(model.Parameters["layer.b"].ToArray()), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public void Vectors_alone_are_trained_whatever_they_are_called()
    {
        var model = new LinearModule(5, 3);
        FineTuning tuning = new FineTuning(model).Freeze("*").TrainVectors();
        Assert.Equal(model.Parameters.Slices.Select(p => p.Info.Rank < 2 ? 1f : 0), tuning.Multipliers.ToArray());
        Assert.Equal(tuning.Multipliers.ToArray(), new FineTuning(model).Freeze("*").TrainVectors("layer.*").Multipliers.ToArray());
        Assert.Contains("matrices alone", Assert.Throws<ArgumentException>(() => tuning.TrainVectors("*.W")).Message);
        Assert.Throws<ArgumentException>(() => tuning.TrainVectors("nothing"));
    }

    [Fact]
    public void Multipliers_scale_the_rate()
    {
        var model = new LinearModule(5, 3);
        var plain = new LinearModule(5, 3);
        float[] before = model.Parameters.Snapshot();
        var data = LinearModule.Data(10, 5, 3, 1);
        using var slow = new Trainer(new FineTuning(model).Scale("layer.*", 0.25), new Sgd(0.1));
        using var full = new Trainer(plain, new Sgd(0.1));
        slow.TrainStep(data, [0, 1]);
        full.TrainStep(data, [0, 1]);
        Assert.All(Enumerable.Range(0, before.Length), i =>
            Assert.Equal(0.25 * (plain.Parameters.ReadOnlyValues[i] - before[i]), model.Parameters.ReadOnlyValues[i] - before[i], 1e-6));
    }

    [Fact]
    public void The_last_word_counts_and_the_report_says_it()
    {
        TuningReport report = new FineTuning(new LinearModule(5, 3)).Freeze("*").Train("*.W").Scale("*.b", 0.5).Report;
        Assert.Equal((18, 18), (report.Trained, report.Total));
        report = new FineTuning(new LinearModule(5, 3)).Train("*").Freeze("*.W").Scale("layer.b", 0.5).Report;
        Assert.Equal((3, 18), (report.Trained, report.Total));
        Assert.Equal(
            "layer.W          15  frozen\nlayer.b           3  trained at 0.5 times the rate\n"
                + "3 values are trained; the model has 18 (16.67 %).",
            report.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Unknown_patterns_and_bad_multipliers_are_refused()
    {
        var tuning = new FineTuning(new LinearModule(5, 3));
        Assert.Contains("No parameter matches 'layer.w'. Did you mean 'layer.W'", Assert.Throws<ArgumentException>(
            () => tuning.Freeze("layer.w")).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => tuning.Scale("*", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tuning.Scale("*", double.NaN));
        Assert.Contains("nothing to train", Assert.Throws<InvalidOperationException>(
            () => new Trainer(tuning.Freeze("*"), new Adam()).Fit(LinearModule.Data(5, 5, 3, 1))).Message);
    }
}
