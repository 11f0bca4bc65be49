using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

public class OptimizerTests
{
    const double Rate = 0.05, Decay = 0.1;

    static ParameterStore Store(params int[] lengths) => ParameterStore.Create(
        "Test", [.. lengths.Select((n, i) => new ParameterInfo($"p{i}", 1, n, 1, Initial.Uniform, 1))], 1);

    /// <summary>A formula that moves one value: given value, gradient and number of the step, with two memories.</summary>
    delegate double Rule(double w, double g, int step, ref double first, ref double second);

    [Fact]
    public void A_setting_out_of_range_is_named_at_once()
    {
        (string Setting, Func<Optimizer> Make)[] wrong =
        [
            ("learningRate", () => new Sgd(double.NaN)), ("LearningRate", () => new Sgd(Rate) { LearningRate = -1 }),
            ("WeightDecay", () => new AdamW(Rate) { WeightDecay = double.NaN }), ("Momentum", () => new Sgd(Rate) { Momentum = -0.1 }),
            ("Momentum", () => new RmsProp(Rate) { Momentum = double.PositiveInfinity }), ("Alpha", () => new RmsProp(Rate) { Alpha = 1 }),
            ("Beta1", () => new Adam(Rate) { Beta1 = 1.5 }), ("Beta2", () => new Adam(Rate) { Beta2 = double.NaN }),
            ("Epsilon", () => new Adam(Rate) { Epsilon = -1e-8 }), ("Epsilon", () => new AdaGrad(Rate) { Epsilon = double.NaN }),
            // A parameter without a gradient would be divided by it.
            ("Epsilon", () => new AdamW(Rate) { Epsilon = 0 }), ("Epsilon", () => new RmsProp(Rate) { Epsilon = 1e-300 }), ("Epsilon", () => new AdaGrad(Rate) { Epsilon = 0 }),
            // It would be infinite in single precision.
            ("LearningRate", () => new Sgd(Rate) { LearningRate = 1e300 }),
        ];
        foreach ((string setting, Func<Optimizer> make) in wrong)
            Assert.StartsWith(setting + " is a", Assert.Throws<ArgumentOutOfRangeException>(setting, make).Message);
    }

    public static TheoryData<string> Names => [.. Rules.Keys];

    static readonly Dictionary<string, (Func<Optimizer> Make, Rule Rule)> Rules = new()
    {
        ["Sgd"] = (() => new Sgd(Rate), (double w, double g, int t, ref double a, ref double b) => w - Rate * g),
        ["Sgd with momentum"] = (() => new Sgd(Rate) { Momentum = 0.9, WeightDecay = Decay },
            (double w, double g, int t, ref double v, ref double b) => w - Rate * (v = 0.9 * v + g + Decay * w)),
        ["Nesterov"] = (() => new Sgd(Rate) { Momentum = 0.9, WeightDecay = Decay, Nesterov = true },
            (double w, double g, int t, ref double v, ref double b) =>
            {
                g += Decay * w;
                v = 0.9 * v + g;
                return w - Rate * (g + 0.9 * v);
            }),
        ["Adam"] = (() => new Adam(Rate) { Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = Decay },
            (double w, double g, int t, ref double m, ref double v) => w - AdamMove(g + Decay * w, t, ref m, ref v)),
        ["AdamW"] = (() => new AdamW(Rate) { Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = Decay },
            (double w, double g, int t, ref double m, ref double v) => w * (1 - Rate * Decay) - AdamMove(g, t, ref m, ref v)),
        ["RmsProp"] = (() => new RmsProp(Rate) { Alpha = 0.9, Epsilon = 1e-6, WeightDecay = Decay },
            (double w, double g, int t, ref double v, ref double u) => w - Rate * RmsMove(g + Decay * w, ref v)),
        ["RmsProp with momentum"] = (() => new RmsProp(Rate) { Alpha = 0.9, Epsilon = 1e-6, Momentum = 0.7 },
            (double w, double g, int t, ref double v, ref double u) => w - Rate * (u = 0.7 * u + RmsMove(g, ref v))),
        ["AdaGrad"] = (() => new AdaGrad(Rate) { Epsilon = 1e-6, WeightDecay = Decay },
            (double w, double g, int t, ref double s, ref double b) =>
            {
                g += Decay * w;
                s += g * g;
                return w - Rate * g / (Math.Sqrt(s) + 1e-6);
            }),
    };

