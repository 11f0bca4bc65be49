using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnDsl.FixtureMaker;

enum Kind { Lstm, Gru, RnnTanh, RnnRelu }

/// <summary>Values and gradients of the framework's recurrent modules, in double precision.</summary>
static class Recurrent
{
    /// <summary>One module over a batch; the gradient is that of sum(y · dy).</summary>
    /// <param name="lengths">Null, or the number of steps of each sequence, the largest being <paramref name="steps"/>.</param>
    public static Fixture Layer(
        Kind kind, int seed, int input, int hidden, int steps, int batch, bool bidirectional = false, int[]? lengths = null)
    {
        var draws = new Draws(seed);
        int directions = bidirectional ? 2 : 1;
        var fixture = new Fixture($"One {(bidirectional ? "bidirectional " : "")}{Name(kind)} layer; gradients of sum(y * dy).");
        SetSizes(fixture, input, hidden, steps, batch);

        using nn.Module module = Make(kind, input, hidden, 1, bidirectional);
        Randomise(module, draws);
        Tensor x = draws.Uniform(1.5, steps, batch, input);
        Tensor h0 = draws.Uniform(0.9, directions, batch, hidden).requires_grad_();
        Tensor c0 = draws.Uniform(1.2, directions, batch, hidden).requires_grad_();
        Tensor dy = draws.Uniform(1, steps, batch, directions * hidden);
        if (lengths is not null)
        {
            Tensor mask = Mask(lengths, steps);
            (x, dy) = (x * mask, dy * mask);
        }
        x = x.requires_grad_();

        (Tensor y, Tensor hn, Tensor? cn) = Forward(module, x, h0, c0, lengths);
        (y * dy).sum().backward();
        if (kind == Kind.RnnRelu)
            RefuseKinks(module, x, h0, y);

        if (lengths is not null)
            fixture.Add("lengths", [batch], lengths.Select(n => (double)n));
        fixture.Add("x", x);
        fixture.Add("h0", Flat(h0));
        if (kind == Kind.Lstm)
            fixture.Add("c0", Flat(c0));
        AddParameters(fixture, module, "");
        fixture.Add("y", y);
        fixture.Add("hn", Flat(hn));
        if (cn is not null)
            fixture.Add("cn", Flat(cn));
        fixture.Add("dy", dy);
        fixture.Add("dx", x.grad!);
        fixture.Add("dh0", Flat(h0.grad!));
        if (kind == Kind.Lstm)
            fixture.Add("dc0", Flat(c0.grad!));
        AddGradients(fixture, module, "");
        return fixture;
    }

    /// <summary>Two LSTM layers from a zero state and a linear head on the last step; the gradient is that of the mean squared
    /// error.</summary>
    public static Fixture Forecaster(int seed, int input, int hidden, int steps, int batch, int output)
    {
        var draws = new Draws(seed);
        var fixture = new Fixture(
            "Two LSTM layers from a zero state, a linear head on the last step, mean squared error over batch and outputs.");
        SetSizes(fixture, input, hidden, steps, batch);
        fixture.Set("output", output);

        using nn.Module encoder = Make(Kind.Lstm, input, hidden, 2, bidirectional: false);
        using Linear head = nn.Linear(hidden, output, dtype: float64);
        Randomise(encoder, draws);
        Randomise(head, draws);
        Tensor x = draws.Uniform(1.5, steps, batch, input).requires_grad_();
        Tensor target = draws.Uniform(1, batch, output);
        Tensor zero = zeros(2, batch, hidden, dtype: float64);

        (Tensor y, _, _) = Forward(encoder, x, zero, zero, lengths: null);
        Tensor prediction = head.call(y[steps - 1]);
        Tensor loss = nn.functional.mse_loss(prediction, target);
        loss.backward();

        fixture.Add("x", x);
        fixture.Add("target", target);
        AddParameters(fixture, encoder, "");
        AddParameters(fixture, head, "head.");
        fixture.Add("prediction", prediction);
        fixture.Add("loss", loss);
        fixture.Add("dx", x.grad!);
        AddGradients(fixture, encoder, "");
        AddGradients(fixture, head, "head.");
        return fixture;
    }

    static string Name(Kind kind) => kind switch
    {
        Kind.Lstm => "LSTM",
        Kind.Gru => "GRU",
        Kind.RnnTanh => "RNN (tanh)",
        _ => "RNN (relu)",
    };

