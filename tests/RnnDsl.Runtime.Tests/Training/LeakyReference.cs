using RnnDsl.Sequences;

namespace RnnDsl.Tests.Training;

/// <summary>The leaky integrator in double precision, one example at a time.</summary>
static class LeakyReference
{
    /// <summary>The states of all steps [steps × width], from the given one on.</summary>
    public static double[] Run(double a, double[] w, double[] x, double[] start)
    {
        int width = w.Length;
        var h = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            h[i] = a * (i < width ? start[i] : h[i - width]) + w[i % width] * x[i];
        return h;
    }

    /// <summary>Mean over the examples of the mean squared error.</summary>
    public static double Loss(double a, double[] w, Dataset data, IReadOnlyList<int> examples) => examples.Average(e =>
    {
        double[] x = Values(data["x"], e), y = Values(data["y"], e);
        double[] h = Run(a, w, x, [.. w.Select(_ => (double)LeakyModule.Start)]);
        return h.Zip(y, (p, q) => (p - q) * (p - q)).Average();
    });

    public static double[] Values(Column column, int example) =>
        [.. Enumerable.Range(0, column.Lengths[example]).SelectMany(t => column.Step(example, t).ToArray()).Select(v => (double)v)];

    /// <summary>Derivative by central differences.</summary>
    public static double Slope(Func<double, double> f, double at, double step = 1e-5) => (f(at + step) - f(at - step)) / (2 * step);

    /// <summary>Random lengths.</summary>
    public static int[] Lengths(Random random, int count, int longest) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(1, longest + 1))];
}
