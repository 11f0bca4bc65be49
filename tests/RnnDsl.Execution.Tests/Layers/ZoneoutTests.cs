using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests.Layers;

/// <summary>In training each unit of <see cref="ZoneoutLstm{Input, Hidden}"/> keeps its old value or takes the new one, anew at each step, memory and output by themselves.</summary>
public class ZoneoutTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    const ulong Noise = 777;

    /// <summary>What the masks of the compiled program keep: of a unit that Dropout makes zero, the change is lost.</summary>
    static bool[] Kept(Probe probe, int dropout, double rate, int example, int step, int units)
    {
        var mask = new DropoutMask(Noise, dropout, rate);
        return [.. Enumerable.Range(0, units).Select(unit => mask.Factor(probe.RowOf(example, step), unit) == 0)];
    }

    [Theory]
    [InlineData(1, 1, "1")]
    [InlineData(3, 1, "6,2")]
    [InlineData(1, 3, "5,5,1")]
    [InlineData(3, 17, "9,7,7,2")]
    [InlineData(17, 40, "26,26,25,3")]
    public void Training_is_the_papers_with_the_same_masks(int input, int units, string text)
    {
        int[] lengths = [.. text.Split(',').Select(int.Parse)];
        using var probe = new Probe(new ZoneoutLstm<In, Hid>(input, units), "Scan", lengths, seed: 3) { Noise = Noise };
        var paper = new PaperRun(probe, (p, x, s, b, t) =>
            PaperLayers.ZoneoutLstm(p, x, s, Kept(probe, 0, 0.5, b, t, units), Kept(probe, 1, 0.05, b, t, units)));
        CompiledRun run = probe.Run(probe.Method.Training!, gradients: true);
        paper.Values(PaperRun.Doubles(run.Results), PaperRun.Doubles(run.Finals), 1e-5, "training");
        paper.Gradients(run, seed: 3);
    }

    /// <summary>Of the new values in training, as many as the rates say are the old ones, whatever the other state, the step and the example do.</summary>
    [Fact]
    public void Each_state_keeps_at_its_own_rate_and_anew_at_each_step()
    {
        const int Steps = 40, Units = 64, Examples = 8;
        using var probe = new Probe(new ZoneoutLstm<In, Hid>(3, Units), "Scan", [.. Enumerable.Repeat(Steps, Examples)], seed: 5) { Noise = Noise };
        CompiledRun run = probe.Run(probe.Method.Training!, gradients: true);
        int kept = 0, again = 0, both = 0, count = 0;
        for (int b = 0; b < Examples; b++)
        {
            bool[] before = new bool[Units];
            for (int t = 1; t < Steps; t++)
            {
                bool[] output = Kept(probe, 1, 0.05, b, t, Units), memory = Kept(probe, 0, 0.5, b, t, Units);
                for (int unit = 0; unit < Units; unit++)
                {
                    // The output of a step is h, so a unit that kept its value shows the same number, to the bit.
                    Assert.Equal(output[unit], run.Results[b][t * Units + unit] == run.Results[b][(t - 1) * Units + unit]);
                    count++;
                    kept += output[unit] ? 1 : 0;
                    again += output[unit] && before[unit] ? 1 : 0;
                    both += output[unit] && memory[unit] ? 1 : 0;
                }
                before = output;
            }
        }
        // Five deviations of a binomial count.
        static void Near(double share, int found, int of) => Assert.InRange(found, share * of - 5 * Math.Sqrt(share * of), share * of + 5 * Math.Sqrt(share * of));
        Near(0.05, kept, count);
        Near(0.05 * 0.05, again, count);
        Near(0.05 * 0.5, both, count);
    }
}
