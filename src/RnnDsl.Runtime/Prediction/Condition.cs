using System.Collections.Concurrent;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>The data that streams under one condition share.</summary>
/// <param name="Program">The program of a step.</param>
/// <param name="Given">Holds the memory of the values that the step is given.</param>
/// <param name="Held">Null, or the inputs of a step, with the condition's inputs filled in.</param>
sealed record Condition(StepProgram Program, AlignedBuffer? Given = null, float[]? Held = null);

/// <summary>Creates conditions from examples, with weights that never change. Any number of threads may call it.</summary>
sealed class Conditions
{
    readonly Module model;
    readonly StreamedMethod streamed;

    /// <summary>The inputs of the condition, as the inputs of a method.</summary>
    readonly MethodInfo method;
    readonly AlignedBuffer parameters = new(), prepared = new();
    readonly ConcurrentBag<Run> idle = [];

    public Conditions(Module model, StreamedMethod streamed)
    {
        (this.model, this.streamed) = (model, streamed);
        int? axis = streamed.Programs?.Axis;
        method = new MethodInfo(streamed.Method.Name, streamed.Condition, new ValueInfo("given", ValueKind.Vector, 1), [.. streamed.Method.States.Where(s => axis is not null && s.Axis != axis)],
            streamed.Programs?.Condition ?? streamed.Method.Forward, null) { Thinned = streamed.Method.Thinned, Axes = streamed.Method.Axes };
        if (streamed.Programs?.Condition is not { } program)
            return;
        parameters.Reserve(model.Parameters.Length, Predictor.SmallerSizes);
        model.Parameters.ReadOnlyValues.CopyTo(parameters.Span);
        prepared.Reserve(program.PreparedFloats, Predictor.SmallerSizes);
        program.Prepare(parameters.Floats, prepared.Floats);
    }

    /// <summary>The floats of the weights.</summary>
    public long WeightFloats => parameters.Length + prepared.Length;

    /// <exception cref="ArgumentException">The data do not fit the condition's inputs, or are not finite; the message says where.</exception>
    public Condition Of(StepProgram step, Dataset data, int example)
    {
        if (!idle.TryTake(out Run? run))
            run = new Run(this);
        try
        {
            return run.Of(step, data, example);
        }
        finally
        {
            idle.Add(run);
        }
    }

    /// <summary>The buffers that one caller at a time needs.</summary>
    sealed class Run
    {
        readonly Conditions owner;
        readonly InputBinding binding;
        readonly BatchPlan plan = new(new ExecutionOptions());
        readonly BatchRun run;
        readonly ShardRunner runner;

        public Run(Conditions owner)
        {
            this.owner = owner;
            binding = new InputBinding(owner.model, owner.method);
            run = new BatchRun(owner.method, binding, plan) { Program = owner.method.Forward, Parameters = owner.parameters.Floats, Prepared = owner.prepared.Floats };
            runner = new ShardRunner(owner.method);
        }

        public Condition Of(StepProgram step, Dataset data, int example)
        {
            binding.Bind(data);
            ArgumentOutOfRangeException.ThrowIfNegative(example);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(example, data.Count);
            plan.Build(owner.method, binding.Parts, binding.Firsts, [example], gradient: false);
            return step is ConditionalStepProgram conditional ? Given(conditional) : new Condition(step, Held: Held(step, example));
        }

        Condition Given(ConditionalStepProgram pattern)
        {
            int[] lengths = [.. Enumerable.Range(0, plan.Axes).Select(axis => plan.LengthsOf(axis)[0])];
            ConditionalStepProgram program = pattern.Under(lengths);
            var values = new AlignedBuffer();
            // Loops read whole vectors, and so read beyond the last value.
            program.Given = values.Reserve(program.GivenFloats + Layout.Alignment, "use shorter sequences");
            run.Given = [.. program.GivenPlaces.Select(place => program.Given + place)];
            if (run.Given.Length > 0)
                runner.Run(run, 0, Floats.Null, []);
            return new Condition(program, values);
        }

        /// <summary>A step that takes all inputs gets the condition's inputs at every step.</summary>
        float[] Held(StepProgram step, int example)
        {
            var held = new float[step.Inputs];
            int at = 0;
            foreach (ValueInfo input in owner.streamed.Method.Inputs)
            {
                if (binding.Columns.FirstOrDefault(c => c.Name == input.Name) is { } column)
                {
                    ReadOnlySpan<float> values = column.Step(example, 0);
                    if (Rows.FirstNotFinite(values) is not null)
                        throw InputBinding.NotFinite(column, [example]);
                    values.CopyTo(held.AsSpan(at));
                }
                at += input.Width;
            }
            return held;
        }
    }
}
