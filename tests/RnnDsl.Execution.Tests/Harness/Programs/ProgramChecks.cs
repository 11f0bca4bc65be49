using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>
/// One program against its equations: values to 2e-5, derivatives along a random direction of every array and of single elements to 1e-3; forward, training, stream,
/// chunks of a stream, bytes and several shards. Where a number differs, the equations are asked how much they magnify a rounding: a tolerance is that of the
/// rounding where it is larger.
/// </summary>
internal sealed partial class ProgramChecks : IDisposable
{
    const double ValueTolerance = 2e-5, DerivativeTolerance = 1e-3;

    /// <summary>Results that are smaller than this come of numbers of order one that take each other away, each known to the sigmoid's absolute error of 2.5e-7.</summary>
    const double LeastScale = 5e-2;

    /// <summary>The square of what is larger is beyond single precision.</summary>
    const double LargestNumber = 1e18;

    readonly Module module;
    readonly Probe probe;
    readonly Random random;
    readonly RandomProgram program;
    readonly string method;

    ProgramChecks(RandomProgram program, Module module, string method, int[] lengths, int seed, bool withStates)
    {
        (this.program, this.module, this.method) = (program, module, method);
        random = new Random(seed);
        probe = new Probe(module, method, lengths, seed, withStates) { Noise = 12345 };
        if (random.Next(2) == 0)
            probe.WeighBySteps();
        // Blocks of a few rows, so that these short sequences have several, and several stretches of blocks.
        if (seed % 4 != 0)
            (probe.Stretches, probe.MostBlockRows) = (true, 1 + seed % 5);
    }

    /// <summary>All methods of a program, with sizes and lengths that the program's seed decides: one fault of each kind.</summary>
    public static IReadOnlyList<ProgramFault> Run(RandomProgram program, System.Reflection.Assembly assembly)
    {
        var faults = new Dictionary<string, ProgramFault>();
        string where = program.Name;
        void Try(Action check)
        {
            try
            {
                check();
            }
            catch (Exception error)
            {
                string kind = (error as ProgramFault)?.Kind ?? error.GetType().Name;
                faults.TryAdd(kind, new(kind, $"{where}: {error.Message}{(error is ProgramFault ? "" : "\n" + error.StackTrace)}"));
            }
        }
        Try(() =>
        {
            var random = new Random(program.Seed);
            Module module = program.Make(assembly, random, most: 65);
            int[] lengths = Lengths(random, module.Info.Parameters.Sum(p => p.Length));
            if (LayerParameters.Fault(module) is { } lost)
                throw new ProgramFault("layers", lost);
            string sizes = $"{string.Join(", ", module.Info.Dimensions.Select(d => $"{d.Name} {d.Size}"))}; lengths {string.Join(',', lengths)}";
            foreach (string method in module.Info.Methods.Select(m => m.Name))
                foreach (bool withStates in module.Method(method).States.Count > 0 ? new[] { true, false } : [false])
                {
                    where = $"{method}{(withStates ? " from given states" : "")}, {sizes}";
                    using var checks = new ProgramChecks(program, module, method, lengths, program.Seed, withStates);
                    checks.All(Try);
                }
        });
        return [.. faults.Values];
    }

    /// <summary>Falling; few rows where there are many parameters, since the equations are run many times.</summary>
    static int[] Lengths(Random random, int parameters)
    {
        (int most, int longest) = random.Next(8) switch { 0 => (7, 20), 1 => (40, 2), _ => (4, 4) };
        while (most * longest > 4 && (long)parameters * most * longest > 60_000)
            (most, longest) = ((most + 1) / 2, (longest + 1) / 2);
        return [.. Enumerable.Range(0, 1 + random.Next(most)).Select(_ => 1 + random.Next(longest)).OrderDescending()];
    }

    public void Dispose() => probe.Dispose();

