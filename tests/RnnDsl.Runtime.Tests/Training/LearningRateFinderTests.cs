using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

public class LearningRateFinderTests
{
    static readonly Dataset Data = LinearModule.Data(200, 5, 3, seed: 4);

    [Fact]
    public void A_scan_leaves_model_and_optimizer_as_they_were()
    {
        LinearModule scanned = new(5, 3), plain = new(5, 3);
        Adam used = new(0.01), other = new(0.01);
        foreach ((LinearModule model, Adam adam) in new[] { (scanned, used), (plain, other) })
            for (int part = 0; part < 2; part++)
            {
                // Before the first step, and between two trainings.
                if (model == scanned)
                    LearningRateFinder.Scan(model, adam, Data);
                Assert.Equal(0.01, adam.LearningRate);
                using var trainer = new Trainer(model, adam) { Epochs = 2 };
                trainer.Fit(Data);
            }
        Assert.Equal(plain.Parameters.Snapshot(), scanned.Parameters.Snapshot());
        // An optimizer that was only scanned with is free for any model.
        var fresh = new AdamW();
        LearningRateScan first = LearningRateFinder.Scan(scanned, fresh, Data), second = LearningRateFinder.Scan(plain, fresh, Data);
        Assert.Equal(first.Points, second.Points);
        Assert.Contains("another model", Assert.Throws<InvalidOperationException>(() => LearningRateFinder.Scan(new LinearModule(5, 3), used, Data)).Message);
    }

    [Fact]
    public void A_scan_within_a_training_with_its_optimizer_is_refused()
    {
        var model = new LinearModule(5, 3);
        var adam = new Adam(0.01);
        using var trainer = new Trainer(model, adam) { Epochs = 1 };
        trainer.EpochDone += _ => Assert.Contains("Fit that has not ended", Assert.Throws<InvalidOperationException>(() => LearningRateFinder.Scan(model, adam, Data)).Message);
        trainer.Fit(Data);
    }

    [Fact]
    public void A_batch_may_be_larger_than_the_data() =>
        Assert.Equal(LearningRateFinder.Scan(new LinearModule(5, 3), new Adam(), Data, batchSize: 200).Points, LearningRateFinder.Scan(new LinearModule(5, 3), new Adam(), Data, batchSize: int.MaxValue).Points);

    [Fact]
    public void A_suggestion_that_the_scan_does_not_support_says_so()
    {
        LearningRateScan found = LearningRateFinder.Scan(new LinearModule(5, 3), new Sgd(1), Data, to: 100);
        Assert.Empty(found.Findings);
        LearningRateScan tooShort = LearningRateFinder.Scan(new LinearModule(5, 3), new Sgd(1), Data, batchSize: 200, to: 0.01);
        Assert.StartsWith("The loss was lowest at the end of the rates, at 0.01,", Assert.Single(tooShort.Findings));
        Assert.EndsWith(tooShort.Findings[0], tooShort.ToString());
        LearningRateScan flat = LearningRateFinder.Scan(new LinearModule(5, 3), new Sgd(1), Data, from: 1e-12, to: 1e-9);
        Assert.StartsWith("The loss fell at no rate by more than", Assert.Single(flat.Findings));
        Assert.True(double.IsNaN(flat.Suggested));
        Assert.DoesNotContain("Suggested", flat.ToString(), StringComparison.Ordinal);
        Assert.Throws<DivergenceException>(() => LearningRateFinder.Scan(new LinearModule(5, 3), new Sgd(1), Data, from: 1e30, to: 1e35));
    }
}
