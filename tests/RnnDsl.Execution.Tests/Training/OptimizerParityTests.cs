using RnnDsl.CompilerServices;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests.Training;

/// <summary>Optimizers against PyTorch's, from the fixtures.</summary>
public class OptimizerParityTests
{
    public static TheoryData<string> Fixtures => [.. TorchFixture.Names("optimizer-")];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Steps_are_those_of_PyTorch(string name)
    {
        TorchFixture fixture = TorchFixture.Load(name);
        double Setting(string setting) => fixture.Setting(setting);
        double rate = Setting("learning_rate"), decay = Setting("weight_decay");
        Optimizer optimizer = name switch
        {
            "optimizer-sgd-momentum" => new Sgd(rate) { WeightDecay = decay, Momentum = Setting("momentum") },
            "optimizer-sgd-nesterov" => new Sgd(rate) { WeightDecay = decay, Momentum = Setting("momentum"), Nesterov = true },
            "optimizer-adam" => new Adam(rate)
            {
                WeightDecay = decay,
                Beta1 = Setting("beta1"),
                Beta2 = Setting("beta2"),
                Epsilon = Setting("epsilon"),
            },
            "optimizer-adamw" => new AdamW(rate)
            {
                WeightDecay = decay,
                Beta1 = Setting("beta1"),
                Beta2 = Setting("beta2"),
                Epsilon = Setting("epsilon"),
            },
            "optimizer-rmsprop" => new RmsProp(rate) { WeightDecay = decay, Alpha = Setting("alpha"), Epsilon = Setting("epsilon") },
            "optimizer-adagrad" => new AdaGrad(rate) { WeightDecay = decay, Epsilon = Setting("epsilon") },
            _ => throw new ArgumentException($"There is no optimizer for the fixture '{name}'."),
        };
        float[] initial = fixture.Floats("initial"), gradients = fixture.Floats("gradients");
        double[] expected = fixture.Doubles("parameters");
        int size = initial.Length;
        ParameterStore store = ParameterStore.Create("Test", [new ParameterInfo("w", 1, size, 1, Initial.Constant, 0)], seed: 0);
        initial.CopyTo(store["w"]);
        var gradient = new float[store.Length];
        for (int step = 0; step < gradients.Length / size; step++)
        {
            gradients.AsSpan(step * size, size).CopyTo(gradient);
            optimizer.Step(store, gradient);
            for (int i = 0; i < size; i++)
                Assert.Equal(expected[step * size + i], store["w"][i], 2e-6);
        }
    }
}