    static double AdamMove(double g, int t, ref double m, ref double v)
    {
        m = 0.8 * m + 0.2 * g;
        v = 0.95 * v + 0.05 * g * g;
        return Rate * (m / (1 - Math.Pow(0.8, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.95, t))) + 1e-6);
    }

    static double RmsMove(double g, ref double v)
    {
        v = 0.9 * v + 0.1 * g * g;
        return g / (Math.Sqrt(v) + 1e-6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_follow_the_formula(string name)
    {
        ParameterStore store = Store(3, 20, 1);
        Optimizer optimizer = Rules[name].Make();
        double[] w = Array.ConvertAll(store.Snapshot(), v => (double)v), first = new double[w.Length], second = new double[w.Length];
        var random = new RandomStream(1, name);
        for (int step = 1; step <= 20; step++)
        {
            float[] gradient = Gradient(store, random);
            optimizer.Step(store, gradient);
            for (int i = 0; i < w.Length; i++)
                w[i] = Rules[name].Rule(w[i], gradient[i], step, ref first[i], ref second[i]);
            Assert.All(w.Zip(store.Snapshot()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
        // The gaps stay zero.
        Assert.All(store.Snapshot()[20..].Where((_, i) => i is >= 16 and < 28), gap => Assert.Equal(0, gap));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Frozen_slices_keep_their_bits_and_remember_nothing(string name)
    {
        ParameterStore store = Store(3, 20, 1), plain = Store(3, 20, 1);
        Optimizer optimizer = Rules[name].Make(), other = Rules[name].Make();
        var random = new RandomStream(2, name);
        float[] before = store.Snapshot();
        for (int step = 0; step < 3; step++)
            optimizer.Step(store, Gradient(store, random), multipliers: [1, 0, 1]);
        Assert.Equal(before[16..48], store.Snapshot()[16..48]);
        Assert.NotEqual(before[..3], store.Snapshot()[..3]);
        Assert.NotEqual(before[48], store.Snapshot()[48]);
        // Thawed, it moves like one that has only now begun.
        for (int step = 0; step < 3; step++)
        {
            float[] gradient = Gradient(store, random);
            optimizer.Step(store, gradient);
            other.Step(plain, gradient);
        }
        Assert.Equal(plain["p1"].ToArray(), store["p1"].ToArray());
    }

    [Fact]
    public void Factors_multiply_rate_and_gradient()
    {
        ParameterStore a = Store(4, 4), b = Store(4, 4);
        float[] gradient = Gradient(a, new RandomStream(1));
        new Sgd(0.1).Step(a, gradient, rateFactor: 0.5, gradientFactor: 0.25, multipliers: [1, 2]);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(b["p0"][i] - 0.1 * 0.5 * 0.25 * gradient[i], a["p0"][i], 1e-6);
            Assert.Equal(b["p1"][i] - 0.1 * 2 * 0.5 * 0.25 * gradient[16 + i], a["p1"][i], 1e-6);
        }
    }

    [Fact]
    public void An_optimiser_belongs_to_one_model()
    {
        var optimizer = new Adam();
        ParameterStore one = Store(3), two = Store(3);
        optimizer.Step(one, new float[16]);
        Assert.Contains("another model", Assert.Throws<InvalidOperationException>(() => optimizer.Step(two, new float[16])).Message);
        optimizer.Reset();
        optimizer.Step(two, new float[16]);
        Assert.Throws<ArgumentException>(() => optimizer.Step(two, new float[3]));
        Assert.Throws<ArgumentException>(() => optimizer.Step(two, new float[16], multipliers: [1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(double.NaN));
    }

    [Fact]
    public void After_a_reset_it_is_as_new()
    {
        ParameterStore one = Store(5), two = Store(5), fresh = Store(5);
        var random = new RandomStream(3);
        var used = new Adam(0.1);
        used.Step(one, Gradient(one, random));
        used.Reset();
        float[] gradient = Gradient(two, random);
        used.Step(two, gradient);
        new Adam(0.1).Step(fresh, gradient);
        Assert.Equal(fresh.Snapshot(), two.Snapshot());
    }

    /// <summary>Random, with zero gaps.</summary>
    static float[] Gradient(ParameterStore store, RandomStream random)
    {
        var gradient = new float[store.Length];
        foreach (Parameter slice in store.Slices)
            for (int i = 0; i < slice.Length; i++)
                gradient[slice.Offset + i] = (float)random.Uniform(1);
        return gradient;
    }
}
