using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

internal sealed partial class ProgramChecks
{
    /// <summary>A number of the equations that may be moved: all elements, or one of several arrays.</summary>
    readonly record struct Direction(double[][] Values, double[][] Of)
    {
        public double Along(float[][] gradient)
        {
            double sum = 0;
            for (int i = 0; i < gradient.Length; i++)
                for (int k = 0; k < gradient[i].Length; k++)
                    sum += Of[i][k] * gradient[i][k];
            return sum;
        }

        public void Move(double step)
        {
            for (int i = 0; i < Values.Length; i++)
                for (int k = 0; k < Values[i].Length; k++)
                    Values[i][k] += step * Of[i][k];
        }
    }

    (double[][] Results, double[][] Answers, double[][][] Finals)? moved;

    IEnumerable<double[]> AllNumbers() => [.. probe.Parameters.Values, .. probe.Inputs.SelectMany(e => e.Where((_, i) => !probe.Method.Inputs[i].IsOneHot)), .. (probe.States ?? []).SelectMany(s => s)];

    /// <summary>Runs with all numbers moved by about as much as a float can tell, or by several times as much.</summary>
    void Rounded(Random noise, Action run, int roundings = 1)
    {
        double[][] numbers = [.. AllNumbers()], kept = [.. numbers.Select(n => (double[])n.Clone())];
        foreach (double[] array in numbers)
            for (int i = 0; i < array.Length; i++)
                array[i] *= 1 + roundings * 1.2e-7 * (2 * noise.NextDouble() - 1);
        run();
        for (int i = 0; i < numbers.Length; i++)
            kept[i].CopyTo(numbers[i], 0);
    }

    /// <summary>Whether a value is farther from the equations' than the tolerance, and farther than roundings of all numbers move it.</summary>
    bool Off(double expected, double actual, double tolerance, Func<double> moved) =>
        !(Math.Abs(expected - actual) <= tolerance) && !(Math.Abs(expected - actual) <= tolerance + moved());

    /// <summary>How far results, answers of a stream and final states move, at most of some times, if all numbers are rounded; times 30 for the roundings on the way.</summary>
    (double[][] Results, double[][] Answers, double[][][] Finals) Moved()
    {
        if (moved is { } known)
            return known;
        (double[][] results, double[][][] finals) = probe.Reference();
        double[][] answers = probe.Method.Step is null ? [] : probe.ReferenceAnswers();
        double[][] byResults = [.. results.Select(r => new double[r.Length])], byAnswers = [.. answers.Select(a => new double[a.Length])];
        double[][][] byFinals = [.. finals.Select(f => f.Select(s => new double[s.Length]).ToArray())];
        var noise = new Random(1);
        for (int round = 0; round < 4; round++)
            Rounded(noise, () =>
            {
                (double[][] resultsTo, double[][][] finalsTo) = probe.Reference();
                Raise(byResults, results, resultsTo);
                for (int b = 0; b < finals.Length; b++)
                    Raise(byFinals[b], finals[b], finalsTo[b]);
                if (answers.Length > 0)
                    Raise(byAnswers, answers, probe.ReferenceAnswers());
            });
        moved = (byResults, byAnswers, byFinals);
        return moved.Value;
    }

    const double Roundings = 30;

    static void Raise(double[][] most, double[][] from, double[][] to)
    {
        for (int b = 0; b < most.Length; b++)
            for (int i = 0; i < most[b].Length; i++)
                most[b][i] = Math.Max(most[b][i], Roundings * Math.Abs(from[b][i] - to[b][i]));
    }

    /// <summary>Every array along a random direction, which takes in all its elements, and two elements alone.</summary>
    void Derivatives(CompiledRun run, CompiledProgram training)
    {
        foreach (string name in run.Gradients.Keys)
            Of($"parameter {name}", [probe.Parameters[name]], r => [r.Gradients[name]]);
        if (probe.Method.Result.Kind == Execution.ValueKind.Scalar)
            return;
        for (int i = 0; i < probe.Method.Inputs.Count; i++)
        {
            int input = i;
            Of($"input {probe.Method.Inputs[i].Name}", [.. probe.Inputs.Select(e => e[input])], r => [.. r.InputGradients.Select(e => e[input])]);
        }
        for (int s = 0; probe.States is not null && s < probe.Method.States.Count; s++)
        {
            int state = s;
            Of($"initial state {probe.Method.States[s].Name}", [.. probe.States.Select(e => e[state])], r => [.. r.InitialGradients.Select(e => e[state])]);
        }

        void Of(string what, double[][] values, Func<CompiledRun, float[][]> gradient) => Derivatives(what, values, gradient(run), () => gradient(probe.Run(training, gradients: true)));
    }

