using RnnDsl.Execution;

namespace RnnDsl.Training;

/// <summary>
/// Compares the compiled programs of a cell or model with its written equations: values with an uncompiled run in double precision, and gradients with differences of such runs. It
/// is meant for tests of your own cells: <c>GradientCheck.Verify(new Leaky&lt;In, Hidden&gt;(input: 3, hidden: 5))</c>.
/// </summary>
public static class GradientCheck
{
    /// <summary>The step of the central differences, and a smaller one for use beside a kink.</summary>
    const double Step = 1e-5, SmallStep = 1e-6;

    /// <summary>Smaller results arise from numbers of order one that cancel each other.</summary>
    const double LeastResult = 5e-2;

    /// <summary>The same for a gradient, for each row that it sums over: the derivative of a saturated tanh is accurate to 5e-7.</summary>
    const double LeastGradient = 5e-3;

    /// <summary>The factor by which intermediate roundings move a number further than one rounding of all inputs and parameters does.</summary>
    const double Roundings = 30;

    /// <summary>
    /// Compares all methods of a module on random numbers. For each method it compares the results and the states after the last step. For a loss it also compares the gradient of
    /// its mean with respect to every parameter. For the scan of a cell it compares the gradient of a random projection of its outputs with respect to every parameter, the inputs,
    /// and the states before the first step. Inputs are random. One-hot numbers are random too (some are −1, for none), and so are targets, which are probabilities or
    /// distributions where they must be. Parameters are moved randomly during the check, unless <see cref="GradientCheckOptions.MovesParameters"/> is off, and are restored
    /// afterwards; <see cref="Module.BindReference"/> has given these values to the equations.
    /// <para>A value or derivative outside of its tolerance is compared again: with the effect of single-precision roundings on the equations and, for derivatives, with smaller
    /// and one-sided differences. So a kink (<c>Relu</c>, <c>Max</c>, <c>Where</c>) beside the point is no fault.</para>
    /// <para>The equations run 2 × (2 + <see cref="GradientCheckOptions.Elements"/>) times for each parameter, input and state. With sizes below 10 this takes milliseconds, with
    /// sizes of some hundreds minutes. Choose small sizes, no two of them equal.</para>
    /// </summary>
    /// <param name="module">A compiled cell or model. No other code may use it during the check.</param>
    /// <param name="options">The numbers to compare on, and the tolerances; null for the defaults.</param>
    /// <exception cref="GradientCheckException">Something differs. The exception names the method, the quantity, the index, both values and the tolerance.</exception>
    /// <exception cref="NotSupportedException">A method drops units in training, which the equations do not, so its gradient cannot be compared. Exclude it with <see
    /// cref="GradientCheckOptions.Gradients"/> or <see cref="GradientCheckOptions.Methods"/>, or check it with a rate of 0.</exception>
    /// <exception cref="InvalidOperationException">The module was not compiled, or its equations give no finite number for the random inputs, such as a logarithm of negative ones:
    /// choose <see cref="GradientCheckOptions.Low"/> and <see cref="GradientCheckOptions.High"/>.</exception>
    public static void Verify(Module module, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        options ??= new GradientCheckOptions();
        options.Check();
        foreach (string name in options.Except)
            module.Parameters.Find(name);
        MethodInfo[] methods = options.Methods is { } names ? [.. names.Select(module.Method)] : [.. module.Info.Methods];
        float[] kept = module.Parameters.Snapshot();
        try
        {
            if (options.MovesParameters)
                Move(module.Parameters, new Random(options.Seed));
            foreach (MethodInfo method in methods)
                new MethodCheck(module, method, options).Run();
        }
        finally
        {
            module.Parameters.Restore(kept);
            module.BindReference(module.Parameters.ToReference());
        }
    }

    static void Move(ParameterStore parameters, Random random)
    {
        foreach (Parameter parameter in parameters.Slices.Where(p => !p.Info.IsFixed))
        {
            double scale = parameter.Info.Rank == 2 ? 0.5 / Math.Sqrt(parameter.Info.Columns) : 0.3;
            foreach (ref float value in parameters.Of(parameter))
                value += (float)(scale * (2 * random.NextDouble() - 1));
        }
    }

    /// <summary>The check of one method on one sample.</summary>
    sealed class MethodCheck
    {
        readonly Module module;
        readonly MethodInfo method;
        readonly GradientCheckOptions options;
        readonly GradientSample sample;
        readonly Random random;
        readonly string name;

        public MethodCheck(Module module, MethodInfo method, GradientCheckOptions options)
        {
            (this.module, this.method, this.options, random) = (module, method, options, new Random(options.Seed + 1));
            sample = new GradientSample(module, method, options, module.Parameters.Slices.ToDictionary(p => p.Name, p => Array.ConvertAll(module.Parameters.Of(p).ToArray(), value => (double)value)));
            name = $"{module.Info.Name}.{method.Name}";
        }

