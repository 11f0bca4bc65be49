using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Memory;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>What fades must not end among the denormal numbers, where every step takes many times as long.</summary>
public class FadingTests
{
    const int Steps = 1500, Width = 3;

    sealed class A : Dim;
    sealed class B : Dim;

    static readonly Dictionary<string, Func<Module>> Cells = new()
    {
        ["Lstm"] = () => new Lstm<A, B>(Width, 19, seed: 1),
        ["Gru"] = () => new Gru<A, B>(Width, 19, seed: 1),
        ["IndRnn"] = () => new IndRnn<A, B>(Width, 19, seed: 1),
        ["ShiftRegister"] = () => new ShiftRegister<A, B>(Width, 19, seed: 1),
    };

    [Theory]
    [InlineData("Lstm")]
    [InlineData("Gru")]
    [InlineData("IndRnn")]
    [InlineData("ShiftRegister")]
    public void States_and_gradients_that_fade_become_zero(string cell)
    {
        Module module = Faint(Cells[cell]());
        float[] inputs = [.. Enumerable.Range(0, Steps * Width).Select(i => i < 5 * Width ? 0.3f * (i % 4) - 0.4f : 0)];
        using var session = new Session(module, "Scan", new Dataset(new Column
        {
            Name = "x", Kind = ValueKind.Sequence, Width = Width, Stride = Width, Values = inputs, Starts = [0], Lengths = [Steps],
        }));
        session.OutputGradient[^19..].Fill(1);
        session.Backward();
        PredictionStream stream = new Predictor(module, "Scan").Start();
        stream.Run(inputs, new float[session.Output.Length]);
        for (int state = 0; state < session.FinalStates.States; state++)
        {
            Assert.All(session.FinalStates[state].ToArray(), x => Assert.Equal(0, x));
            Assert.All(session.InitialStateGradients[state].ToArray(), x => Assert.Equal(0, x));
        }
        Assert.All(stream.Snapshot()[..^1], x => Assert.Equal(0, x));
        Assert.Contains(session.Output[..(5 * 19)].ToArray(), x => Math.Abs(x) > 1e-3);
    }

    /// <summary>A state of some step, put into a stream that has gone elsewhere: what fades and is near 2.5e-29 must become zero at the same steps.</summary>
    [Fact]
    public void A_state_goes_on_to_the_bit_wherever_it_is_put()
    {
        var random = new Random(11);
        int faded = 0;
        for (int run = 0; run < 60; run++)
        {
            Module module = Faint(Cells.Values.ElementAt(run % Cells.Count)());
            var predictor = new Predictor(module, "Scan");
            int loud = random.Next(1, 6), before = loud + random.Next(200), after = 300;
            float[] inputs = [.. Enumerable.Range(0, (before + after) * Width).Select(i => i < loud * Width ? random.NextSingle() - 0.5f : 0)];
            float[] rest = inputs[(before * Width)..], expected = new float[after * predictor.OutputWidth], answers = new float[expected.Length];
            PredictionStream stream = predictor.Start();
            stream.Run(inputs[..(before * Width)], new float[before * predictor.OutputWidth]);
            float[] state = stream.Snapshot();
            PredictionStream fork = stream.Fork(), resumed = predictor.Resume(state), other = predictor.Start();
            stream.Run(rest, expected);
            float[] last = stream.Snapshot();
            int elsewhere = random.Next(1, before + 1);
            other.Run(inputs[..(elsewhere * Width)], new float[elsewhere * predictor.OutputWidth]);
            other.Restore(state);
            foreach (PredictionStream one in new[] { fork, resumed, other })
            {
                one.Run(rest, answers);
                Assert.Equal(Bits(expected), Bits(answers));
                Assert.Equal(Bits(last), Bits(one.Snapshot()));
            }
            other.Reset();
            other.Run(inputs, new float[inputs.Length / Width * predictor.OutputWidth]);
            Assert.Equal(Bits(last), Bits(other.Snapshot()));
            faded += expected.Zip(expected.Skip(predictor.OutputWidth)).Count(pair => pair.First != 0 && Math.Abs(pair.First) < 1e-28 && pair.Second == 0);
        }
        Assert.True(faded > 100, $"{faded} values faded.");
    }

    static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);

    /// <summary>Recurrent weights and biases under which nothing is remembered for long; a forget gate of one half or more rounds denormal numbers up to themselves.</summary>
    static Module Faint(Module module)
    {
        foreach (Parameter parameter in module.Parameters.Slices)
            foreach (ref float value in module.Parameters.Values.Slice(parameter.Offset, parameter.Length))
                value *= parameter.Name[0] is 'U' or 'u' ? 0.4f : 1;
        return module;
    }

    [Fact]
    public void States_that_are_no_numbers_stay_so()
    {
        var module = new Lstm<A, B>(Width, 19, seed: 1);
        using var session = new Session(module, "Scan", new Dataset(new Column
        {
            Name = "x", Kind = ValueKind.Sequence, Width = Width, Stride = Width, Values = new float[40 * Width], Starts = [0], Lengths = [40],
        }));
        session.InitialStates["c"][7] = float.NaN;
        session.Forward();
        Assert.True(float.IsNaN(session.FinalStates["c"][7]));
    }
}