    void Derivatives(string what, double[][] values, float[][] gradient, Func<float[][]> again)
    {
        // A gradient is a sum over all rows, of which each is known to the absolute error of the derivative of a saturated tanh, 5e-7, times what multiplies it, some ten.
        double least = 5e-3 * probe.Lengths.Sum(), norm = Math.Max(least, Math.Sqrt(gradient.Sum(g => g.Sum(v => (double)v * v))));
        Derivative($"derivative of {what} along a random direction", new(values, [.. values.Select(v => v.Select(_ => 2 * random.NextDouble() - 1).ToArray())]), gradient, again, norm);
        double largest = Math.Max(least, gradient.Max(g => g.Max(Math.Abs)));
        for (int round = 0; round < 2; round++)
        {
            int array = random.Next(values.Length), element = random.Next(values[array].Length);
            double[][] one = [.. values.Select(v => new double[v.Length])];
            one[array][element] = 1;
            Derivative($"derivative of {what} [{array}][{element}]", new(values, one), gradient, again, largest);
        }
    }

    /// <summary>States that are larger have grown from step to step.</summary>
    const double MostGrown = 100;

    void Derivative(string what, Direction direction, float[][] gradient, Func<float[][]> again, double scale)
    {
        double compiled = direction.Along(gradient);
        double difference = Central(direction, 1e-5), tolerance = DerivativeTolerance * Math.Max(scale, Math.Abs(compiled));
        if (Math.Abs(difference - compiled) <= tolerance)
            return;
        // A recurrence that grows without bound multiplies the sigmoid's absolute error as it multiplies everything.
        if (probe.Reference().Finals.SelectMany(f => f.SelectMany(s => s)).Select(Math.Abs).DefaultIfEmpty().Max() > MostGrown)
            return;
        // A kink beside the point, or a place where roundings decide: what else a derivative may be here.
        var estimates = new List<double> { difference, Central(direction, 1e-6), Central(direction, 1e-7) };
        double middle = probe.ReferenceObjective();
        foreach (double step in new[] { 1e-6, -1e-6 })
            estimates.Add((At(direction, step) - middle) / step);
        var noise = new Random(2);
        var moved = new List<double>();
        for (int round = 0; round < 4; round++)
            Rounded(noise, () => moved.Add(Central(direction, 1e-6)));
        double spread = 10 * (moved.Max() - moved.Min());
        estimates.AddRange(moved);
        if (!(compiled >= estimates.Min() - spread - tolerance && compiled <= estimates.Max() + spread + tolerance) && !IsOfRoundings(compiled - difference))
            throw new ProgramFault("derivative", $"The {what} is {compiled:G9}, by differences of the equations {difference:G9}.");

        // Where large terms cancel, as in a layer norm of units that are nearly equal, a derivative is what roundings leave: then its error is another one a few roundings away. A wrong gradient keeps its error.
        bool IsOfRoundings(double error)
        {
            var errors = new List<double> { error };
            for (int round = 0; round < 4; round++)
                Rounded(noise, () => errors.Add(direction.Along(again()) - Central(direction, 1e-5)), roundings: 10);
            return errors.Max() - errors.Min() > 0.5 * Math.Abs(error);
        }
    }

    double Central(Direction direction, double step) => (At(direction, step) - At(direction, -step)) / (2 * step);

    double At(Direction direction, double step)
    {
        double[][] kept = [.. direction.Values.Select(v => (double[])v.Clone())];
        direction.Move(step);
        double value = probe.ReferenceObjective();
        for (int i = 0; i < kept.Length; i++)
            kept[i].CopyTo(direction.Values[i], 0);
        return value;
    }

    /// <summary>
    /// Where units are dropped the equations know nothing of it: the program's own differences, in floats and with the same mask, take their place. Large steps and
    /// a wide tolerance: a float's rounding is divided by the step.
    /// </summary>
    void DroppedDerivatives(CompiledProgram training)
    {
        double Objective()
        {
            float[][] results = probe.Run(training, gradients: true).Results;
            bool loss = probe.Method.Result.Kind == Execution.ValueKind.Scalar;
            return results.Select((r, b) => r.Select((v, i) => loss ? v * probe.Weights[b] : v * probe.ResultGradients[b][i]).Sum()).Sum();
        }
        CompiledRun run = probe.Run(training, gradients: true);
        foreach ((string name, float[] gradient) in run.Gradients)
        {
            double[] values = probe.Parameters[name], kept = [.. values], direction = [.. values.Select(_ => 2 * random.NextDouble() - 1)];
            double At(double step)
            {
                for (int i = 0; i < values.Length; i++)
                    values[i] = kept[i] + step * direction[i];
                double value = Objective();
                kept.CopyTo(values, 0);
                return value;
            }
            double compiled = gradient.Select((g, i) => g * direction[i]).Sum(), norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
            double middle = Objective();
            double[] estimates = [.. new[] { 1e-2, 3e-3 }.SelectMany(h => new[] { (At(h) - At(-h)) / (2 * h), (At(h) - middle) / h, (middle - At(-h)) / h })];
            double tolerance = 0.03 * Math.Max(norm, Math.Abs(compiled)) + 1e-3 * (1 + Math.Abs(middle));
            if (!(compiled >= estimates.Min() - tolerance && compiled <= estimates.Max() + tolerance))
                throw new ProgramFault("derivative with dropout", $"The derivative of {name} along a random direction is {compiled:G9}, by differences of the program {estimates[0]:G9}.");
        }
    }
}
