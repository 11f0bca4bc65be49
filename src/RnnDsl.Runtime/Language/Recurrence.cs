using System.ComponentModel;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl;

/// <summary>
/// Common part of all cells: states that are carried from step to step, and the uncompiled run of the equations, one example at a time, in double precision. A cell derives from
/// <see cref="Cell{TIn, TOut}"/>, or from <see cref="Cell{TIn, TOut, TMemory}"/> if it reads a sequence at each step.
/// </summary>
/// <typeparam name="TIn">Dimension of the input of a step.</typeparam>
/// <typeparam name="TOut">Dimension of the output of a step.</typeparam>
public abstract class Recurrence<TIn, TOut> : Module, ICarriesStates
{
    readonly Queue<double[]?[]> pending = [];

    /// <summary>Whether the last of the states is the number of the step.</summary>
    bool countsSteps;

    readonly List<(double[] Input, bool Reversed, double[][] Given, double[][] Start)> started = [];

    /// <summary>The number of this step in its scan: 0 at the first step, 1 at the next, in the direction of the scan. A reversed scan therefore counts from the last step.
    /// Streams, and sequences that are cut into chunks, continue to count. A float counts exactly up to 2^24, some 17 million steps. From there a compiled sequence keeps this
    /// number, and a stream continues with the numbers that a float can hold, first the even ones. No gradient flows through it.</summary>
    protected Scalar StepNumber { get; private set; } = 0;

    /// <summary>For generated code: the number of the next step.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void CountFrom(double step) => (StepNumber, countsSteps) = (step, true);

    /// <summary>The states after a scan that made these outputs. States of the output's dimension have its parts as well.</summary>
    private protected States LeftStates<D>(Seq<D> outputs) => new(countsSteps ? GetState()[..^1] : GetState(), typeof(D), outputs.Steps > 0 ? outputs[0].Extent : null);

    /// <summary>Written by the generator: copies of the states' values, in the order of their declaration.</summary>
    protected virtual double[][] GetState() => [];

    /// <summary>Written by the generator: sets the states, to their initial constants if <paramref name="state"/> is null.</summary>
    protected virtual void SetState(double[][]? state)
    {
    }

    /// <summary>Written by the generator: sets the states that are sequences to their initial constants. Such a state has a value for each step of a memory.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void StartSequences(int steps)
    {
    }

    /// <summary>
    /// For generated code: the states from which a later scan starts, in place of the initial constants. Each call takes one entry, first in, first out, and overwrites its
    /// elements with the states after the last step.
    /// </summary>
    /// <param name="states">One per state, in the order of their declaration; null stands for the initial constant.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void QueueStates(double[]?[] states) => pending.Enqueue(states);

    /// <summary>For generated code: drops the entries of <see cref="QueueStates"/> that remain if an earlier run failed.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void ClearStates()
    {
        pending.Clear();
        started.Clear();
    }

    /// <summary>For generated code: the sizes of the output's parts. It is set if a model uses the cell with a concatenation as <typeparamref name="TOut"/>; the cell by itself
    /// knows only their sum.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Extent? OutputExtent { get; set; }

    /// <summary>Runs the equations over a sequence.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="reversed">Whether the scan runs from the last step to the first.</param>
    /// <param name="step">The equations.</param>
    /// <param name="given">The states from which it starts.</param>
    /// <param name="memory">The sequence that the equations read besides the input.</param>
    private protected Seq<TOut> Run(Seq<TIn> x, bool reversed, Func<Vec<TIn>, Vec<TOut>> step, States? given = null, double[]? memory = null)
    {
        StepNumber = 0;
        SetState(null);
        double[]?[]? states = TakeStates([.. x.ToArray(), .. memory ?? []], reversed, given?.Values ?? []);
        var outputs = new Vec<TOut>[x.Steps];
        for (int i = 0; i < outputs.Length; i++)
        {
            int t = reversed ? outputs.Length - 1 - i : i;
            outputs[t] = OutputOf(x[t], step);
            StepNumber = StepNumber.Value + 1;
        }
        if (states is not null)
            GetState().CopyTo(states, 0);
        return Seq<TOut>.Own(outputs);
    }

    /// <summary>
    /// Sets the states from which this run starts. If the equations contain the same scan twice (a prediction that two losses read), the compiled program runs it once, so both runs start alike.
    /// </summary>
    double[]?[]? TakeStates(double[] input, bool reversed, double[][] given)
    {
        if (Nested.Depth > 0 || (pending.Count == 0 && started.Count == 0))
        {
            Start(given);
            return null;
        }
        foreach ((double[] known, bool direction, double[][] other, double[][] start) in started)
            if (direction == reversed && known.AsSpan().SequenceEqual(input) && other.Length == given.Length && other.Zip(given).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)))
            {
                SetState(start);
                return null;
            }
        // A scan whose states are all given takes none from the queue.
        int count = GetState().Length;
        double[]?[]? states = pending.Count > 0 && count > given.Length ? pending.Dequeue() : null;
        if (states is not null && states.Length != count)
            throw Misfit(states.Length, count);
        Start(states ?? []);
        Start(given);
        if (states is not null)
            started.Add((input, reversed, given, GetState()));
        return states;
    }

    /// <summary>Sets the states for which there is a value.</summary>
    void Start(double[]?[] states)
    {
        if (states.Length == 0)
            return;
        double[][] start = GetState();
        if (states.Length > start.Length)
            throw Misfit(states.Length, start.Length);
        for (int i = 0; i < states.Length; i++)
        {
            double[] value = states[i] ?? start[i];
            if (value.Length != start[i].Length)
                throw new ArgumentException($"State {Numbers.Text(i)} of {Numbers.Text(GetType())} has {Numbers.Text(start[i].Length)} " +
                    $"units, but {Numbers.Text(value.Length)} values were given to start from.");
            start[i] = value;
        }
        SetState(start);
    }

    ArgumentException Misfit(int given, int states) =>
        new($"{Numbers.Text(GetType())} has {Numbers.Text(states)} states, but {Numbers.Text(given)} were given to start from.");

    private protected Vec<TOut> OutputOf(Vec<TIn> x, Func<Vec<TIn>, Vec<TOut>> step)
    {
        Vec<TOut> y = step(x);
        return OutputExtent is null ? y : Vec<TOut>.Own(Extent.Unify(y.Extent, OutputExtent, Vec<TOut>.Name), y.Values);
    }
}
