using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests.Layers;

/// <summary>In training recurrent weights of <see cref="WeightDropLstm{Input, Hidden}"/> are dropped, the same ones at all steps of all examples.</summary>
public class WeightDropTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    const ulong Noise = 4711;

    [Theory]
    [InlineData(1, 1, "1")]
    [InlineData(3, 1, "6,2")]
    [InlineData(1, 3, "5,5,1")]
    [InlineData(3, 17, "9,7,7,2")]
    [InlineData(17, 40, "26,26,25,3")]
    public void Training_is_the_papers_with_the_same_masks(int input, int units, string text)
    {
        int[] lengths = [.. text.Split(',').Select(int.Parse)];
        using var probe = new Probe(new WeightDropLstm<In, Hid>(input, units), "Scan", lengths, seed: 3) { Noise = Noise };
        var masks = new[] { "i", "f", "g", "o" }.Select((gate, number) => (gate, new DropoutMask(Noise, number, 0.5))).ToDictionary();
        var paper = new PaperRun(probe, (p, x, s, _, _) => PaperLayers.WeightDropLstm(p, x, s, (gate, place) => masks[gate].Factor(0, place)));
        CompiledRun run = probe.Run(probe.Method.Training!, gradients: true);
        paper.Values(PaperRun.Doubles(run.Results), PaperRun.Doubles(run.Finals), 1e-5, "training");
        paper.Gradients(run, seed: 3);
    }

    /// <summary>A weight that is dropped has no gradient in this step; half of them are, each matrix by itself.</summary>
    [Fact]
    public void Half_of_the_weights_rest_in_a_step_and_other_ones_in_another()
    {
        const int Units = 64;
        bool[] Resting(ulong noise, string gate)
        {
            using var probe = new Probe(new WeightDropLstm<In, Hid>(3, Units), "Scan", [5, 4, 4], seed: 5) { Noise = noise };
            return [.. probe.Run(probe.Method.Training!, gradients: true).Gradients["U" + gate].Select(d => d == 0)];
        }
        bool[] first = Resting(Noise, "i"), other = Resting(Noise, "o"), later = Resting(Noise + 1, "i");
        // Five deviations of a binomial count.
        static void Near(double share, int found) => Assert.InRange(found, share * Units * Units - 5 * Math.Sqrt(share * Units * Units), share * Units * Units + 5 * Math.Sqrt(share * Units * Units));
        Near(0.5, first.Count(r => r));
        Near(0.25, first.Zip(other).Count(p => p.First && p.Second));
        Near(0.25, first.Zip(later).Count(p => p.First && p.Second));
    }
}
