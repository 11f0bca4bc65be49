using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

/// <summary>LSTM, GRU and Elman against PyTorch: random weights, every gate different, non-zero initial states, sequences of unequal length.</summary>
public class TorchParityTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    public static TheoryData<string> Fixtures() =>
    [
        .. TorchFixture.Names("lstm-i"), .. TorchFixture.Names("gru-i"), .. TorchFixture.Names("rnn-"), "lstm-lengths-falling",
    ];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Outputs_and_all_gradients_equal(string name)
    {
        TorchFixture fixture = TorchFixture.Load(name);
        int[] shape = fixture.Shape("x");
        int steps = shape[0], batch = shape[1], input = shape[2], hidden = fixture.Shape("y")[2];
        int[] lengths = fixture.Has("lengths") ? [.. fixture.Doubles("lengths").Select(l => (int)l)] : [.. Enumerable.Repeat(steps, batch)];
        string[] gates = name.StartsWith("lstm", StringComparison.Ordinal) ? ["i", "f", "g", "o"] : name.StartsWith("gru", StringComparison.Ordinal) ? ["r", "z", "n"] : [""];
        Module cell = gates.Length switch
        {
            4 => new Lstm<In, Hid>(input, hidden),
            3 => new Gru<In, Hid>(input, hidden),
            _ => name.Contains("relu") ? new ElmanRelu<In, Hid>(input, hidden) : new Elman<In, Hid>(input, hidden),
        };
        using var probe = new Probe(cell, "Scan", lengths, seed: 1);
        string Own(string kind, string gate) => cell.Info.Parameters.Single(p => p.Name == kind + gate).Name;
        for (int g = 0; g < gates.Length; g++)
        {
            Set(probe.Parameters[Own("W", gates[g])], fixture.Block("weight_ih_l0", g, gates.Length));
            Set(probe.Parameters[Own("U", gates[g])], fixture.Block("weight_hh_l0", g, gates.Length));
            float[] bias = fixture.Block("bias_ih_l0", g, gates.Length), second = fixture.Block("bias_hh_l0", g, gates.Length);
            bool apart = gates[g] == "n";
            Set(probe.Parameters[Own("b", gates[g])], apart ? bias : [.. bias.Zip(second, (a, b) => a + b)]);
            if (apart)
                Set(probe.Parameters["cn"], second);
        }
        float[] Rows(string array, int b, int width, int count) =>
            [.. Enumerable.Range(0, count).SelectMany(t => fixture.Floats(array).Skip((t * batch + b) * width).Take(width))];
        string[] states = gates.Length == 4 ? ["h", "c"] : ["h"];
        for (int b = 0; b < batch; b++)
        {
            Set(probe.Inputs[b][0], Rows("x", b, input, lengths[b]));
            Set(probe.ResultGradients[b], Rows("dy", b, hidden, lengths[b]));
            for (int s = 0; s < states.Length; s++)
                Set(probe.States![b][s], [.. fixture.Floats(states[s] + "0").Skip(b * hidden).Take(hidden)]);
        }

        CompiledRun run = probe.Run(probe.Method.Training!, gradients: true);
        for (int b = 0; b < batch; b++)
        {
            Close(Rows("y", b, hidden, lengths[b]), run.Results[b], "y");
            Close(Rows("dx", b, input, lengths[b]), run.InputGradients[b][0], "dx");
            for (int s = 0; s < states.Length; s++)
            {
                Close([.. fixture.Floats(states[s] + "n").Skip(b * hidden).Take(hidden)], run.Finals[b][s], states[s] + "n");
                Close([.. fixture.Floats("d" + states[s] + "0").Skip(b * hidden).Take(hidden)], run.InitialGradients[b][s], "d" + states[s] + "0");
            }
        }
        for (int g = 0; g < gates.Length; g++)
        {
            Close(fixture.Block("dweight_ih_l0", g, gates.Length), run.Gradients["W" + gates[g]], "dW" + gates[g]);
            Close(fixture.Block("dweight_hh_l0", g, gates.Length), run.Gradients["U" + gates[g]], "dU" + gates[g]);
            Close(fixture.Block("dbias_ih_l0", g, gates.Length), run.Gradients["b" + gates[g]], "db" + gates[g]);
        }
        if (gates.Length == 3)
            Close(fixture.Block("dbias_hh_l0", 2, 3), run.Gradients["cn"], "dcn");
    }

    static void Set(double[] target, float[] values)
    {
        Assert.Equal(target.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            target[i] = values[i];
    }

    static void Close(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        float scale = Math.Max(1, expected.Max(MathF.Abs));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= 1e-5f * scale, $"{what}[{i}]: PyTorch gives {expected[i]:G9}, the compiled program {actual[i]:G9}.");
    }
}
