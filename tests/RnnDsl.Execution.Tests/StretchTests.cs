using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;
using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Matrices and vectors of a step that are kept of one stretch of steps, and made again of the others.</summary>
public class StretchTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    const ulong Noise = 4711;

    static readonly Dictionary<string, Func<Module>> Modules = new()
    {
        ["MLstm"] = () => new MLstm<In, Hid>(3, 5),
        ["DeltaNet"] = () => new DeltaNet<In, Hid>(4, 17),
        ["GatedLinearAttention"] = () => new GatedLinearAttention<In, Hid>(3, 6),
        ["MatrixMemory"] = () => new MatrixMemory<In, Hid>(2, 5),
        ["MatrixSides"] = () => new MatrixSides<In, Hid>(2, 4),
        ["DroppedMemory"] = () => new DroppedMemory<In, Hid>(3, 4),
        ["MemoryStack"] = () => new MemoryStack(2, 4, 3),
        ["Lstm"] = () => new Lstm<In, Hid>(3, 5),
        ["Gru"] = () => new Gru<In, Hid>(2, 9),
        ["Sru"] = () => new Sru<In, Hid>(7, 7),
        ["VectorStack"] = () => new VectorStack(3, 6, 2),
    };

    public static TheoryData<string, int[]> Cases()
    {
        var cases = new TheoryData<string, int[]>();
        foreach (string name in Modules.Keys)
            foreach (int[] lengths in new int[][] { [1], [2, 1], [7, 7, 3], [50, 31, 31, 1], [300, 120, 5] })
                cases.Add(name, lengths);
        return cases;
    }

    static string MethodOf(Module module) => module.Info.Methods.Any(m => m.Name == "Scan") ? "Scan" : "Loss";

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bits_are_those_without_stretches(string name, int[] lengths)
    {
        Module module = Modules[name]();
        foreach (bool withStates in new[] { true, false })
            foreach (int blockRows in new[] { 1, 3, 7, int.MaxValue })
            {
                using var probe = new Probe(module, MethodOf(module), lengths, seed: 3, withStates, scale: 0.5) { Noise = Noise, MostBlockRows = blockRows };
                CompiledRun whole = probe.Run(probe.Method.Training!, gradients: true);
                long floats = probe.ArenaFloats;
                probe.Stretches = true;
                Same(whole, probe.Run(probe.Method.Training!, gradients: true));
                Assert.True(lengths[0] < 300 || blockRows > 7 || probe.ArenaFloats < floats, $"{probe.ArenaFloats} floats in stretches, {floats} without.");
            }
    }

    static void Same(CompiledRun expected, CompiledRun actual)
    {
        Same(expected.Results, actual.Results, "result");
        foreach ((string name, float[] gradient) in expected.Gradients)
            Same([gradient], [actual.Gradients[name]], "gradient of " + name);
        for (int b = 0; b < expected.Results.Length; b++)
        {
            Same(expected.Finals[b], actual.Finals[b], "final state");
            Same(expected.InputGradients[b], actual.InputGradients[b], "gradient of the input");
            Same(expected.InitialGradients[b], actual.InitialGradients[b], "gradient of the initial state");
        }
    }

    internal static void Same(float[][] expected, float[][] actual, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.DoesNotContain(expected[i], float.IsNaN);
            Assert.True(MemoryMarshal.Cast<float, int>(expected[i]).SequenceEqual(MemoryMarshal.Cast<float, int>(actual[i])), $"The {what} [{i}] has other bits.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cells_equal_their_equations(string name, int[] lengths)
    {
        Module module = Modules[name]();
        // What drops units is compared with its masks given, below. The recurrence of MatrixSides magnifies roundings too much for 300 steps in single precision.
        if (name is not ("DroppedMemory" or "MemoryStack" or "VectorStack") && (name != "MatrixSides" || lengths[0] < 300))
            Checks.All(module, "Scan", lengths, seed: 5, blockRows: 4);
    }

    [Theory]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 2, 1 })]
    [InlineData(new[] { 7, 7, 3 })]
    [InlineData(new[] { 50, 31, 31, 1 })]
    [InlineData(new[] { 300, 120, 5 })]
    public void Units_are_dropped_alike_the_second_time(int[] lengths)
    {
        const int Input = 3, Hidden = 4;
        using var dropped = new Probe(new DroppedMemory<In, Hid>(Input, Hidden), "Scan", lengths, seed: 1) { Noise = Noise, Stretches = true, MostBlockRows = 4 };
        using var masked = new Probe(new MaskedMemory<In, Hid>(Input, Hidden), "Scan", lengths, seed: 1);
        foreach ((string name, double[] values) in dropped.Parameters)
            values.CopyTo(masked.Parameters[name], 0);
        DropoutMask key = new(Noise, 0, 0.3), value = new(Noise, 1, 0.4), query = new(Noise, 2, 0.2);
        for (int b = 0; b < lengths.Length; b++)
        {
            masked.Inputs[b][0] = [.. Enumerable.Range(0, lengths[b]).SelectMany(t => dropped.Inputs[b][0][(t * Input)..((t + 1) * Input)]
                .Concat(Units(key, dropped.RowOf(b, t))).Concat(Units(value, b)).Concat(Units(query, dropped.RowOf(b, t))))];
            for (int s = 0; s < dropped.States![b].Length; s++)
                dropped.States[b][s].CopyTo(masked.States![b][s], 0);
            dropped.ResultGradients[b].CopyTo(masked.ResultGradients[b], 0);
        }
        CompiledRun run = dropped.Run(dropped.Method.Training!, gradients: true), twin = masked.Run(masked.Method.Training!, gradients: true);
        (double[][] results, _) = masked.Reference();
        for (int b = 0; b < lengths.Length; b++)
        {
            Close([.. results[b].Select(v => (float)v)], run.Results[b], "result");
            Close([.. twin.InputGradients[b][0].Chunk(Input + 3 * Hidden).SelectMany(step => step[..Input])], run.InputGradients[b][0], "gradient of the input");
        }
        foreach ((string name, float[] gradient) in run.Gradients)
            Close(twin.Gradients[name], gradient, "gradient of " + name);

        static IEnumerable<double> Units(DropoutMask mask, int row) => Enumerable.Range(0, Hidden).Select(unit => (double)mask.Factor(row, unit));
    }

    static void Close(float[] expected, float[] actual, string what)
    {
        double scale = Math.Max(1e-3, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 2e-5 * scale, $"{what}[{i}]: {expected[i]:G9} and {actual[i]:G9}.");
    }
}