    /// <param name="check">Does one check; what is wrong with it does not keep the others from being done.</param>
    void All(Action<Action> check)
    {
        (double[][] expected, double[][][] finals) = probe.Reference();
        if (expected.Concat(finals.SelectMany(f => f)).Any(e => e.Any(v => !(Math.Abs(v) < LargestNumber))))
            return; // The equations have no value here, or none that a float could tell.
        if (TakesScansForOne(finals))
            return;
        check(() => Values(probe.Run(probe.Method.Forward, gradients: false), expected, finals, "forward"));
        if (probe.Method.Step is { } step)
            check(() =>
            {
                CompiledRun stream = probe.RunSteps(step);
                check(() => Values(stream, probe.ReferenceAnswers(), finals, "stream"));
                check(() => Bytes(stream, step, (program, together) => probe.RunSteps(program, together)));
                check(() => Together(stream, step, () => probe.RunSteps(step, together: true)));
                check(() => Chunks(stream));
                check(() => Adapters(step));
            });
        foreach (Execution.ConditionalInfo along in probe.Method.Conditionals.Where(c => c.Step is not null && probe.States is null))
            check(() => Conditional(along, finals, check));
        if (probe.Method.Training is { } any && probe.Stretches)
            check(() => Stretches(any));
        if (probe.Method.Training is { } training && !program.Drops)
            check(() =>
            {
                CompiledRun run = probe.Run(training, gradients: true);
                check(() => Values(run, expected, finals, "training"));
                check(() => Shards(run, expected));
                check(() => Frozen(training, run));
                if (!program.Stops)
                    Derivatives(run, training);
            });
        else
            check(() => Shards(null, expected));
        if (probe.Method.Training is { } dropping && program.Drops && !program.Stops)
            check(() => DroppedDerivatives(dropping));
    }

    /// <summary>
    /// Uncompiled equations take two scans of a layer over equal numbers for one, as in two losses that read one prediction. Where the equations write the same numbers in two
    /// ways, the compiled program has two scans; the states of the second were not touched then.
    /// </summary>
    /// <remarks>That may be so in a single example: over one-hot inputs that are all zero vectors, or where a softmax over the one step that there is makes 1 of both.</remarks>
    bool TakesScansForOne(double[][][] finals) => probe.Method.States.Select((state, s) => (state, s)).Where(p => p.state.Name.Contains('#'))
        .Any(p => finals.Select((f, b) => (Final: f[p.s], Given: probe.States?[b][p.s] ?? [.. Enumerable.Repeat((double)p.state.Initial, p.state.Width)])).Any(x => x.Final.SequenceEqual(x.Given)));

    void Values(CompiledRun run, double[][] expected, double[][][] finals, string kind)
    {
        double scale = Math.Max(LeastScale, expected.SelectMany(e => e).Max(Math.Abs));
        double largest = Math.Max(1, finals.SelectMany(f => f.SelectMany(s => s)).Select(Math.Abs).DefaultIfEmpty().Max());
        for (int b = 0; b < expected.Length; b++)
        {
            for (int i = 0; i < expected[b].Length; i++)
                if (Off(expected[b][i], run.Results[b][i], ValueTolerance * scale, () => (kind == "stream" ? Moved().Answers : kind.StartsWith("conditional", StringComparison.Ordinal) ? MovedAnswers(kind[^1] - '0') : Moved().Results)[b][i]))
                    throw new ProgramFault(kind, $"{kind} result [{b}][{i}] is {run.Results[b][i]:G9}, the equations give {expected[b][i]:G9}.");
            for (int s = 0; s < finals[b].Length; s++)
                for (int i = 0; i < run.Finals[b][s].Length; i++)
                    if (Off(finals[b][s][i], run.Finals[b][s][i], ValueTolerance * largest, () => Moved().Finals[b][s][i]))
                        throw new ProgramFault(kind + " state", $"final state {probe.Method.States[s].Name} [{b}][{i}] is {run.Finals[b][s][i]:G9}, the equations give {finals[b][s][i]:G9}.");
        }
    }