    static nn.Module Make(Kind kind, int input, int hidden, int layers, bool bidirectional) => kind switch
    {
        Kind.Lstm => nn.LSTM(input, hidden, layers, bidirectional: bidirectional, dtype: float64),
        Kind.Gru => nn.GRU(input, hidden, layers, bidirectional: bidirectional, dtype: float64),
        Kind.RnnTanh => nn.RNN(input, hidden, layers, nn.NonLinearities.Tanh, bidirectional: bidirectional, dtype: float64),
        _ => nn.RNN(input, hidden, layers, nn.NonLinearities.ReLU, bidirectional: bidirectional, dtype: float64),
    };

    static (Tensor Y, Tensor H, Tensor? C) Forward(nn.Module module, Tensor x, Tensor h0, Tensor c0, int[]? lengths)
    {
        if (lengths is null)
        {
            switch (module)
            {
                case LSTM lstm:
                    return lstm.call(x, (h0, c0));
                case GRU gru:
                    (Tensor yGru, Tensor hGru) = gru.call(x, h0);
                    return (yGru, hGru, null);
                default:
                    (Tensor yRnn, Tensor hRnn) = ((RNN)module).call(x, h0);
                    return (yRnn, hRnn, null);
            }
        }

        // Each sequence by itself, so that the fixture cannot depend on how the framework packs a batch.
        int steps = (int)x.shape[0];
        var ys = new List<Tensor>();
        var hs = new List<Tensor>();
        var cs = new List<Tensor>();
        for (int b = 0; b < lengths.Length; b++)
        {
            (Tensor y, Tensor h, Tensor? c) = Forward(
                module, x.narrow(1, b, 1).narrow(0, 0, lengths[b]), h0.narrow(1, b, 1), c0.narrow(1, b, 1), lengths: null);
            ys.Add(cat([y, zeros(steps - lengths[b], 1, y.shape[2], dtype: float64)], 0));
            hs.Add(h);
            if (c is not null)
                cs.Add(c);
        }
        return (cat(ys, 1), cat(hs, 1), cs.Count > 0 ? cat(cs, 1) : null);
    }

    static void Randomise(nn.Module module, Draws draws)
    {
        using (no_grad())
            foreach (var (_, parameter) in module.named_parameters())
                parameter.copy_(draws.Uniform(parameter.shape.Length == 2 ? 0.6 : 0.5, parameter.shape));
    }

    /// <summary>1 where a sequence still runs, [steps, batch, 1].</summary>
    static Tensor Mask(int[] lengths, int steps)
    {
        var mask = new double[steps * lengths.Length];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = i / lengths.Length < lengths[i % lengths.Length] ? 1 : 0;
        return tensor(mask, [steps, lengths.Length, 1], dtype: float64);
    }

    /// <summary>A unit so near the kink that rounding decides its derivative would make the fixture worthless.</summary>
    static void RefuseKinks(nn.Module module, Tensor x, Tensor h0, Tensor y)
    {
        Dictionary<string, Parameter> p = module.named_parameters().ToDictionary(n => n.name, n => n.parameter);
        using var _ = no_grad();
        Tensor before = cat([h0, y.narrow(0, 0, y.shape[0] - 1)], 0);
        Tensor sum = matmul(x, p["weight_ih_l0"].t()) + p["bias_ih_l0"] + matmul(before, p["weight_hh_l0"].t()) + p["bias_hh_l0"];
        double nearest = sum.abs().min().item<double>();
        if (nearest < 1e-4)
            throw new InvalidOperationException($"A ReLU's argument is {nearest}: choose another seed.");
    }

    static Tensor Flat(Tensor state) => state.shape[0] == 1 ? state.squeeze(0) : state;

    static void SetSizes(Fixture fixture, int input, int hidden, int steps, int batch)
    {
        fixture.Set("input", input);
        fixture.Set("hidden", hidden);
        fixture.Set("steps", steps);
        fixture.Set("batch", batch);
    }

    static void AddParameters(Fixture fixture, nn.Module module, string prefix)
    {
        foreach (var (name, parameter) in module.named_parameters())
            fixture.Add(prefix + name, parameter);
    }

    static void AddGradients(Fixture fixture, nn.Module module, string prefix)
    {
        foreach (var (name, parameter) in module.named_parameters())
            fixture.Add("d" + prefix + name, parameter.grad!);
    }
}
