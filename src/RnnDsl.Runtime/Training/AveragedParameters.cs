using System.Numerics;
using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;

namespace RnnDsl.Training;

/// <summary>
/// The average of a store's parameters over the steps of a training. What rests, such as the rows of a table that a batch does not read, is not touched: its average follows from
/// its value and the number of steps that it
/// has rested, and is brought up to date before the value changes. So a step costs what it moves. Nothing that only reads the average changes it, so its bits do not depend on when
/// it is read.
/// </summary>
sealed unsafe partial class AveragedParameters : IParallelWork
{
    /// <summary>The floats that a thread brings up to date at a time.</summary>
    const int PieceFloats = 16 * 1024;

    readonly WeightAverage rule;
    readonly ParameterStore parameters;
    readonly AlignedBuffer average = new();
    readonly List<Piece> pieces = [];

    /// <summary>For each parameter the number of steps that its average has.</summary>
    readonly long[] counted;

    /// <summary>For each table that moves by rows, the same for each row; null for other parameters.</summary>
    readonly long[]?[] countedRows;

    /// <param name="rule">What is averaged.</param>
    /// <param name="parameters">The parameters that the optimizer moves.</param>
    public AveragedParameters(WeightAverage rule, ParameterStore parameters)
    {
        (this.rule, this.parameters) = (rule, parameters);
        average.Reserve(parameters.Length);
        (counted, countedRows) = (new long[parameters.Slices.Count], new long[parameters.Slices.Count][]);
    }

    /// <summary>The number of steps that have a part in the average.</summary>
    public long Steps { get; private set; }

    /// <summary>What is averaged.</summary>
    public WeightAverage Rule => rule;

    /// <summary>Called before the parameters of a step move. Those that will move are brought up to date.</summary>
    /// <param name="multipliers">Factors of the learning rate, as of
    /// <see cref="Optimizer.Step(ParameterStore, ReadOnlySpan{float}, double, double, ReadOnlySpan{float})"/>.</param>
    /// <param name="touched">For tables: the rows that will move. All of another parameter may move.</param>
    /// <param name="workers">Threads that share the work if it is large enough.</param>
    public void BeforeStep(ReadOnlySpan<float> multipliers, ReadOnlySpan<TouchedRows> touched, Workers? workers)
    {
        pieces.Clear();
        double sum = rule.Sum(Steps);
        for (int i = 0; i < counted.Length && Steps > 0; i++)
        {
            Parameter slice = parameters.Slices[i];
            if (Optimizer.Multiplier(slice, multipliers, i) == 0)
                continue;
            if (TouchedRows.Of(slice, touched) is { } rows)
                foreach (int row in rows.Rows)
                    AddRow(slice, row, ref RowsOf(i)[row], sum);
            else if (countedRows[i] is { } each)
                for (int row = 0; row < each.Length; row++)
                    AddRow(slice, row, ref each[row], sum);
            else
                Add(slice.Offset, slice.Length, ref counted[i], sum);
        }
        if (workers is not null && parameters.Length >= Optimizer.WorthThreads)
            workers.Run(this, pieces.Count);
        else
            for (int i = 0; i < pieces.Count; i++)
                ((IParallelWork)this).Run(i, 0);
    }

    /// <summary>Called after the parameters of a step have moved. Their values then have a part in the average.</summary>
    public void AfterStep() => Steps++;

    /// <summary>Writes the average as of now. It must have a step.</summary>
    /// <param name="values">The current values of the parameters.</param>
    /// <param name="target">Laid out like them.</param>
    public void Read(ReadOnlySpan<float> values, Span<float> target)
    {
        double sum = rule.Sum(Steps);
        average.Span.CopyTo(target);
        for (int i = 0; i < counted.Length; i++)
        {
            Parameter slice = parameters.Slices[i];
            int width = countedRows[i] is null ? slice.Length : slice.Info.Columns;
            for (int at = 0; at < slice.Length; at += width)
            {
                long steps = countedRows[i] is { } each ? each[at / width] : counted[i];
                fixed (float* own = target.Slice(slice.Offset + at, width), value = values.Slice(slice.Offset + at, width))
                    Approach(own, value, width, PartOf(steps, sum));
            }
        }
    }

    /// <summary>Copies of what a checkpoint keeps.</summary>
    public AverageMemory Remember() => new(rule, Steps, [.. counted], [.. countedRows.Select(rows => rows?.ToArray())], average.Span.ToArray());

    /// <summary>Continues from a memory of these parameters.</summary>
    public AveragedParameters(AverageMemory memory, ParameterStore parameters) : this(memory.Rule, parameters)
    {
        Steps = memory.Steps;
        memory.Counted.CopyTo(counted, 0);
        memory.CountedRows.CopyTo(countedRows, 0);
        memory.Values.CopyTo(average.Span);
    }

    /// <summary>The part of the current value in the average; 1 for a parameter that has not moved since the start, whose average is its value.</summary>
    float PartOf(long steps, double sum) => steps == 0 ? 1 : (float)rule.Part(Steps - steps, sum);

    /// <summary>The counts of a table's rows, from its first step by rows on.</summary>
    long[] RowsOf(int table)
    {
        if (countedRows[table] is { } rows)
            return rows;
        rows = new long[parameters.Slices[table].Info.Rows];
        Array.Fill(rows, counted[table]);
        return countedRows[table] = rows;
    }

    void AddRow(Parameter table, int row, ref long steps, double sum) => Add(table.Offset + row * table.Info.Columns, table.Info.Columns, ref steps, sum);

    void Add(int start, int length, ref long steps, double sum)
    {
        if (steps == Steps)
            return;
        float part = PartOf(steps, sum);
        for (long at = 0; at < length; at += PieceFloats)
            pieces.Add(new Piece(start + (int)at, (int)Math.Min(PieceFloats, length - at), part));
        steps = Steps;
    }

    void IParallelWork.Run(int item, int worker)
    {
        Piece piece = pieces[item];
        Approach((average.Floats + piece.Start).Pointer, (parameters.Pointer + piece.Start).Pointer, piece.Length, piece.Part);
    }

    /// <summary>average ← average + part·(value − average). The bits do not depend on where a vector begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Approach(float* average, float* value, int count, float part)
    {
        if (part == 1)
        {
            new ReadOnlySpan<float>(value, count).CopyTo(new Span<float>(average, count));
            return;
        }
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> a = Vector.Load(average + i);
            (a + (Vector.Load(value + i) - a) * part).Store(average + i);
        }
        for (; i < count; i++)
            average[i] += (value[i] - average[i]) * part;
    }

    /// <summary>Parameters whose average is brought up to date alike.</summary>
    readonly struct Piece(int start, int length, float part)
    {
        public int Start => start;

        public int Length => length;

        public float Part => part;
    }
}

/// <summary>What an average remembers.</summary>
/// <param name="Rule">What is averaged.</param>
/// <param name="Steps">The number of steps that have a part in it.</param>
/// <param name="Counted">The steps that each parameter's average has.</param>
/// <param name="CountedRows">The same for the rows of tables that move by rows.</param>
/// <param name="Values">The averages as of these steps, laid out like the parameters.</param>
sealed record AverageMemory(WeightAverage Rule, long Steps, long[] Counted, long[]?[] CountedRows, float[] Values);
