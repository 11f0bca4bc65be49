using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

/// <summary>Truncated backpropagation through time.</summary>
public class ChunkTests
{
    [Fact]
    public void Chunks_cover_every_step_once_in_order()
    {
        int[] lengths = [7, 3, 10, 1, 4];
        Dataset data = LeakyModule.Data(2, lengths, 1);
        var module = new LeakyModule(2);
        var batches = new ChunkBatches(module, module.Method("Loss"), data, "training", batchSize: 2, steps: 3);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            int[] reached = new int[5];
            int count = 0;
            batches.Begin(epoch == 0 ? null : new RnnDsl.Memory.RandomStream(1));
            while (batches.Next())
            {
                count++;
                double examples = 0;
                Assert.InRange(batches.Examples.Length, 1, 2);
                foreach (int e in batches.Examples)
                {
                    Column x = batches.Data["x"];
                    Assert.Equal(data["x"].Starts[e] + reached[e] * 2, x.Starts[e]);
                    reached[e] += x.Lengths[e];
                    examples += x.Lengths[e] / (double)lengths[e];
                }
                Assert.Equal(examples, batches.Weight, 1e-12);
            }
            Assert.Equal(lengths, reached);
            if (epoch == 0)
                Assert.Equal(batches.Count, count);
        }
    }

    [Theory]
    [InlineData(1), InlineData(4), InlineData(100), InlineData(int.MaxValue)]
    public void States_are_carried_so_the_loss_is_that_of_the_whole(int steps)
    {
        Dataset data = LeakyModule.Data(2, [20, 20, 20], 3);
        using var whole = new Executor(new LeakyModule(2), "Loss");
        double loss = whole.Evaluate(data);
        using var trainer = new Trainer(new LeakyModule(2), new Sgd(0)) { ChunkSteps = steps, Epochs = 2, BatchSize = 2 };
        // States begin anew in each epoch, and for the validation.
        Assert.All(trainer.Fit(data, data).Epochs, e =>
        {
            Assert.Equal(loss, e.TrainLoss, 1e-6);
            Assert.Equal(loss, e.ValidationLoss!.Value, 1e-6);
        });
    }

    [Fact]
    public void A_decay_is_learned_from_long_sequences()
    {
        var model = new LeakyModule(3);
        using var trainer = new Trainer(model, new Adam(0.02)) { ChunkSteps = 10, Epochs = 10, BatchSize = 4, Threads = 2 };
        trainer.Fit(LeakyModule.Data(3, [400, 350, 420, 390, 111], 2));
        Assert.Equal(0.8, model.Parameters["leaky.a"][0], 0.01);
    }

    [Fact]
    public void What_cannot_be_carried_is_refused()
    {
        Assert.Contains("no state that could be carried", Assert.Throws<ArgumentException>(
            () => new Trainer(new LinearModule(5, 3), new Adam()) { ChunkSteps = 3 }.Fit(LinearModule.Data(5, 5, 3, 1))).Message);
        Assert.Contains("'leaky.h' from the last step to the first", Assert.Throws<ArgumentException>(
            () => new Trainer(new LeakyModule(2, reverse: true), new Adam()) { ChunkSteps = 3 }.Fit(LeakyModule.Data(2, [5], 1))).Message);
    }
}
