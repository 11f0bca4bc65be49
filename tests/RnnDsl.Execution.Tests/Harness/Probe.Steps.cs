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
    public CompiledRun RunSteps(StepProgram program) => RunSteps(program, _ => program, [.. Enumerable.Range(0, Method.Inputs.Count)], Lengths);

    /// <summary>The same along an axis, under the condition of each example.</summary>
    public CompiledRun RunConditional(ConditionalInfo along, StepProgram pattern)
    {
        foreach (Parameter slice in module.Parameters.Slices)
            Array.ConvertAll(Parameters[slice.Name], value => (float)value).CopyTo(module.Parameters.Of(slice));
        StreamedMethod streamed = StreamedMethod.Of(module, Method, [.. Method.Inputs.Where(i => i.Kind == ValueKind.Sequence && i.Axis == along.Axis).Select(i => i.Name)]);
        var conditions = new Conditions(module, streamed);
        Dataset data = Data([.. Enumerable.Range(0, Lengths.Length)]);
        Condition[] made = [.. Lengths.Select((_, b) => conditions.Of(pattern, data, b))];
        CompiledRun run = RunSteps(pattern, b => made[b].Program, [.. streamed.Inputs.Select(input => Method.Inputs.ToList().IndexOf(input))], Axes[along.Axis]);
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
    CompiledRun RunSteps(StepProgram pattern, Func<int, StepProgram> programOf, int[] inputs, int[] lengths)
    {
        NativeFloats parameters = ParameterBuffer(out _);
        NativeFloats prepared = Allocate(pattern.PreparedFloats);
        pattern.Prepare(parameters.Pointer, prepared.Pointer);
        var results = new float[Lengths.Length][];
        var finals = new float[Lengths.Length][][];
        for (int b = 0; b < Lengths.Length; b++)
        {
            StepProgram program = programOf(b);
            // Whatever a step does not write itself it must not read.
            NativeFloats memory = Allocate(program.StreamFloats, float.NaN);
            foreach (StepState state in program.States)
            {
                Span<float> values = Values(memory, state);
                values.Fill(state.Initial);
                if (IndexOf(state) is >= 0 and int s && States is not null)
                    for (int i = 0; i < values.Length; i++)
                        values[i] = (float)States[b][s][i];
            }
            NativeFloats input = Allocate(program.Inputs), output = Allocate(program.Outputs, float.NaN);
            var answers = new List<float>();
            for (int t = 0; t < lengths[b]; t++)
            {
                int at = 0;
                foreach (int i in inputs)
                    for (int unit = 0; unit < Method.Inputs[i].Width; unit++)
                        input.Span[at++] = (float)Inputs[b][i][(Method.Inputs[i].Kind == ValueKind.Sequence ? t * Method.Inputs[i].Width : 0) + unit];
                program.Step(prepared.Pointer, memory.Pointer, input.Pointer, output.Pointer);
                answers.AddRange(output.Span);
            }
            results[b] = [.. answers];
            // A state on which no answer depends is left out.
            finals[b] = [.. Method.States.Select(s => program.States.FirstOrDefault(state => state.Name == s.Name) is { } state ? Values(memory, state).ToArray() : [])];
        }
        foreach (NativeFloats buffer in buffers)
            Assert.True(buffer.IsWhole, "A step wrote outside of its buffers.");
        return new CompiledRun(results, finals, [], [], []);
    }

    int IndexOf(StepState state) => Method.States.ToList().FindIndex(s => s.Name == state.Name);

    static Span<float> Values(NativeFloats memory, StepState state) => memory.Span.Slice((int)state.Offset, state.Width);
}
