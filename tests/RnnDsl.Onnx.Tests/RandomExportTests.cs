using Microsoft.ML.OnnxRuntime;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Execution.Tests;
using Xunit.Abstractions;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Exported files of random cells and models give in ONNX Runtime what their equations give.</summary>
public class RandomExportTests(ITestOutputHelper log)
{
    const int Batch = 40;
    const double Tolerance = 5e-5;
    const string Output = "onnx_output";

    static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    /// <summary>More and other programs: RNNDSL_RANDOM_EXPORTS=500 RNNDSL_RANDOM_SEED=7; single ones: RNNDSL_RANDOM_ONLY=Wide:7,Model:12.</summary>
    [Fact]
    public void Random_programs_equal_in_ONNX_Runtime()
    {
        int first = Setting("RNNDSL_RANDOM_SEED", (int)((long)(DateTime.UtcNow.Date - DateTime.UnixEpoch).TotalDays * 100_000 % 1_000_000_000));
        log.WriteLine($"The same again with RNNDSL_RANDOM_SEED={first}.");
        (ProgramKind, int)[] programs = Environment.GetEnvironmentVariable("RNNDSL_RANDOM_ONLY") is { } only
            ? [.. only.Split(',').Select(p => p.Split(':')).Select(p => (Enum.Parse<ProgramKind>(p[0]), int.Parse(p[1])))]
            : [.. Enumerable.Range(0, Setting("RNNDSL_RANDOM_EXPORTS", 30)).Select(i => ((ProgramKind)(i % 5), first + i))];
        var wrong = new List<string>();
        int compared = 0, refused = 0;
        foreach ((ProgramKind Kind, int Seed)[] chunk in programs.Chunk(Batch))
        {
            RandomProgram[] written = [.. chunk.Select(p => RandomProgram.Write(p.Kind, p.Seed))];
            using ProgramBatch batch = ProgramBatch.Compile(written);
            // Those that do not compile are reported where the programs themselves are tested.
            foreach (RandomProgram program in written.Where(p => !batch.Faults.ContainsKey(p)))
                try
                {
                    Module module = program.Make(batch.Assembly!, new Random(program.Seed), most: 12);
                    Draw.Parameters(module, program.Seed);
                    foreach (string method in module.Info.Methods.Where(m => m.Inputs.Count > 0).Select(m => m.Name))
                        if (Compare(module, method, program.Seed))
                            compared++;
                        else
                            refused++;
                }
                catch (Exception error)
                {
                    wrong.Add($"{program.Kind}:{program.Seed}: {error.Message}\n{program.Source}");
                }
        }
        log.WriteLine($"{compared} methods compared, {refused} refused, {wrong.Count} wrong.");
        Assert.True(compared + refused >= programs.Length / 2, $"Only {compared} methods of {programs.Length} programs were compared: the others do not compile.");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {programs.Length} exports are wrong:\n{string.Join('\n', wrong.Take(10))}");
    }

