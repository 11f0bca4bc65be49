namespace RnnDsl.Execution.Tests;

/// <summary>The cells that need fixed parameters or the number of the step, against loops over arrays that owe nothing to the language.</summary>
public class MemoryCellTests
{
    sealed class In : Dim;
    sealed class Mem : Dim;
    sealed class Hid : Dim;

    static double[] Numbers(Random random, int count, double scale = 0.7) => [.. Enumerable.Range(0, count).Select(_ => (double)(float)((2 * random.NextDouble() - 1) * scale))];

    static double Row(double[] matrix, int row, double[] vector)
    {
        double sum = 0;
        for (int i = 0; i < vector.Length; i++)
            sum += matrix[row * vector.Length + i] * vector[i];
        return sum;
    }

    /// <summary>Koutník et al. 2014, with a dense recurrent matrix.</summary>
    static double[] Clockwork(Dictionary<string, double[]> p, double[] x, int inputs, int hidden)
    {
        var h = new double[hidden];
        var outputs = new List<double>();
        for (int t = 0; t < x.Length / inputs; t++)
        {
            double[] now = x[(t * inputs)..((t + 1) * inputs)], next = [.. h];
            for (int unit = 0; unit < hidden; unit++)
                if (t % (1 << (unit * 8 / hidden)) == 0)
                    next[unit] = Math.Tanh(Row(p["W"], unit, now) + Row(p["U"], unit, h) + p["b"][unit]);
            h = next;
            outputs.AddRange(h);
        }
        return [.. outputs];
    }

    /// <summary>Voelker et al. 2019. The memory is the solution of dm/dt = (A·m + B·u)/θ with a constant u for one step, by many small steps of the classical Runge–Kutta method.</summary>
    static double[] Legendre(Dictionary<string, double[]> p, double[] x, int inputs, int memory, int hidden)
    {
        double theta = 4 * memory;
        double[] Slope(double[] m, double u)
        {
            var slope = new double[memory];
            for (int i = 0; i < memory; i++)
            {
                for (int j = 0; j < memory; j++)
                    slope[i] += (2 * i + 1) / theta * (i < j ? -1 : Math.Pow(-1, i - j + 1)) * m[j];
                slope[i] += (2 * i + 1) / theta * Math.Pow(-1, i) * u;
            }
            return slope;
        }
        double[] Moved(double[] m, double[] slope, double step) => [.. m.Zip(slope, (a, b) => a + step * b)];
        double[] m = new double[memory], h = new double[hidden];
        var outputs = new List<double>();
        for (int t = 0; t < x.Length / inputs; t++)
        {
            double[] now = x[(t * inputs)..((t + 1) * inputs)];
            double u = Row(p["ex"], 0, now) + Row(p["eh"], 0, h) + Row(p["em"], 0, m);
            const int Parts = 200;
            for (int part = 0; part < Parts; part++)
            {
                double[] a = Slope(m, u), b = Slope(Moved(m, a, 0.5 / Parts), u), c = Slope(Moved(m, b, 0.5 / Parts), u), d = Slope(Moved(m, c, 1.0 / Parts), u);
                for (int i = 0; i < memory; i++)
                    m[i] += (a[i] + 2 * b[i] + 2 * c[i] + d[i]) / (6 * Parts);
            }
            h = [.. Enumerable.Range(0, hidden).Select(unit => Math.Tanh(Row(p["Wx"], unit, now) + Row(p["Wh"], unit, h) + Row(p["Wm"], unit, m)))];
            outputs.AddRange(h);
        }
        return [.. outputs];
    }

    [Theory]
    [InlineData(2, 16, 40), InlineData(3, 5, 20), InlineData(1, 1, 5)]
    public void ClockworkRnn_is_that_of_the_paper(int inputs, int hidden, int steps) =>
        Compare(new ClockworkRnn<In, Hid>(inputs, hidden), inputs, steps, (p, x) => Clockwork(p, x, inputs, hidden));