    /// <summary>What is made again of a stretch of steps has the bits that it had.</summary>
    void Stretches(CompiledProgram training)
    {
        int[] stretched = Bits(probe.Run(training, gradients: true));
        probe.Stretches = false;
        int[] whole = Bits(probe.Run(training, gradients: true));
        probe.Stretches = true;
        if (whole.AsSpan().CommonPrefixLength(stretched) is var at && at < whole.Length)
            throw new ProgramFault("stretches", $"Number [{at}] of {whole.Length} is {BitConverter.Int32BitsToSingle(stretched[at]):G9} in stretches, {BitConverter.Int32BitsToSingle(whole[at]):G9} without.");

        static int[] Bits(CompiledRun run) => [.. run.Results.Concat(run.Finals.SelectMany(f => f)).Concat(run.Gradients.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Value))
            .Concat(run.InputGradients.SelectMany(g => g)).Concat(run.InitialGradients.SelectMany(g => g)).SelectMany(v => v).Select(BitConverter.SingleToInt32Bits)];
    }

    static double Largest(float[][] a, float[][] b) => a.Zip(b, (x, y) => x.Zip(y, (p, q) => (double)Math.Abs(p - q)).DefaultIfEmpty().Max()).Max();

    /// <summary>Weights of 8 bits are those rounded and kept as floats, up to what one rounding more or less may do; and streams that make their steps together give the bits of each alone.</summary>
    static void Bytes(CompiledRun stream, StepProgram step, Func<StepProgram, bool, CompiledRun> runSteps)
    {
        StepProgram int8 = step.Int8();
        CompiledRun rounded = runSteps(RoundedWeights.Of(step), false), bytes = runSteps(int8, false);
        double scale = Math.Max(LeastScale, stream.Results.SelectMany(r => r).Max(Math.Abs)), effect = Largest(stream.Results, rounded.Results);
        double difference = Largest(rounded.Results, bytes.Results);
        if (!(difference <= 2e-5 * scale + 2 * effect))
            throw new ProgramFault("int8", $"int8 differs from rounded floats by {difference:G4}, rounding itself by {effect:G4} of {scale:G4}.");
        if (!(effect <= 0.5 * Math.Max(scale, 1)))
            throw new ProgramFault("int8 size", $"Rounding to 8 bits moves the answers by {effect:G4} of {scale:G4}.");
        Together(bytes, int8, () => runSteps(int8, true));
    }

    /// <summary>Streams that make their steps together give the same bits as alone.</summary>
    static void Together(CompiledRun alone, StepProgram step, Func<CompiledRun> runTogether)
    {
        if (step.Pieces == 0)
            return;
        CompiledRun together = runTogether();
        foreach ((float[] a, float[] b) in alone.Results.Concat(alone.Finals.SelectMany(f => f)).Zip(together.Results.Concat(together.Finals.SelectMany(f => f))))
            if (MemoryMarshal.Cast<float, int>(a).CommonPrefixLength(MemoryMarshal.Cast<float, int>(b)) is var same && same < Math.Max(a.Length, b.Length))
                throw new ProgramFault("together", $"Streams together give {b[same]:G9} at [{same}], alone {a[same]:G9}.");
    }

    /// <summary>The inputs of an example as a stream takes them: [steps × width].</summary>
    float[] StepInputs(int example) => [.. Enumerable.Range(0, probe.Lengths[example]).SelectMany(t => probe.Method.Inputs.SelectMany((input, i) =>
        probe.Inputs[example][i].Skip(input.Kind == ValueKind.Sequence ? t * input.Width : 0).Take(input.Width).Select(v => (float)v)))];

    /// <summary>A stream in chunks, forked in between, gives the same bits as one step after the other.</summary>
    void Chunks(CompiledRun stream)
    {
        if (probe.States is not null)
            return;
        SetParameters();
        var predictor = new Predictor(module, method);
        int example = random.Next(probe.Lengths.Length), steps = probe.Lengths[example], width = predictor.InputWidth;
        if (width == 0)
            return;
        float[] inputs = StepInputs(example);
        var answers = new float[steps * predictor.OutputWidth];
        int cut = random.Next(steps + 1);
        PredictionStream first = predictor.Start();
        first.Run(inputs.AsSpan(0, cut * width), answers.AsSpan(0, cut * predictor.OutputWidth));
        float[] snapshot = first.Snapshot();
        PredictionStream fork = first.Fork(), resumed = predictor.Resume(snapshot);
        foreach (PredictionStream rest in new[] { fork, first, resumed })
        {
            answers.AsSpan(cut * predictor.OutputWidth).Fill(float.NaN);
            rest.Run(inputs.AsSpan(cut * width), answers.AsSpan(cut * predictor.OutputWidth));
            int off = answers.AsSpan().CommonPrefixLength(stream.Results[example]);
            if (off < answers.Length)
                throw new ProgramFault("chunks", $"A stream cut after step {cut} of {steps} answers {answers[off]:G9} at [{off}], at once {stream.Results[example][off]:G9}.");
        }
    }

    void SetParameters()
    {
        foreach (Parameter slice in module.Parameters.Slices)
        {
            Span<float> values = module.Parameters.Of(slice);
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)probe.Parameters[slice.Name][i];
        }
        module.Parameters.MarkChanged();
    }

    /// <summary>A batch cut into shards, its examples in another order, gives what one shard gives.</summary>
    void Shards(CompiledRun? training, double[][] expected)
    {
        if (probe.States is not null || probe.Method.Inputs.Count == 0)
            return;
        SetParameters();
        int[] order = [.. Enumerable.Range(0, probe.Lengths.Length).OrderBy(_ => random.Next())];
        Dataset data = probe.Data(order);
        using var session = new Session(module, method, data, new ExecutionOptions { Threads = 1 + random.Next(2), ExamplesPerShard = 1 + random.Next(5) });
        session.Forward();
        Compare(session.Output, "session");
        if (training is null)
            return;
        if (probe.Method.Result.Kind != ValueKind.Scalar)
            order.SelectMany(b => probe.ResultGradients[b].Select(v => (float)v)).ToArray().CopyTo(session.OutputGradient);
        session.Backward();
        Compare(session.Output, "session training");
        using Executor? weighing = !probe.IsBySteps ? null
            : new Executor(module, method, new ExecutionOptions { Threads = 1 + random.Next(2), ExamplesPerShard = 1 + random.Next(5) }) { BySteps = true };
        if (weighing is not null)
        {
            double loss = weighing.Gradient(data, [.. Enumerable.Range(0, order.Length)]);
            double mean = expected.Select((e, b) => e[0] * probe.Weights[b]).Sum(), largest = Math.Max(LeastScale, expected.Max(e => Math.Abs(e[0])));
            if (Off(mean, loss, ValueTolerance * largest, () => Moved().Results.Max(r => r[0])))
                throw new ProgramFault("loss by step", $"The loss by step is {loss:G9}, the equations give {mean:G9}.");
        }
        foreach ((string name, float[] gradient) in training.Gradients)
        {
            ReadOnlySpan<float> sum = weighing is null ? session.Gradient(name)
                : weighing.Gradients.Slice(module.Parameters.Slices.First(s => s.Name == name).Offset, gradient.Length);
            double norm = Math.Max(1e-3, Math.Sqrt(gradient.Sum(g => (double)g * g)));
            for (int i = 0; i < gradient.Length; i++)
                if (!(Math.Abs(gradient[i] - sum[i]) <= DerivativeTolerance * norm))
                    throw new ProgramFault("session gradient", $"The gradient of {name}[{i}] is {sum[i]:G9} in several shards, {gradient[i]:G9} in one.");
        }

        void Compare(ReadOnlySpan<float> output, string kind)
        {
            double scale = Math.Max(LeastScale, expected.SelectMany(e => e).Max(Math.Abs));
            int at = 0;
            foreach (int b in order)
                for (int i = 0; i < expected[b].Length; i++, at++)
                    if (Off(expected[b][i], output[at], ValueTolerance * scale, () => Moved().Results[b][i]))
                        throw new ProgramFault(kind, $"{kind} result [{b}][{i}] is {output[at]:G9}, the equations give {expected[b][i]:G9}.");
        }
    }
}
