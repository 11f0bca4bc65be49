using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnDsl.FixtureMaker;

/// <summary>Parameters after each step of an optimizer on a fixed sequence of gradients.</summary>
static class Optimizers
{
    const int Steps = 20;
    const int Size = 6;

    public static Fixture Adam(int seed) => Trace(seed, "Adam",
        [("learning_rate", 0.05), ("beta1", 0.8), ("beta2", 0.95), ("epsilon", 1e-6), ("weight_decay", 0.1)],
        p => optim.Adam(p, 0.05, 0.8, 0.95, 1e-6, weight_decay: 0.1));

    public static Fixture AdamW(int seed) => Trace(seed, "AdamW",
        [("learning_rate", 0.05), ("beta1", 0.8), ("beta2", 0.95), ("epsilon", 1e-6), ("weight_decay", 0.1)],
        p => optim.AdamW(p, 0.05, 0.8, 0.95, 1e-6, weight_decay: 0.1));

    public static Fixture Sgd(int seed) => Trace(seed, "SGD with momentum",
        [("learning_rate", 0.05), ("momentum", 0.9), ("weight_decay", 0.1)],
        p => optim.SGD(p, 0.05, momentum: 0.9, weight_decay: 0.1));

    public static Fixture Nesterov(int seed) => Trace(seed, "SGD with Nesterov momentum",
        [("learning_rate", 0.05), ("momentum", 0.9), ("weight_decay", 0.1)],
        p => optim.SGD(p, 0.05, momentum: 0.9, weight_decay: 0.1, nesterov: true));

    public static Fixture RmsProp(int seed) => Trace(seed, "RMSprop",
        [("learning_rate", 0.05), ("alpha", 0.9), ("epsilon", 1e-6), ("weight_decay", 0.1)],
        p => optim.RMSProp(p, 0.05, alpha: 0.9, eps: 1e-6, weight_decay: 0.1));

    public static Fixture AdaGrad(int seed) => Trace(seed, "AdaGrad",
        [("learning_rate", 0.05), ("epsilon", 1e-6), ("weight_decay", 0.1)],
        p => optim.Adagrad(p, 0.05, weight_decay: 0.1, eps: 1e-6));

    static Fixture Trace(int seed, string name, (string Name, double Value)[] settings, Func<Parameter[], optim.Optimizer> make)
    {
        var draws = new Draws(seed);
        var fixture = new Fixture($"{name}: parameters after each step on the given gradients.");
        foreach (var (setting, value) in settings)
            fixture.Set(setting, value);

        Tensor initial = draws.Uniform(1, Size);
        Tensor gradients = draws.Uniform(1, Steps, Size);
        var parameter = new Parameter(initial.clone());
        optim.Optimizer optimizer = make([parameter]);
        var rows = new List<Tensor>();
        for (int step = 0; step < Steps; step++)
        {
            optimizer.zero_grad();
            (parameter * gradients[step]).sum().backward();
            optimizer.step();
            rows.Add(parameter.detach().clone());
        }
        fixture.Add("initial", initial);
        fixture.Add("gradients", gradients);
        fixture.Add("parameters", stack(rows));
        return fixture;
    }
}