    /// <returns>False if the export is refused with a reason.</returns>
    bool Compare(Module module, string method, int seed)
    {
        MethodInfo info = module.Method(method);
        var random = new Random(seed);
        bool padded = info.Inputs.Any(i => i.Kind == ValueKind.Sequence) && random.Next(2) == 0;
        byte[] file;
        try
        {
            file = OnnxExport.ToBytes(module, new OnnxExportOptions { Method = method, OutputName = Output, Lengths = padded });
        }
        catch (Exception reason) when (reason is ArgumentException or NotSupportedException && !reason.Message.StartsWith("The operation", StringComparison.Ordinal))
        {
            log.WriteLine($"{module.Info.Name}.{method}: {reason.Message}");
            return false;
        }
        using InferenceSession session = Runtime.Open(file);
        int batch = 1 + random.Next(3);
        // Along each axis lengths of their own.
        int[][] lengths = Product.Lengths(info, [.. Enumerable.Range(0, info.Axes).Select(_ =>
        {
            int longest = 1 + random.Next(5);
            return Enumerable.Range(0, batch).Select(b => padded && b > 0 ? 1 + random.Next(longest) : longest).ToArray();
        })]);
        float[] Values(ValueInfo input, int steps) => input.IsOneHot ? [.. Enumerable.Range(0, steps).Select(_ => (float)random.Next(-1, input.Units))] : Draw.Floats(random, steps * input.Width);
        var inputs = info.Inputs.Select(i => lengths[i.Axis].Select(l => Values(i, i.Kind == ValueKind.Sequence ? l : 1)).ToArray()).ToArray();
        float[][] initial = [.. info.States.Select(s => Draw.Floats(random, batch * s.Width, 0.5))];
        List<(string, Array, long[])> feeds =
        [
            .. info.Inputs.Select((input, i) => (input.Name, Fed(inputs[i].SelectMany(x => Padded(x, input, lengths[input.Axis].Max())).ToArray(), input), ExportTests.Shape(input, batch, lengths[input.Axis].Max()))),
            .. info.States.Select((s, i) => (s.Name, (Array)initial[i], ExportTests.StateShape(session, s, batch))),
        ];
        if (padded)
            feeds.AddRange(info.Inputs.Where(i => i.Kind == ValueKind.Sequence).GroupBy(i => i.Axis).Select(g =>
                (g.Key == 0 ? "lengths" : "lengths." + g.First().Name, (Array)lengths[g.Key], new long[] { batch })));
        string drawn = string.Join(" and ", lengths.Select(l => string.Join(',', l)));
        float[][] actual = Runtime.Run(session, feeds, session.OutputNames);
        int row = actual[0].Length / batch;
        for (int b = 0; b < batch; b++)
        {
            double[][] finals = [.. info.States.Select((s, i) => initial[i].Skip(b * s.Width).Take(s.Width).Select(v => (double)v).ToArray())];
            double[][] starts = [.. finals.Select(f => (double[])f.Clone())];
            double[][] own = [.. inputs.Select(i => i[b].Select(v => (double)v).ToArray())];
            double[] result = Equations(module, method, own, finals, null);
            // Uncompiled equations take two scans of a layer over equal numbers for one; the states of the second are untouched then.
            if (result.Any(v => !double.IsFinite(v)) || info.States.Select((state, s) => state.Name.Contains('#') && finals[s].SequenceEqual(starts[s])).Contains(true))
                continue;
            double[] MovedResult(int round) => Equations(module, method, own, [.. starts.Select(s => (double[])s.Clone())], new Random(round));
            Close(result, actual[0].AsSpan(b * row, result.Length), MovedResult, $"{method} output of example {b} of {drawn}");
            for (int s = 0; s < finals.Length; s++)
            {
                double[] MovedState(int round)
                {
                    double[][] states = [.. starts.Select(v => (double[])v.Clone())];
                    Equations(module, method, own, states, new Random(round));
                    return states[s];
                }
                Close(finals[s], actual[1 + s].AsSpan(b * finals[s].Length, finals[s].Length), MovedState, $"{method} final {info.States[s].Name} of example {b} of {drawn}");
            }
        }
        return true;
    }

    /// <summary>The uncompiled equations; with a source of noise all parameters are moved by a float's rounding.</summary>
    static double[] Equations(Module module, string method, double[][] inputs, double[][] states, Random? noise)
    {
        module.BindReference(new ReferenceParameters(module.Parameters.Slices.ToDictionary(s => s.Name, s =>
            module.Parameters.Of(s).ToArray().Select(v => v * (1 + (noise is null ? 0 : 1.2e-7 * (2 * noise.NextDouble() - 1)))).ToArray())));
        return module.RunReference(method, inputs, states);
    }

    static void Close(double[] expected, ReadOnlySpan<float> actual, Func<int, double[]> moved, string what)
    {
        double scale = Math.Max(1, expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - actual[i]) <= Tolerance * scale))
            {
                double most = Enumerable.Range(0, 4).Max(round => Math.Abs(moved(round)[i] - expected[i]));
                Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * scale + 30 * most, $"{what} [{i}] is {actual[i]:G9}, the equations give {expected[i]:G9}.");
            }
    }

    /// <summary>An example's values, and what is no number behind them.</summary>
    static IEnumerable<float> Padded(float[] values, ValueInfo input, int steps) =>
        input.Kind == ValueKind.Sequence ? values.Concat(Enumerable.Repeat(float.NaN, steps * input.Width - values.Length)) : values;

    /// <summary>Of a one-hot input whole numbers; in the padding one that is none of a unit.</summary>
    static Array Fed(float[] values, ValueInfo input) => input.IsOneHot ? Array.ConvertAll(values, v => float.IsNaN(v) ? long.MaxValue : (long)v) : values;
}
