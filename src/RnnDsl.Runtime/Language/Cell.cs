namespace RnnDsl;

/// <summary>
/// Base of recurrent cells and, if nothing is marked <see cref="StateAttribute"/>, of layers. The equations of one step are in <see cref="Step"/>. This class runs them as they are
/// written, one example at a time, in double precision.
/// </summary>
/// <typeparam name="TIn">Dimension of the input of a step.</typeparam>
/// <typeparam name="TOut">Dimension of the output of a step.</typeparam>
public abstract class Cell<TIn, TOut> : Recurrence<TIn, TOut>
{
    /// <summary>The equations: reads the states of the previous step, assigns those of this step, returns the output.</summary>
    protected abstract Vec<TOut> Step(Vec<TIn> x);

    /// <summary>Runs the cell from the first step to the last. Step t of the result is the output of step t.</summary>
    public Seq<TOut> Scan(Seq<TIn> x) => Run(x, reversed: false, Step);

    /// <summary>Runs the cell from the first step to the last, from given states on.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="start">The start, from <see cref="Ops.Start"/> or <see cref="End"/>.</param>
    /// <exception cref="ArgumentException">There are more states than the cell has, or one has another length.</exception>
    public Seq<TOut> Scan(Seq<TIn> x, States start) => Run(x, reversed: false, Step, start);

    /// <summary>The states after the last step of a scan.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="start">The start of the scan. Without it, states start as they are declared.</param>
    public States End(Seq<TIn> x, States? start = null) => LeftStates(Run(x, reversed: false, Step, start));

    /// <summary>Runs the cell from the last step to the first. Step t of the result is the output of step t, so the result is in
    /// the order of the input.</summary>
    public Seq<TOut> ScanReversed(Seq<TIn> x) => Run(x, reversed: true, Step);

    /// <summary>Runs the cell from the last step to the first, from given states on.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="start">The start, from <see cref="Ops.Start"/> or <see cref="EndReversed"/>.</param>
    /// <exception cref="ArgumentException">There are more states than the cell has, or one has another length.</exception>
    public Seq<TOut> ScanReversed(Seq<TIn> x, States start) => Run(x, reversed: true, Step, start);

    /// <summary>The states after a reversed scan, which ends at the first step.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="start">The start of the scan. Without it, states start as they are declared.</param>
    public States EndReversed(Seq<TIn> x, States? start = null) => LeftStates(Run(x, reversed: true, Step, start));

    /// <summary>Applies a cell without states to a vector.</summary>
    /// <exception cref="InvalidOperationException">The cell carries states.</exception>
    public Vec<TOut> Map(Vec<TIn> x)
    {
        SetState(null);
        if (GetState().Length > 0)
            throw new InvalidOperationException($"{Numbers.Text(GetType())} carries states from step to step: run it over a sequence " +
                "with Scan. Map is for cells without states.");
        return OutputOf(x, Step);
    }

    /// <summary>Applies a cell without states to every step.</summary>
    /// <exception cref="InvalidOperationException">The cell carries states.</exception>
    public Seq<TOut> Map(Seq<TIn> x) => x.Select(Map);
}

/// <summary>
/// Base of cells that read a memory at each step. The memory is the states of an encoder, from which attention takes what the step needs (Bahdanau et al. 2015), or any other
/// sequence. Its length is independent of the input's.
/// </summary>
/// <typeparam name="TIn">Dimension of the input of a step.</typeparam>
/// <typeparam name="TOut">Dimension of the output of a step.</typeparam>
/// <typeparam name="TMemory">Dimension of the memory's steps.</typeparam>
public abstract class Cell<TIn, TOut, TMemory> : Recurrence<TIn, TOut>
{
    /// <summary>The equations: reads the states of the previous step and the memory, assigns the states of this step, returns the output.</summary>
    protected abstract Vec<TOut> Step(Vec<TIn> x, Seq<TMemory> memory);

    /// <summary>Runs the cell from the first step to the last. Step t of the result is the output of step t.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="memory">The sequence that every step reads.</param>
    /// <param name="start">The start, from <see cref="Ops.Start"/> or <see cref="End"/>. Without it, states start as they are declared.</param>
    /// <exception cref="ArgumentException">There are more states than the cell has, or one has another length.</exception>
    public Seq<TOut> Scan(Seq<TIn> x, Seq<TMemory> memory, States? start = null) => Run(x, reversed: false, Looking(memory), start, memory.ToArray());

    /// <summary>The states after the last step of a scan.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="memory">The sequence that every step reads.</param>
    /// <param name="start">The start of the scan. Without it, states start as they are declared.</param>
    public States End(Seq<TIn> x, Seq<TMemory> memory, States? start = null) => LeftStates(Scan(x, memory, start));

    /// <summary>Runs the cell from the last step to the first. Step t of the result is the output of step t, so the result is in the order of the input.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="memory">The sequence that every step reads.</param>
    /// <param name="start">The start, from <see cref="Ops.Start"/> or <see cref="EndReversed"/>. Without it, states start as they are declared.</param>
    /// <exception cref="ArgumentException">There are more states than the cell has, or one has another length.</exception>
    public Seq<TOut> ScanReversed(Seq<TIn> x, Seq<TMemory> memory, States? start = null) => Run(x, reversed: true, Looking(memory), start, memory.ToArray());

    /// <summary>The states after a reversed scan, which ends at the first step.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="memory">The sequence that every step reads.</param>
    /// <param name="start">The start of the scan. Without it, states start as they are declared.</param>
    public States EndReversed(Seq<TIn> x, Seq<TMemory> memory, States? start = null) => LeftStates(ScanReversed(x, memory, start));

    Func<Vec<TIn>, Vec<TOut>> Looking(Seq<TMemory> memory)
    {
        StartSequences(memory.Steps);
        return x => Step(x, memory);
    }
}