    [Theory]
    [InlineData(2, 6, 9, 30), InlineData(1, 1, 1, 5), InlineData(3, 12, 4, 20)]
    public void Lmu_is_that_of_the_paper(int inputs, int memory, int hidden, int steps) =>
        Compare(new Lmu<In, Mem, Hid>(inputs, memory, hidden), inputs, steps, (p, x) => Legendre(p, x, inputs, memory, hidden));

    /// <summary>Values, and the derivatives of a random sum of them along a random direction of every parameter and of the input.</summary>
    static void Compare(Module cell, int inputs, int steps, Func<Dictionary<string, double[]>, double[], double[]> run)
    {
        var random = new Random(7);
        foreach (Parameter parameter in cell.Parameters.Slices.Where(p => !p.Info.IsFixed))
        {
            double[] values = Numbers(random, parameter.Length);
            for (int i = 0; i < values.Length; i++)
                cell.Parameters.Of(parameter)[i] = (float)values[i];
        }
        Dictionary<string, double[]> p = cell.Parameters.Slices.ToDictionary(s => s.Name, s => cell.Parameters.Of(s).ToArray().Select(v => (double)v).ToArray());
        double[] x = Numbers(random, steps * inputs, 1), expected = run(p, x), weights = Numbers(random, expected.Length, 1);
        var data = new Sequences.Dataset(new Sequences.Column
        {
            Name = "x", Kind = ValueKind.Sequence, Width = inputs, Stride = inputs, Starts = [0], Lengths = [steps], Values = x.Select(v => (float)v).ToArray(),
        });
        using var session = new Session(cell, "Scan", data);
        session.Forward();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], session.Output[i], 2e-5);
        for (int i = 0; i < weights.Length; i++)
            session.OutputGradient[i] = (float)weights[i];
        session.Backward();
        double Objective() => run(p, x).Zip(weights, (a, b) => a * b).Sum();
        foreach ((double[] values, float[] gradient, string name) in p.Where(q => !cell.Parameters.Find(q.Key).Info.IsFixed)
            .Select(q => (q.Value, session.Gradient(q.Key).ToArray(), q.Key)).Append((x, session.InputGradient("x").ToArray(), "x")))
        {
            double[] direction = Numbers(random, values.Length, 1), kept = [.. values];
            double At(double step)
            {
                for (int i = 0; i < values.Length; i++)
                    values[i] = kept[i] + step * direction[i];
                double value = Objective();
                kept.CopyTo(values, 0);
                return value;
            }
            double difference = (At(1e-5) - At(-1e-5)) / 2e-5, compiled = gradient.Zip(direction, (g, d) => g * d).Sum();
            Assert.True(Math.Abs(difference - compiled) <= 1e-3 * Math.Max(1, Math.Abs(difference)), $"{name}: {compiled:G9} compiled, {difference:G9} by differences.");
        }
    }

    [Fact]
    public void The_memory_holds_a_window()
    {
        // m·P(1) with the shifted Legendre polynomials at the far end is the input θ steps ago.
        const int Size = 8, Window = 40;
        var m = new double[Size];
        for (int t = 0; t < 400; t++)
            m = [.. Enumerable.Range(0, Size).Select(i => Enumerable.Range(0, Size).Sum(j => LegendreMemory.Transition(i, j, Size, Window) * m[j])
                + LegendreMemory.Entry(i, Size, Window) * Math.Sin(0.05 * t))];
        Assert.Equal(Math.Sin(0.05 * (400 - Window)), m.Sum(), 0.05);
        Assert.Throws<ArgumentOutOfRangeException>(() => LegendreMemory.Transition(8, 0, 8, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => LegendreMemory.Transition(0, -1, 8, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => LegendreMemory.Entry(0, 8, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LegendreMemory.Entry(0, 0, 5));
    }
}
