using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

internal sealed partial class Probe
{
    /// <summary>What a stream should answer at each step: the method's result, or its last element, on the steps so far.</summary>
    /// <param name="axis">The axis along which it goes; sequences of others are there as a whole.</param>
    public double[][] ReferenceAnswers(int axis = 0) =>
    [
        .. Axes[axis].Select((length, b) => Enumerable.Range(1, length).SelectMany(steps =>
        {
            double[][] sofar = [.. Method.Inputs.Select((input, i) => input.Kind == ValueKind.Sequence && input.Axis == axis ? Inputs[b][i][..(steps * input.Width)] : Inputs[b][i])];
            double[][] states = [.. Method.States.Select((s, i) => States is null ? Enumerable.Repeat((double)s.Initial, s.Width).ToArray() : (double[])States[b][i].Clone())];
            return module.RunReference(Method.Name, sofar, states)[^Method.Result.Width..];
        }).ToArray()),
    ];

    /// <summary>Runs the streaming program on every example, step by step; the results are the answers of all steps.</summary>
    /// <param name="program">The program of a step.</param>
    /// <param name="together">Whether all streams make their steps together, and not one after another.</param>
    public CompiledRun RunSteps(StepProgram program, bool together = false) => RunSteps(program, _ => program, [.. Enumerable.Range(0, Method.Inputs.Count)], Lengths, together);

    /// <summary>The same along an axis, under the condition of each example.</summary>
    public CompiledRun RunConditional(ConditionalInfo along, StepProgram pattern, bool together = false)
    {
        foreach (Parameter slice in module.Parameters.Slices)
            Array.ConvertAll(Parameters[slice.Name], value => (float)value).CopyTo(module.Parameters.Of(slice));
        StreamedMethod streamed = StreamedMethod.Of(module, Method, [.. Method.Inputs.Where(i => i.Kind == ValueKind.Sequence && i.Axis == along.Axis).Select(i => i.Name)]);
        var conditions = new Conditions(module, streamed);
        Dataset data = Data([.. Enumerable.Range(0, Lengths.Length)]);
        Condition[] made = [.. Lengths.Select((_, b) => conditions.Of(pattern, data, b))];
        CompiledRun run = RunSteps(pattern, b => made[b].Program, [.. streamed.Inputs.Select(input => Method.Inputs.ToList().IndexOf(input))], Axes[along.Axis], together);
        GC.KeepAlive(made);
        return run;
    }

    /// <summary>The inputs of some examples.</summary>
    public Dataset Data(int[] order) => new([.. Method.Inputs.Select((input, i) =>
    {
        if (input.Kind == ValueKind.Sequences)
            return Nested(input, [.. order.Select(b => Inputs[b][i])]);
        int[] steps = [.. order.Select(b => Rows(input, b))];
        return new Column
        {
            Name = input.Name, Kind = input.Kind, Width = input.Width, Units = input.Units, Stride = input.Width, Lengths = steps,
            Values = order.SelectMany(b => Inputs[b][i].Select(v => (float)v)).ToArray(),
            Starts = [.. steps.Select((_, k) => steps.Take(k).Sum() * input.Width)],
        };
    })]);

    /// <summary>A column of what each example has as a row of numbers.</summary>
    static Column Nested(ValueInfo input, double[][] examples)
    {
        float[][][] sequences = [.. examples.Select(numbers =>
        {
            int count = (int)numbers[0], at = 1 + count;
            return Enumerable.Range(0, count).Select(t => numbers[at..(at += (int)numbers[1 + t] * input.Width)].Select(v => (float)v).ToArray()).ToArray();
        })];
        return !input.IsOneHot ? Column.Sequences(input.Name, input.Width, sequences)
            : Column.OneHot(input.Name, input.Units, [.. sequences.Select(e => e.Select(p => p.Select(v => (int)v).ToArray()).ToArray())]);
    }