        public void Run()
        {
            (double[][] results, double[][][] finals) = sample.Run();
            if (results.Concat(finals.SelectMany(f => f)).SelectMany(r => r).FirstOrDefault(value => !double.IsFinite((float)value)) is var wrong && !double.IsFinite((float)wrong))
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"The equations of {name} give {wrong} for random inputs from {options.Low} to {options.High}, so nothing can be compared: choose {nameof(options.Low)} and {nameof(options.High)}{(sample.HasStates ? $", and {nameof(options.StateSpread)} for states," : "")} for which they have a value."));
            using var session = new Session(module, method.Name, sample.Data(), new ExecutionOptions { Threads = 1 });
            for (int state = 0; sample.HasStates && state < method.States.Count; state++)
                for (int b = 0; b < sample.Count; b++)
                    Array.ConvertAll(sample.States[b][state], value => (float)value).CopyTo(session.InitialStates.Row(state, b));
            session.Forward();
            CompareValues(session, results, finals);
            if (method.Training is null || !options.Gradients)
                return;
            if (!sample.IsLoss)
                sample.Weights.SelectMany(w => w.Select(value => (float)value)).ToArray().CopyTo(session.OutputGradient);
            RefuseDropping(session);
            session.Backward();
            CompareValues(session, results, finals);
            CompareGradients(session);
        }

        /// <summary>Another key would drop other units.</summary>
        void RefuseDropping(Session session)
        {
            if (module.Info.Equations is { Count: > 0 } equations && equations.All(e => e.Values == e.Training))
                return;
            float[]? first = null;
            for (ulong key = 1; key <= 16; key++)
            {
                session.Noise = key;
                session.Backward();
                // A loss may be the same whatever is dropped, such as that of a single class.
                float[] numbers = [.. session.Output, .. Enumerable.Range(0, method.States.Count).SelectMany(s => session.FinalStates[s].ToArray()),
                    .. module.Parameters.Slices.SelectMany(p => session.Gradient(p.Name).ToArray())];
                first ??= numbers;
                if (!numbers.AsSpan().SequenceEqual(first))
                    throw new NotSupportedException($"{name} drops units in training, and its equations do not when they run uncompiled, so its gradient cannot be compared: check it with rates of 0, " +
                        $"leave it out of {nameof(options.Methods)}, or compare values alone with {nameof(options.Gradients)} = false.");
            }
        }

        void CompareValues(Session session, double[][] results, double[][][] finals)
        {
            float[] output = session.Output.ToArray();
            Compare("result", [.. results.SelectMany(r => r)], output, LeastResult, () => sample.Run().Results.SelectMany(r => r));
            for (int s = 0; sample.HasStates && s < method.States.Count; s++)
            {
                int state = s;
                Compare($"final state '{method.States[s].Name}'", [.. finals.SelectMany(f => f[state])], session.FinalStates[s].ToArray(), 1, () => sample.Run().Finals.SelectMany(f => f[state]));
            }
        }

        void Compare(string what, double[] written, float[] compiled, double least, Func<IEnumerable<double>> again)
        {
            double tolerance = options.ValueTolerance * Math.Max(least, written.Select(Math.Abs).DefaultIfEmpty().Max());
            double[]? moved = null;
            for (int i = 0; i < written.Length; i++)
                if (!(Math.Abs(written[i] - compiled[i]) <= tolerance) && !(Math.Abs(written[i] - compiled[i]) <= tolerance + (moved ??= Moved(written, again))[i]))
                    throw new GradientCheckException(name, what, i, compiled[i], written[i], tolerance + moved![i]);
        }

        /// <summary>The largest change of each number, over a few runs, when all inputs of the equations are rounded.</summary>
        double[] Moved(double[] written, Func<IEnumerable<double>> again)
        {
            var most = new double[written.Length];
            for (int round = 0; round < 4; round++)
            {
                double[] rounded = Rounded(round, () => again().ToArray());
                for (int i = 0; i < most.Length; i++)
                    most[i] = Math.Max(most[i], Roundings * Math.Abs(rounded[i] - written[i]));
            }
            return most;
        }

        /// <summary>Runs with all numbers moved by about the precision of a float.</summary>
        T Rounded<T>(int seed, Func<T> run)
        {
            var noise = new Random(seed);
            double[][] numbers = [.. sample.AllNumbers()], kept = [.. numbers.Select(n => (double[])n.Clone())];
            foreach (double[] array in numbers)
                for (int i = 0; i < array.Length; i++)
                    array[i] *= 1 + 1.2e-7 * (2 * noise.NextDouble() - 1);
            T result = run();
            for (int i = 0; i < numbers.Length; i++)
                kept[i].CopyTo(numbers[i], 0);
            return result;
        }

        void CompareGradients(Session session)
        {
            foreach (Parameter parameter in module.Parameters.Slices.Where(p => !p.Info.IsFixed && !options.Except.Contains(p.Name)))
                CompareGradient($"gradient of parameter '{parameter.Name}'", [sample.Parameters[parameter.Name]], session.Gradient(parameter.Name));
            if (sample.IsLoss)
                return;
            for (int i = 0; i < method.Inputs.Count; i++)
                if (!method.Inputs[i].IsOneHot)
                    CompareGradient($"gradient of input '{method.Inputs[i].Name}'", [.. sample.Inputs.Select(example => example[i])], session.InputGradient(method.Inputs[i].Name));
            // The number of a step is no value to which a gradient flows.
            for (int s = 0; sample.HasStates && s < method.States.Count; s++)
                if (!method.States[s].Name.EndsWith("StepNumber", StringComparison.Ordinal))
                    CompareGradient($"gradient of initial state '{method.States[s].Name}'", [.. sample.States.Select(example => example[s])], session.InitialStateGradients[s]);
        }

        void CompareGradient(string what, double[][] arrays, ReadOnlySpan<float> gradient)
        {
            double[] derivatives = Array.ConvertAll(gradient.ToArray(), value => (double)value);
            if (Array.FindIndex(derivatives, d => !double.IsFinite(d)) is >= 0 and var broken && Central(new(arrays, broken), Step) is var finite && double.IsFinite(finite))
                throw new GradientCheckException(name, what, broken, derivatives[broken], finite, options.Tolerance * Math.Max(1, Math.Abs(finite)),
                    " Where a value is not taken (Where, Max, Min, Clip), its gradient is 0, and 0 times an infinite derivative is NaN: put the guard inside, as in 1 / Where(Abs(x) > 0.001, x, 1).");
            double least = LeastGradient * options.Lengths.Sum();
            double[] direction = [.. derivatives.Select(_ => 2 * random.NextDouble() - 1)];
            double along = derivatives.Zip(direction, (d, part) => d * part).Sum();
            double norm = Math.Max(Math.Max(least, Math.Abs(along)), Math.Sqrt(derivatives.Sum(d => d * d))), largest = derivatives.Aggregate(least, (most, d) => Math.Max(most, Math.Abs(d)));
            int steepest = Array.FindIndex(derivatives, d => Math.Abs(d) == derivatives.Max(Math.Abs));
            foreach (int index in Enumerable.Range(0, options.Elements).Select(k => k == 0 ? Math.Max(steepest, 0) : random.Next(derivatives.Length)))
                if (Off(new(arrays, index), derivatives[index], options.Tolerance * largest) is { } difference)
                    throw Differs(index, difference, largest);
            if (Off(new(arrays, direction), along, options.Tolerance * norm) is null)
                return;
            // The sum along a random direction is wrong, so this finds the derivative that is wrong most.
            (double Difference, int Index) worst = Enumerable.Range(0, derivatives.Length).Select(i => (Math.Abs(Central(new(arrays, i), Step) - derivatives[i]), i)).MaxBy(pair => pair.Item1);
            throw Differs(worst.Index, Central(new(arrays, worst.Index), Step), largest);

            GradientCheckException Differs(int index, double written, double scale) => new(name, what, index, derivatives[index], written, options.Tolerance * scale,
                module.Info.Equations.Any(e => e.Values != e.Training) ? $" Its equations stop a gradient, which differences do not see: leave what is behind a StopGradient out with {nameof(options.Except)}." : "");
        }

        /// <summary>The difference that a derivative should be close to but is not; null if it is close to one that the equations have here.</summary>
        double? Off(Direction direction, double compiled, double tolerance)
        {
            double difference = Central(direction, Step);
            if (Math.Abs(difference - compiled) <= tolerance)
                return null;
            double middle = sample.Objective();
            double[] moved = [.. Enumerable.Range(0, 4).Select(seed => Rounded(seed, () => Central(direction, SmallStep)))];
            double[] estimates = [difference, Central(direction, SmallStep), Central(direction, SmallStep / 10), .. new[] { SmallStep, -SmallStep }.Select(step => (At(direction, step) - middle) / step), .. moved];
            double slack = tolerance + 10 * (moved.Max() - moved.Min());
            return compiled >= estimates.Min() - slack && compiled <= estimates.Max() + slack ? null : difference;
        }

        double Central(Direction direction, double step) => (At(direction, step) - At(direction, -step)) / (2 * step);

        double At(Direction direction, double step)
        {
            double[][] kept = [.. direction.Arrays.Select(a => (double[])a.Clone())];
            direction.Move(step);
            double value = sample.Objective();
            for (int i = 0; i < kept.Length; i++)
                kept[i].CopyTo(direction.Arrays[i], 0);
            return value;
        }
    }

    /// <summary>Numbers in several arrays, one after another, that are moved together.</summary>
    readonly record struct Direction(double[][] Arrays, double[] Parts)
    {
        /// <summary>A single number.</summary>
        public Direction(double[][] arrays, int index) : this(arrays, new double[arrays.Sum(a => a.Length)]) => Parts[index] = 1;

        public void Move(double step)
        {
            int part = 0;
            foreach (double[] array in Arrays)
                for (int i = 0; i < array.Length; i++)
                    array[i] += step * Parts[part++];
        }
    }
}
