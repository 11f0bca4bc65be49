using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void A_linear_map_is_learned()
    {
        var model = new LinearModule(5, 3);
        using var trainer = new Trainer(model, new Adam(0.05)) { Epochs = 40, Threads = 2 };
        History history = trainer.Fit(LinearModule.Data(300, 5, 3, seed: 4), LinearModule.Data(300, 5, 3, seed: 4).Range(200, 100));
        Assert.Equal(40, history.Epochs.Count);
        Assert.True(history.Best!.ValidationLoss < 0.001, $"loss {history.Best}");
        Assert.Equal(history.Best.ValidationLoss!.Value, trainer.Evaluate(LinearModule.Data(300, 5, 3, seed: 4).Range(200, 100)), 1e-9);
    }
}