    /// <param name="pattern">Packs the weights.</param>
    /// <param name="programOf">The program of each example.</param>
    /// <param name="inputs">The numbers of the inputs that come step by step.</param>
    /// <param name="lengths">Steps of each example.</param>
    /// <param name="together">Whether all streams make their steps together.</param>
    CompiledRun RunSteps(StepProgram pattern, Func<int, StepProgram> programOf, int[] inputs, int[] lengths, bool together)
    {
        NativeFloats parameters = ParameterBuffer(out _);
        NativeFloats prepared = Allocate(pattern.PreparedFloats);
        pattern.Prepare(parameters.Pointer, prepared.Pointer);
        // Copies fill more than one group of four; the last ones are compared.
        StreamProbe[] streams = [.. Enumerable.Range(0, together ? 3 : 1).SelectMany(_ => Lengths.Select((_, b) => StreamOf(b, programOf(b))))];
        if (together)
            for (int t = 0; t < lengths.Max(); t++)
                StepTogether(pattern, prepared, [.. streams.Where(s => t < lengths[s.Example])], inputs, t);
        else
            foreach (StreamProbe stream in streams)
                for (int t = 0; t < lengths[stream.Example]; t++)
                {
                    Feed(stream, inputs, t);
                    stream.Program.Step(prepared.Pointer, stream.Memory.Pointer, stream.Input.Pointer, stream.Output.Pointer);
                    stream.Answers.AddRange(stream.Output.Span);
                }
        foreach (NativeFloats buffer in buffers)
            Assert.True(buffer.IsWhole, "A step wrote outside of its buffers.");
        streams = streams[^Lengths.Length..];
        // A state on which no answer depends is left out.
        return new CompiledRun([.. streams.Select(s => s.Answers.ToArray())],
            [.. streams.Select(stream => Method.States.Select(s => stream.Program.States.FirstOrDefault(state => state.Name == s.Name) is { } state ? Values(stream.Memory, state).ToArray() : []).ToArray())],
            [], [], []);
    }

    sealed record StreamProbe(int Example, StepProgram Program, NativeFloats Memory, NativeFloats Input, NativeFloats Output, List<float> Answers);

    StreamProbe StreamOf(int example, StepProgram program)
    {
        // Whatever a step does not write itself it must not read.
        NativeFloats memory = Allocate(program.StreamFloats, float.NaN);
        foreach (StepState state in program.States)
        {
            Span<float> values = Values(memory, state);
            values.Fill(state.Initial);
            if (IndexOf(state) is >= 0 and int s && States is not null)
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)States[example][s][i];
        }
        return new StreamProbe(example, program, memory, Allocate(program.Inputs), Allocate(program.Outputs, float.NaN), []);
    }

    void Feed(StreamProbe stream, int[] inputs, int t)
    {
        int at = 0;
        foreach (int i in inputs)
            for (int unit = 0; unit < Method.Inputs[i].Width; unit++)
                stream.Input.Span[at++] = (float)Inputs[stream.Example][i][(Method.Inputs[i].Kind == ValueKind.Sequence ? t * Method.Inputs[i].Width : 0) + unit];
    }

    /// <summary>One step of some streams, piece by piece: the products of a piece are made for all of them at once.</summary>
    void StepTogether(StepProgram pattern, NativeFloats prepared, StreamProbe[] streams, int[] inputs, int t)
    {
        int slots = pattern.MostOperands;
        foreach (StreamProbe stream in streams)
            Feed(stream, inputs, t);
        NativeFloats sums = Allocate(pattern.SumFloats * streams.Length, float.NaN);
        var operands = new Floats[streams.Length * slots];
        for (int piece = 0; piece < pattern.Pieces; piece++)
        {
            for (int i = 0; i < streams.Length; i++)
                streams[i].Program.OperandsOf(piece, prepared.Pointer, streams[i].Memory.Pointer, streams[i].Input.Pointer, operands.AsSpan(i * slots, slots));
            pattern.MultiplyTogether(piece, prepared.Pointer, new StreamGroup(operands, slots, sums.Pointer, (nint)pattern.SumFloats, [], Floats.Null));
            for (int i = 0; i < streams.Length; i++)
                streams[i].Program.StepPiece(piece, prepared.Pointer, sums.Pointer + i * (nint)pattern.SumFloats, streams[i].Memory.Pointer, streams[i].Input.Pointer, streams[i].Output.Pointer);
        }
        foreach (StreamProbe stream in streams)
            stream.Answers.AddRange(stream.Output.Span);
    }

    int IndexOf(StepState state) => Method.States.ToList().FindIndex(s => s.Name == state.Name);

    static Span<float> Values(NativeFloats memory, StepState state) => memory.Span.Slice((int)state.Offset, state.Width);
}
