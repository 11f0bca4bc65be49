using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution.Tests;

internal sealed partial class Probe
{
    /// <summary>What a stream should answer at each step: the method's result, or its last element, on the steps so far.</summary>
    public double[][] ReferenceAnswers() =>
    [
        .. Lengths.Select((length, b) => Enumerable.Range(1, length).SelectMany(steps =>
        {
            double[][] sofar = [.. Method.Inputs.Select((input, i) => input.Kind == ValueKind.Sequence ? Inputs[b][i][..(steps * input.Width)] : Inputs[b][i])];
            double[][] states = [.. Method.States.Select((s, i) => States is null ? Enumerable.Repeat((double)s.Initial, s.Width).ToArray() : (double[])States[b][i].Clone())];
            return module.RunReference(Method.Name, sofar, states)[^Method.Result.Width..];
        }).ToArray()),
    ];

    /// <summary>Runs the streaming program on every example, step by step; the results are the answers of all steps.</summary>
    public CompiledRun RunSteps(StepProgram program)
    {
        NativeFloats parameters = ParameterBuffer(out _);
        NativeFloats prepared = Allocate(program.PreparedFloats);
        program.Prepare(parameters.Pointer, prepared.Pointer);
        var results = new float[Lengths.Length][];
        var finals = new float[Lengths.Length][][];
        for (int b = 0; b < Lengths.Length; b++)
        {
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
            for (int t = 0; t < Lengths[b]; t++)
            {
                int at = 0;
                for (int i = 0; i < Method.Inputs.Count; i++)
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
