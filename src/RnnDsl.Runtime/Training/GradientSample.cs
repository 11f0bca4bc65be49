using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>Random numbers for one method, and the results of its equations on them, uncompiled and in double precision. All numbers are exact in single precision.</summary>
sealed class GradientSample
{
    readonly Module module;
    readonly MethodInfo method;
    readonly GradientCheckOptions options;
    readonly Random random;
    readonly int[][] axes;

    /// <summary>For each axis within another: the other axis and, for each example, the lengths of the sequences at its steps.</summary>
    readonly Dictionary<int, (int Of, int[][] Lengths)> nested = [];

    public GradientSample(Module module, MethodInfo method, GradientCheckOptions options, IReadOnlyDictionary<string, double[]> parameters)
    {
        (this.module, this.method, this.options, Parameters) = (module, method, options, parameters);
        random = new Random(options.Seed);
        axes = Axes();
        Inputs = [.. Examples.Select(b => method.Inputs.Select(input => Input(input, b)).ToArray())];
        // Two scans of one layer are distinguished only by their inputs, so their initial states cannot be given.
        HasStates = method.States.Count > 0 && !method.States.Any(s => s.Name.Contains('#'));
        States = [.. Examples.Select(_ => method.States.Select(Start).ToArray())];
        Weights = [.. Examples.Select(b => IsLoss ? [1.0 / Count] : Numbers(Rows(method.Result, b) * method.Result.Width, -1, 1))];
    }

    public int Count => options.Lengths.Count;

    IEnumerable<int> Examples => Enumerable.Range(0, Count);

    public bool IsLoss => method.Result.Kind == ValueKind.Scalar;

    public IReadOnlyDictionary<string, double[]> Parameters { get; }

    /// <summary>The inputs by example and input, as <see cref="Module.RunReference"/> expects them.</summary>
    public double[][][] Inputs { get; }

    /// <summary>Whether the states before the first step can be given.</summary>
    public bool HasStates { get; }

    /// <summary>The states before the first step, by example and state.</summary>
    public double[][][] States { get; }

    /// <summary>The weights of the results in the number that is differentiated. For a loss, that number is the mean.</summary>
    public double[][] Weights { get; }

    /// <summary>The results of the equations by example, and the states after the last step by example and state.</summary>
    public (double[][] Results, double[][][] Finals) Run()
    {
        module.BindReference(new ReferenceParameters(Parameters));
        double[][][] states = [.. States.Select(example => example.Select(state => (double[])state.Clone()).ToArray())];
        return ([.. Examples.Select(b => module.RunReference(method.Name, Inputs[b], HasStates ? states[b] : null))], states);
    }

    /// <summary>The number that is differentiated.</summary>
    public double Objective() => Run().Results.Zip(Weights, (result, weights) => result.Zip(weights, (value, weight) => value * weight).Sum()).Sum();

    /// <summary>All numbers that an equation may read, except numbers of units.</summary>
    public IEnumerable<double[]> AllNumbers() =>
        [.. Parameters.Values, .. Inputs.SelectMany(example => example.Where((_, i) => !method.Inputs[i].IsOneHot && method.Inputs[i].Kind != ValueKind.Sequences)), .. States.SelectMany(s => s)];

    /// <summary>The same inputs for the compiled method.</summary>
    public Dataset Data() => method.Inputs.Count == 0 ? new(Column.Scalars("none", new float[Count])) : new([.. method.Inputs.Select((input, i) =>
    {
        double[][] examples = [.. Inputs.Select(example => example[i])];
        if (input.Kind == ValueKind.Sequences)
            return Nested(input, examples);
        int[] steps = [.. Examples.Select(b => Rows(input, b))];
        return new Column
        {
            Name = input.Name, Kind = input.Kind, Width = input.Width, Units = input.Units, Stride = input.Width, Lengths = steps,
            Values = examples.SelectMany(numbers => numbers.Select(value => (float)value)).ToArray(),
            Starts = [.. steps.Select((_, b) => steps.Take(b).Sum() * input.Width)],
        };
    })]);

    /// <summary>The number of steps of each example along each axis.</summary>
    int[][] Axes()
    {
        int[][] steps = [[.. options.Lengths], .. Enumerable.Range(1, method.Axes - 1).Select(_ => options.Lengths.Select(n => 1 + random.Next(2 * n)).ToArray())];
        (int whole, int part) = method.BaseAxis(0);
        if (part > 1)
            steps[whole] = [.. options.Lengths.Select(n => n * part - random.Next(part))];
        for (int axis = 0; axis < steps.Length; axis++)
            if (method.BaseAxis(axis) is { Every: > 1 } thinned)
                steps[axis] = [.. steps[thinned.Axis].Select(n => ThinnedAxis.Steps(n, thinned.Every))];
        foreach (ValueInfo input in method.Inputs.Where(i => i.Kind == ValueKind.Sequences))
            nested.TryAdd(input.Axis, (input.Of, [.. steps[input.Of].Select(n => Enumerable.Range(0, n).Select(_ => 1 + random.Next(4)).ToArray())]));
        return steps;
    }

    int Rows(ValueInfo value, int example) => value.Kind == ValueKind.Sequence ? axes[value.Axis][example] : 1;

    double[] Input(ValueInfo input, int example)
    {
        if (input.Kind != ValueKind.Sequences)
            return Values(input, Rows(input, example));
        int[] lengths = nested[input.Axis].Lengths[example];
        return [lengths.Length, .. lengths.Select(n => (double)n), .. Values(input, lengths.Sum())];
    }

    double[] Values(ValueInfo input, int rows)
    {
        if (input.IsOneHot)
            return [.. Enumerable.Range(0, rows).Select(_ => (double)(random.Next(8) == 0 ? -1 : random.Next(input.Units)))];
        if (input.Target == TargetKind.Any)
            return Numbers(rows * input.Width, options.Low, options.High);
        double[] probabilities = Numbers(rows * input.Width, 0, 1);
        for (int row = 0; input.Target == TargetKind.Distribution && row < rows; row++)
        {
            Span<double> distribution = probabilities.AsSpan(row * input.Width, input.Width);
            double sum = 0;
            foreach (double value in distribution)
                sum += value + 0.01;
            foreach (ref double value in distribution)
                value = (float)((value + 0.01) / sum);
        }
        return probabilities;
    }

    /// <summary>A state close to its declared initial value. The number of a step is an integer.</summary>
    double[] Start(StateInfo state) => state.Name.EndsWith("StepNumber", StringComparison.Ordinal) ? [random.Next(4)]
        : [.. Numbers(state.Width, -options.StateSpread, options.StateSpread).Select(value => (double)(float)(state.Initial + (HasStates ? value : 0)))];

    double[] Numbers(int count, double low, double high)
    {
        var numbers = new double[count];
        for (int i = 0; i < count; i++)
            numbers[i] = (float)(low + random.NextDouble() * (high - low));
        return numbers;
    }

    static Column Nested(ValueInfo input, double[][] examples)
    {
        float[][][] sequences = [.. examples.Select(numbers =>
        {
            int count = (int)numbers[0], at = 1 + count;
            return Enumerable.Range(0, count).Select(step => Array.ConvertAll(numbers[at..(at += (int)numbers[1 + step] * input.Width)], value => (float)value)).ToArray();
        })];
        return !input.IsOneHot ? Column.Sequences(input.Name, input.Width, sequences)
            : Column.OneHot(input.Name, input.Units, [.. sequences.Select(example => example.Select(part => Array.ConvertAll(part, value => (int)value)).ToArray())]);
    }
}
